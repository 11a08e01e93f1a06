// Every number and habit of WeCom that the sandbox plays, changeable while it runs; read by whoever counts, waits or measures.
import { AppError } from '../../../core/errors.js'

export interface SandboxLimits {
  /** Replies and pushes of one robot in one conversation. */
  readonly perMinute: number
  readonly perHour: number
  /** Calls of one webhook key. */
  readonly webhookPerMinute: number
  /** Refused webhook calls count too; the documents disagree. */
  readonly webhookFailuresCount: boolean
  /** Documented 2048; 5120 has been seen. */
  readonly webhookTextBytes: number
  readonly uploadsPerMinute: number
  readonly uploadsPerHour: number
  /** From a stream's first frame to its last. */
  readonly streamWindowMilliseconds: number
  /** How long a message may be answered. */
  readonly replyWindowMilliseconds: number
  /** How long a press or an opening may be answered. */
  readonly eventWindowMilliseconds: number
  readonly messagesPerChat: number
  readonly mediaBytes: number

  // applications
  /** Life of an access token; every answer of gettoken promises the whole of it, also for a token fetched before. */
  readonly tokenSeconds: number
  /** Calls of gettoken with one secret; WeCom names no number. */
  readonly tokenPerMinute: number
  /** This many wrong secrets within an hour block the caller's address for an hour; WeCom names no number. */
  readonly wrongSecretsPerHour: number
  /** Calls of one app to one interface. */
  readonly appCallsPerMinute: number
  /** Messages of one app to one member. */
  readonly appMemberPerMinute: number
  readonly appMemberPerHour: number
  /** Times the number of visible members: messages times recipients of one app on one UTC day. */
  readonly appDailyPerMember: number
  /** What happens above the member and day limits: WeCom answers ok and delivers nothing. */
  readonly appOverQuota: 'drop' | 'refuse'
  /** Longer text is cut without a word. */
  readonly appTextBytes: number
  readonly appMarkdownBytes: number
  /** Longer Markdown is refused with 45002, or cut: nobody is sure. */
  readonly appMarkdownOverflow: 'refuse' | 'cut'
  readonly responseCodeMilliseconds: number
  readonly recallMilliseconds: number
  /** For a response code that is unknown or too old, and for a spent response_url: not documented. */
  readonly unknownCodeErrcode: number

  // callbacks
  readonly callbackTimeoutMilliseconds: number
  readonly verifyTimeoutMilliseconds: number
  /** First try included; app messages and events. */
  readonly callbackAttempts: number
  /** The same for messages to robots, where the documents are silent. Robots' events are never sent twice. */
  readonly robotCallbackAttempts: number
  readonly callbackRetryMilliseconds: number
  readonly streamPollMilliseconds: number
  /** Messages of one member that a robot in HTTP mode has not finished answering. */
  readonly unfinishedStreams: number
  readonly responseUrlMilliseconds: number
  /** A robot in HTTP mode may answer with Markdown at once; only documented for response_url. */
  readonly robotPassiveMarkdown: boolean
}

const hour = 3_600_000

export const defaultLimits: SandboxLimits = {
  perMinute: 30,
  perHour: 1000,
  webhookPerMinute: 20,
  webhookFailuresCount: false,
  webhookTextBytes: 2048,
  uploadsPerMinute: 30,
  uploadsPerHour: 1000,
  streamWindowMilliseconds: 6 * 60_000,
  replyWindowMilliseconds: 24 * hour,
  eventWindowMilliseconds: 5_000,
  messagesPerChat: 2_000,
  mediaBytes: 64 * 1024 * 1024,

  tokenSeconds: 7200,
  tokenPerMinute: 60,
  wrongSecretsPerHour: 10,
  appCallsPerMinute: 10_000,
  appMemberPerMinute: 30,
  appMemberPerHour: 1000,
  appDailyPerMember: 200,
  appOverQuota: 'drop',
  appTextBytes: 2048,
  appMarkdownBytes: 2048,
  appMarkdownOverflow: 'refuse',
  responseCodeMilliseconds: 72 * hour,
  recallMilliseconds: 24 * hour,
  unknownCodeErrcode: 40058,

  callbackTimeoutMilliseconds: 5_000,
  verifyTimeoutMilliseconds: 1_000,
  callbackAttempts: 3,
  robotCallbackAttempts: 3,
  callbackRetryMilliseconds: 1_000,
  streamPollMilliseconds: 1_000,
  unfinishedStreams: 3,
  responseUrlMilliseconds: hour,
  robotPassiveMarkdown: true,
}

const choices: Readonly<Record<string, readonly string[]>> = { appOverQuota: ['drop', 'refuse'], appMarkdownOverflow: ['refuse', 'cut'] }

/** One object for the sandbox's whole life, so that whoever holds it sees every change. */
export class LimitDesk {
  readonly current: SandboxLimits
  private readonly start: SandboxLimits

  constructor(change: Partial<SandboxLimits> = {}) {
    this.start = { ...defaultLimits, ...change }
    this.current = { ...this.start }
  }

  /** What is not named stays; `{}` returns to what the sandbox was started with. @throws REQUEST_INVALID (unknown name, wrong value), changing nothing */
  change(change: Readonly<Record<string, unknown>>): void {
    const named = Object.entries(change).filter(([, value]) => value !== undefined)
    const wrong = named.find(([name, value]) => !fits(name, value))
    if (wrong) throw new AppError('REQUEST_INVALID', { problem: `限制 ${wrong[0].slice(0, 40)} 不存在或值不对` })
    Object.assign(this.current, Object.keys(change).length === 0 ? this.start : Object.fromEntries(named))
  }
}

function fits(name: string, value: unknown): boolean {
  if (!Object.hasOwn(defaultLimits, name)) return false
  const example = defaultLimits[name as keyof SandboxLimits]
  if (typeof example === 'string') return choices[name]?.includes(String(value)) ?? false
  if (typeof example === 'number')
    return typeof value === 'number' && Number.isSafeInteger(value) && (value >= 0 || name.endsWith('Errcode'))
  return typeof value === 'boolean'
}

// Detection model 登录试探: what password-guessing does not see, because it comes slowly, from many places, or at many accounts. Run by detector.ts.
import { z } from 'zod'
import { instant } from '../../ports/clock.js'
import { defineModel } from '../define-model.js'
import type { Hit, JudgedEvent } from '../hit.js'
import type { Severity } from '../terms.js'
import { BoundedStories } from './bounded-stories.js'
import { ConnectionLedger } from './connection-ledger.js'
import { evidenceOf, shown, spanText, timeOf } from './event-facts.js'
import { readLoginAttempt, type LoginAttempt } from './login-attempt.js'
import { loginPressureSamples } from './login-pressure.samples.js'
import { RecentMarks, SavedMarks } from './recent-marks.js'
import { SlowSeries } from './slow-series.js'

const Params = z.strictObject({
  quickAttempts: z.number().int().min(3).max(100).default(5).describe('一分钟内多少次失败算快速猜解'),
  slowAttempts: z.number().int().min(5).max(500).default(10).describe('慢速窗口内多少次失败算慢速猜解'),
  slowSeconds: z.number().int().min(600).max(604_800).default(14_400).describe('慢速窗口（秒）'),
  accounts: z.number().int().min(3).max(200).default(5).describe('一个来源在一小时内试探多少个账号算账号枚举或口令喷洒'),
  sources: z.number().int().min(3).max(500).default(8).describe('一小时内多少个来源试探同一账号算分布式猜解'),
})
type Params = z.output<typeof Params>

const ROLES = new Set([
  'postmaster',
  'hostmaster',
  'webmaster',
  'abuse',
  'noreply',
  'no-reply',
  'mailer-daemon',
  'usenet',
  'uucp',
  'noc',
  'security',
])
const QUICK = 60_000
/** No person fails so often so fast: attempts, milliseconds. */
const MACHINE_ATTEMPTS = 3
const MACHINE = 2_500
const HOUR = 3_600_000
const MAX_STORIES = 10_000
const SAVED_STORIES = 400
const SAVED_CHARACTERS = 60_000

const kinds = {
  quick: { title: '短时间多次登录失败', severity: 'low', attack: ['T1110.001'] },
  slow: { title: '慢速口令猜解', severity: 'medium', attack: ['T1110.001'] },
  regular: { title: '定时口令猜解', severity: 'medium', attack: ['T1110.001'] },
  accounts: { title: '账号枚举或口令喷洒', severity: 'medium', attack: ['T1110.003', 'T1087'] },
  role: { title: '以无人登录的公用账号试探', severity: 'low', attack: ['T1110.003'] },
  sources: { title: '多来源猜解同一账号', severity: 'medium', attack: ['T1110.001', 'T1110.004'] },
} as const satisfies Readonly<Record<string, { title: string; severity: Severity; attack: readonly string[] }>>
type Kind = keyof typeof kinds

class LoginPressure {
  private readonly quick = new BoundedStories<RecentMarks>(MAX_STORIES)
  private readonly slow = new BoundedStories<SlowSeries>(MAX_STORIES)
  private readonly accounts = new BoundedStories<RecentMarks>(MAX_STORIES)
  private readonly sources = new BoundedStories<RecentMarks>(MAX_STORIES)
  // Not saved: at worst an attempt under way during a restart is counted twice.
  private readonly ledger = new ConnectionLedger()
  constructor(private readonly params: Params) {}

  push(judged: JudgedEvent): Hit[] {
    const attempt = readLoginAttempt(judged.event)
    if (attempt === undefined) return []
    const at = timeOf(judged)
    const key = `${attempt.attacker} ${attempt.victimName}`
    if (attempt.succeeded) {
      // Who gets in after some tries was forgetful; guessing that comes in is told by password-guessing.
      this.quick.delete(key)
      this.slow.delete(key)
      return []
    }
    const weight = this.ledger.newAttempts(attempt, at)
    if (weight === 0) return []
    const say = (kind: Kind, count: number, reason: string): Hit => hitOf(judged, attempt, at, kind, count, reason)
    return [
      ...this.quickly(key, attempt, at, weight, say),
      ...this.slowly(key, attempt, at, weight, say),
      ...this.atRole(attempt, at, say),
      ...this.atAccounts(attempt, at, say),
      ...this.fromSources(attempt, at, say),
    ]
  }

  private quickly(key: string, attempt: LoginAttempt, at: number, weight: number, say: Say): Hit[] {
    const story = this.quick.touch(key, () => new RecentMarks())
    for (let n = 0; n < Math.min(weight, this.params.quickAttempts); n += 1) story.add(`${at} ${story.total}`, at, QUICK)
    const isMachine = story.since(at - MACHINE) >= MACHINE_ATTEMPTS
    if ((story.different < this.params.quickAttempts && !isMachine) || !story.mayTell(at)) return []
    return [say('quick', story.total, `${who(attempt)}一分钟内${service(attempt)}登录失败 ${story.different} 次`)]
  }

  private slowly(key: string, attempt: LoginAttempt, at: number, weight: number, say: Say): Hit[] {
    const series = this.slow.touch(key, () => new SlowSeries())
    const found = series.add(at, weight, this.params.slowAttempts, this.params.slowSeconds * 1000)
    if (found === undefined) return []
    const span = spanText(found.spanMilliseconds)
    if (found.kind === 'slow')
      return [say('slow', found.count, `${who(attempt)}${span}内${service(attempt)}登录失败 ${found.count} 次，间隔较长，疑似有意放慢`)]
    return [
      say(
        'regular',
        found.count,
        `${who(attempt)}${span}内${service(attempt)}登录失败 ${found.count} 次，间隔约 ${spanText(found.everyMilliseconds)}，疑似定时程序`,
      ),
    ]
  }

  /** Mailboxes every domain has and nobody logs in as (RFC 2142): one failure is a try. */
  private atRole(attempt: LoginAttempt, at: number, say: Say): Hit[] {
    const name = attempt.userName?.toLowerCase().replace(/@.*$/, '') ?? ''
    if (!ROLES.has(name)) return []
    const story = this.accounts.touch(`role ${attempt.attacker}`, () => new RecentMarks())
    story.add(name, at, HOUR)
    if (!story.mayTell(at)) return []
    return [say('role', story.total, `${who(attempt)}以公用账号 ${shown(name, 32)} ${service(attempt)}登录失败 ${story.total} 次`)]
  }

  private atAccounts(attempt: LoginAttempt, at: number, say: Say): Hit[] {
    if (attempt.userName === undefined) return []
    const story = this.accounts.touch(attempt.attacker, () => new RecentMarks())
    story.add(attempt.userName.toLowerCase(), at, HOUR)
    if (story.different < this.params.accounts || !story.mayTell(at)) return []
    const names = story.names.slice(-3).map(name => shown(name, 24))
    return [say('accounts', story.total, `${who(attempt)}一小时内试探 ${story.different} 个账号（${names.join('、')} 等）`)]
  }

  private fromSources(attempt: LoginAttempt, at: number, say: Say): Hit[] {
    if (attempt.userName === undefined) return []
    const story = this.sources.touch(`${attempt.victimName} ${attempt.userName.toLowerCase()}`, () => new RecentMarks())
    story.add(attempt.attacker, at, HOUR)
    if (story.different < this.params.sources || !story.mayTell(at)) return []
    return [
      say(
        'sources',
        story.total,
        `一小时内 ${story.different} 个来源试探账号 ${shown(attempt.userName, 32)}，最近一个为 ${shown(attempt.attacker, 64)}`,
      ),
    ]
  }

  stats() {
    const all = [this.quick, this.slow, this.accounts, this.sources]
    return { kept: all.reduce((sum, one) => sum + one.size, 0), dropped: all.reduce((sum, one) => sum + one.dropped, 0) }
  }

  snapshot(): unknown {
    const marks = (stories: BoundedStories<RecentMarks>) => stories.save(SAVED_STORIES, SAVED_CHARACTERS, story => story.save())
    return {
      quick: marks(this.quick),
      slow: this.slow.save(SAVED_STORIES, SAVED_CHARACTERS, series => series.save()),
      accounts: marks(this.accounts),
      sources: marks(this.sources),
    }
  }

  restore(state: unknown): void {
    this.ledger.clear()
    const saved = Saved.safeParse(state).data
    this.quick.load((saved?.quick ?? []).map(([key, one]) => [key, RecentMarks.load(one)]))
    this.slow.load((saved?.slow ?? []).map(([key, one]) => [key, new SlowSeries(one)]))
    this.accounts.load((saved?.accounts ?? []).map(([key, one]) => [key, RecentMarks.load(one)]))
    this.sources.load((saved?.sources ?? []).map(([key, one]) => [key, RecentMarks.load(one)]))
  }
}

type Say = (kind: Kind, count: number, reason: string) => Hit

const marksSaved = z.array(z.tuple([z.string().max(200), SavedMarks])).max(SAVED_STORIES)
const Saved = z.object({
  quick: marksSaved,
  slow: z.array(z.tuple([z.string().max(200), z.array(z.number().min(-1e14).max(1e15)).max(512)])).max(SAVED_STORIES),
  accounts: marksSaved,
  sources: marksSaved,
})

function hitOf(judged: JudgedEvent, attempt: LoginAttempt, at: number, kind: Kind, count: number, reason: string): Hit {
  const { title, severity, attack } = kinds[kind]
  return {
    modelId: 'login-pressure',
    ruleId: kind,
    title: `${attempt.service} ${title}`.trim(),
    eventType: 'brute_force',
    severity,
    attackResult: 'failed',
    at: instant(at),
    victim: attempt.victim,
    ...(attempt.attackerIp === undefined ? {} : { attacker: { ip: attempt.attackerIp } }),
    ...(attempt.userName === undefined ? {} : { userName: attempt.userName }),
    count,
    attack,
    reason,
    evidence: [evidenceOf(judged, at)],
    strength: 0.1,
  }
}

const who = (attempt: LoginAttempt): string => `${shown(attempt.attacker, 64)} `
const service = (attempt: LoginAttempt): string => (attempt.service === '' ? '' : ` ${attempt.service} `)

export const loginPressure = defineModel({
  id: 'login-pressure',
  title: '登录试探',
  params: Params,
  create: params => new LoginPressure(params),
  samples: loginPressureSamples,
})

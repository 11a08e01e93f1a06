// Detection model 口令猜解: many failed logins of one source at one victim, and the login that succeeds afterwards. Run by detector.ts.
// A hit leaves when the threshold is reached, again whenever the count has doubled and at least hourly while it goes on: an attack of
// a million attempts says about twenty things a day, each with the count so far, and its growth is never silent.
import { z } from 'zod'
import { instant } from '../../ports/clock.js'
import { defineModel } from '../define-model.js'
import type { Hit, JudgedEvent } from '../hit.js'
import { ConnectionLedger } from './connection-ledger.js'
import { evidenceOf, shown, spanText, timeOf } from './event-facts.js'
import { GuessStory, SavedStory, type Telling } from './guess-story.js'
import { readLoginAttempt, type LoginAttempt } from './login-attempt.js'
import { sameSourceSamples } from './password-guessing.samples.js'

const Params = z.strictObject({
  attempts: z.number().int().min(2).max(200).default(10).describe('多少次失败算猜解'),
  windowSeconds: z.number().int().min(10).max(86_400).default(300).describe('在多少秒之内'),
  successSeconds: z.number().int().min(0).max(86_400).default(3_600).describe('最后一次失败之后多少秒内登录成功仍算猜中'),
})
type Params = z.output<typeof Params>

/** Pairs of attacker and victim remembered; the longest unused is forgotten first. */
const MAX_STORIES = 50_000
/** Limits of what is saved: going attacks first, then the most recent. */
const SAVED_STORIES = 1_000
const SAVED_CHARACTERS = 400_000
const SHOWN_USERS = 2

class PasswordGuessing {
  private stories = new Map<string, GuessStory>()
  // Not saved: at worst an attempt under way during a restart is counted twice.
  private readonly ledger = new ConnectionLedger()
  constructor(private readonly params: Params) {}

  push(judged: JudgedEvent): Hit[] {
    const attempt = readLoginAttempt(judged.event)
    if (attempt === undefined) return []
    const key = `${attempt.attacker} ${attempt.victimName}`
    const at = timeOf(judged)
    if (attempt.succeeded) {
      const story = this.stories.get(key)
      if (story === undefined || !story.isGuessing) return []
      const telling = story.succeed(at, attempt.userName, evidenceOf(judged, at), this.params)
      return telling === undefined ? [] : [this.succeeded(attempt, telling, at)]
    }
    const weight = this.ledger.newAttempts(attempt, at)
    if (weight === 0) return []
    const story = this.touch(key)
    const telling = story.fail({ at, weight, userName: attempt.userName }, evidenceOf(judged, at), this.params)
    return telling === undefined ? [] : [this.failing(attempt, telling, at)]
  }

  snapshot(): unknown {
    const recent = [...this.stories].slice(-SAVED_STORIES * 5).reverse()
    const first = [...recent.filter(([, story]) => story.isGuessing), ...recent.filter(([, story]) => !story.isGuessing)]
    const saved: unknown[] = []
    let characters = 0
    for (const [key, story] of first.slice(0, SAVED_STORIES)) {
      const entry = [key, story.save()]
      characters += JSON.stringify(entry).length
      if (characters > SAVED_CHARACTERS) break
      saved.push(entry)
    }
    return saved.reverse()
  }

  restore(state: unknown): void {
    const saved = z
      .array(z.tuple([z.string().max(600), SavedStory]))
      .max(SAVED_STORIES)
      .safeParse(state)
    this.ledger.clear()
    this.stories = new Map((saved.data ?? []).map(([key, story]) => [key, GuessStory.load(story)]))
  }

  private touch(key: string): GuessStory {
    const story = this.stories.get(key) ?? new GuessStory()
    this.stories.delete(key)
    this.stories.set(key, story)
    if (this.stories.size > MAX_STORIES) this.stories.delete(this.stories.keys().next().value!)
    return story
  }

  private failing(attempt: LoginAttempt, telling: Telling, at: number): Hit {
    return {
      ...common(attempt, telling, at),
      ruleId: 'failures',
      title: `${attempt.service} 口令猜解`.trim(),
      severity: 'medium',
      attackResult: 'failed',
      attack: ['T1110.001'],
      reason: failures(attempt, telling),
      strength: 0.1,
    }
  }

  private succeeded(attempt: LoginAttempt, telling: Telling, at: number): Hit {
    const account = attempt.userName === undefined ? '' : `，账号 ${shown(attempt.userName, 32)}`
    return {
      ...common(attempt, telling, at),
      ruleId: 'then-succeeded',
      title: `${attempt.service} 口令猜解后登录成功`.trim(),
      severity: 'high',
      attackResult: 'success',
      succeeded: true,
      attack: ['T1110.001', 'T1078'],
      reason: `${failures(attempt, telling)}，随后登录成功${account}`,
      strength: 1,
    }
  }
}

function common(attempt: LoginAttempt, telling: Telling, at: number) {
  return {
    modelId: 'password-guessing',
    eventType: 'brute_force',
    at: instant(at),
    victim: attempt.victim,
    ...(attempt.attackerIp === undefined ? {} : { attacker: { ip: attempt.attackerIp } }),
    ...(attempt.userName === undefined ? {} : { userName: attempt.userName }),
    count: telling.count,
    evidence: telling.evidence,
  } as const
}

function failures(attempt: LoginAttempt, { count, spanMilliseconds, users }: Telling): string {
  const names = users.slice(0, SHOWN_USERS).map(user => shown(user, 32))
  const more = users.length > SHOWN_USERS ? ` 等 ${users.length} 个` : ''
  const accounts = names.length === 0 ? '' : `，涉及账号 ${names.join('、')}${more}`
  const login = attempt.service === '' ? '登录失败' : ` ${attempt.service} 登录失败`
  return `${spanText(spanMilliseconds)}内来自 ${shown(attempt.attacker, 64)} 的${login} ${count} 次${accounts}`
}

export const passwordGuessing = defineModel({
  id: 'password-guessing',
  title: '口令猜解',
  params: Params,
  create: params => new PasswordGuessing(params),
  samples: sameSourceSamples,
})

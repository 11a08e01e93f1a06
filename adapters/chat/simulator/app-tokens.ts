// Access tokens of the sandbox's applications: handed out by gettoken, demanded by every other call of an app.
import { randomBytes } from 'node:crypto'
import type { Clock } from '../../../core/ports/clock.js'
import { Quota } from './quota.js'
import type { Roster } from './roster.js'
import type { SandboxLimits } from './sandbox-limits.js'
import type { SandboxApp } from './sandbox-types.js'
import { sameText } from './same-text.js'
import { WecomRefusal } from './wecom-refusal.js'

interface Token {
  readonly value: string
  readonly agentId: number
  readonly secret: string
  readonly expiresAt: number
}

const minute = 60_000
const hour = 3_600_000
const maxTokens = 10_000

export class AppTokens {
  private readonly byApp = new Map<number, Token>()
  /** Expired ones stay for a while: they get 42001, unknown ones 40014. */
  private readonly byValue = new Map<string, Token>()
  private readonly fetches: Quota
  private readonly mistakes: Quota
  private readonly blockedUntil = new Map<string, number>()

  constructor(
    private readonly clock: Clock,
    private readonly limits: SandboxLimits,
    private readonly roster: Roster,
  ) {
    this.fetches = new Quota(clock, () => [{ milliseconds: minute, max: limits.tokenPerMinute }])
    this.mistakes = new Quota(clock, () => [{ milliseconds: hour, max: limits.wrongSecretsPerHour }])
  }

  /** The same token as long as it is good. @throws WecomRefusal 41002, 41004, 40013, 40091, 40001, 45009 (too often, address blocked), 60020 */
  fetch(corpId: string, secret: string, ip: string): { access_token: string; expires_in: number } {
    this.checkAddress(ip)
    if (corpId === '') throw new WecomRefusal(41002, 'corpid missing')
    if (secret === '') throw new WecomRefusal(41004, 'corpsecret missing')
    const apps = this.roster.allApps()
    const own = apps.filter(app => app.corpId === corpId)
    if (own.length === 0) throw this.mistake(ip, 40013, 'invalid corpid')
    const app = own.find(one => sameText(one.secret, secret))
    if (!app) {
      const foreign = apps.some(one => sameText(one.secret, secret))
      throw foreign ? this.mistake(ip, 40091, 'invalid secret for this corp') : this.mistake(ip, 40001, 'invalid credential')
    }
    checkTrusted(app, ip)
    const key = String(app.agentId)
    this.fetches.check(key)
    this.fetches.take(key)
    return { access_token: this.present(app).value, expires_in: this.limits.tokenSeconds }
  }

  /** Whose token it is. @throws WecomRefusal 41001, 40014, 42001, 45009 (address blocked), 60020 */
  check(value: string | undefined, ip: string): SandboxApp {
    this.checkAddress(ip)
    if (value === undefined || value === '') throw new WecomRefusal(41001, 'access_token missing')
    const token = this.byValue.get(value)
    const app = token && this.roster.appOf(`app:${token.agentId}`)
    if (!token || app?.secret !== token.secret) throw new WecomRefusal(40014, 'invalid access_token')
    if (this.clock.now() >= token.expiresAt) throw new WecomRefusal(42001, 'access_token expired')
    checkTrusted(app, ip)
    return app
  }

  /** What WeCom may do at any time: every token is 40014 from now on. */
  invalidateAll(): void {
    this.byApp.clear()
    this.byValue.clear()
  }

  private present(app: SandboxApp): Token {
    const kept = this.byApp.get(app.agentId)
    if (kept?.secret === app.secret && this.clock.now() < kept.expiresAt) return kept
    const expiresAt = this.clock.now() + this.limits.tokenSeconds * 1000
    const token = { value: randomBytes(160).toString('base64url'), agentId: app.agentId, secret: app.secret, expiresAt }
    this.byApp.set(app.agentId, token)
    this.byValue.set(token.value, token)
    if (this.byValue.size > maxTokens) {
      const oldest = this.byValue.keys().next()
      if (oldest.done !== true) this.byValue.delete(oldest.value)
    }
    return token
  }

  /** Whoever guesses secrets is shut out for an hour, and everybody behind the same address with them. */
  private mistake(ip: string, errcode: number, text: string): WecomRefusal {
    this.mistakes.take(ip)
    if (!this.mistakes.fits(ip)) {
      if (this.blockedUntil.size >= maxTokens) this.blockedUntil.clear()
      this.blockedUntil.set(ip, this.clock.now() + hour)
    }
    return new WecomRefusal(errcode, text)
  }

  private checkAddress(ip: string): void {
    if (this.clock.now() < (this.blockedUntil.get(ip) ?? 0)) throw new WecomRefusal(45009, 'api freq out of limit, ip blocked')
  }
}

function checkTrusted(app: SandboxApp, ip: string): void {
  if (app.trustedIps && !app.trustedIps.includes(ip)) throw new WecomRefusal(60020, 'not allow to access from your ip')
}

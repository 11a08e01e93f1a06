// Who may look at the big screen: passwords, sessions, links that log in once. The page shows what core authorises for the person's role.
import { AppError } from '../errors.js'
import { instant, type Clock } from '../ports/clock.js'
import type { PasswordHasher } from '../ports/password-hasher.js'
import type { SecretMaker } from '../ports/secret-maker.js'
import type { Transactions } from '../ports/transaction.js'
import { PLATFORM, type Person } from '../tenants/tenant.js'
import type { WebPassword, WebSession } from './web-session.js'

export const MIN_PASSWORD = 12
const MAX_PASSWORD = 256
const SESSION_MILLISECONDS = 12 * 3_600_000
const LINK_MILLISECONDS = 15 * 60_000
/** From so many wrong tries on the next one waits, twice as long each time, up to an hour. */
const FREE_FAILURES = 4
const LONGEST_WAIT = 3_600_000

interface Needs {
  readonly transactions: Transactions
  readonly clock: Clock
  readonly hasher: PasswordHasher
  readonly secrets: SecretMaker
}

export class WebAccess {
  /** Compared against when nobody is called so, to take the same time. */
  private decoy: Promise<string> | undefined
  constructor(private readonly needs: Needs) {}

  /** @throws REQUEST_INVALID when it is too short, NOT_FOUND when nobody is called so */
  async setPassword(userId: string, password: string): Promise<Person> {
    if (password.length < MIN_PASSWORD || password.length > MAX_PASSWORD)
      throw new AppError('REQUEST_INVALID', { problem: `口令要有 ${MIN_PASSWORD} 到 ${MAX_PASSWORD} 个字符` })
    const { transactions, hasher } = this.needs
    const person = await this.person(userId)
    if (!person) throw new AppError('NOT_FOUND', { what: userId })
    const hash = await hasher.hash(password)
    await transactions.run(async tx => {
      const row = { hash, failures: 0, lockedUntil: null, updatedAt: tx.at }
      const fresh = { id: person.id, tenantId: person.tenantId, ...row }
      if (!(await tx.webPasswords.insertIfAbsent(fresh))) await tx.webPasswords.update(person.tenantId, { id: person.id }, row)
      // Who knew the old one is out.
      await tx.webSessions.remove(person.tenantId, { personId: person.id })
      tx.audit({ tenantId: person.tenantId, actor: person.userId, action: 'web.password-set', subject: person.userId, details: {} })
    })
    return person
  }

  /** @returns the session's secret @throws LOGIN_FAILED, the same whatever was wrong */
  async logIn(userId: string, password: string): Promise<string> {
    const { transactions, clock, hasher } = this.needs
    const person = await this.person(userId)
    const row = person && (await transactions.read(t => t.webPasswords.get(person.tenantId, person.id)))
    this.decoy ??= hasher.hash('nobody has this password')
    const locked = (row?.lockedUntil ?? '') > instant(clock.now())
    const right = await hasher.verify(row?.hash ?? (await this.decoy), password.slice(0, MAX_PASSWORD))
    if (!person || !row || locked || !right) {
      if (row && person && !locked) await this.noteFailure(person, row)
      throw new AppError('LOGIN_FAILED')
    }
    if (row.failures > 0)
      await transactions.run(tx => tx.webPasswords.update(person.tenantId, { id: person.id }, { failures: 0, lockedUntil: null }))
    return this.open(person, 'session')
  }

  /** A link's secret that logs this person in once, within a quarter of an hour. */
  async link(userId: string): Promise<string> {
    const person = await this.person(userId)
    if (!person) throw new AppError('NOT_FOUND', { what: userId })
    return this.open(person, 'link')
  }

  /** @returns a session's secret for a link's @throws LOGIN_FAILED when it was used or has run out */
  async followLink(secret: string): Promise<string> {
    const { transactions, clock, secrets } = this.needs
    const id = secrets.digest(secret)
    const person = await transactions.run(async tx => {
      const link = (await tx.webSessions.acrossTenantsFind({ id, kind: 'link' }, { limit: 1 }))[0]
      // Whoever removes the row has it; two at once are one.
      if (!link || (await tx.webSessions.remove(link.tenantId, { id })) === 0 || link.expiresAt <= instant(clock.now())) return undefined
      return tx.people.get(link.tenantId, link.personId)
    })
    if (!person) throw new AppError('LOGIN_FAILED')
    return this.open(person, 'session')
  }

  /** The person of a session, with today's role; undefined when there is none any more. */
  async who(secret: string): Promise<Person | undefined> {
    const { transactions, clock, secrets } = this.needs
    const id = secrets.digest(secret)
    return transactions.read(async t => {
      const session = (await t.webSessions.acrossTenantsFind({ id, kind: 'session' }, { limit: 1 }))[0]
      return session && session.expiresAt > instant(clock.now()) ? t.people.get(session.tenantId, session.personId) : undefined
    })
  }

  async logOut(secret: string): Promise<void> {
    const { transactions, secrets } = this.needs
    const id = secrets.digest(secret)
    await transactions.run(async tx => {
      const session = (await tx.webSessions.acrossTenantsFind({ id }, { limit: 1 }))[0]
      if (session) await tx.webSessions.remove(session.tenantId, { id })
    })
  }

  private async open(person: Person, kind: WebSession['kind']): Promise<string> {
    const { transactions, clock, secrets } = this.needs
    const secret = secrets.make()
    const expiresAt = instant(clock.now() + (kind === 'link' ? LINK_MILLISECONDS : SESSION_MILLISECONDS))
    await transactions.run(async tx => {
      await tx.webSessions.remove(person.tenantId, { expiresAt: { atMost: tx.at } })
      await tx.webSessions.insert({ id: secrets.digest(secret), tenantId: person.tenantId, personId: person.id, kind, expiresAt })
      if (kind === 'session')
        tx.audit({ tenantId: person.tenantId, actor: person.userId, action: 'web.logged-in', subject: person.userId, details: {} })
    })
    return secret
  }

  private async noteFailure(person: Person, row: WebPassword): Promise<void> {
    const failures = row.failures + 1
    const wait = failures <= FREE_FAILURES ? 0 : Math.min(LONGEST_WAIT, 1000 * 2 ** (failures - FREE_FAILURES))
    const lockedUntil = wait === 0 ? null : instant(this.needs.clock.now() + wait)
    await this.needs.transactions.run(tx => tx.webPasswords.update(person.tenantId, { id: person.id }, { failures, lockedUntil }))
  }

  /** The same userid at two customers is two people; staff win, of customers only one that is alone. */
  private async person(userId: string): Promise<Person | undefined> {
    const found = await this.needs.transactions.read(t => t.people.acrossTenantsFind({ userId: userId.toLowerCase() }, { limit: 3 }))
    return found.find(one => one.tenantId === PLATFORM) ?? (found.length === 1 ? found[0] : undefined)
  }
}

// Service orders: asked for, scoped, confirmed, signed, begun within the letter, delivered, accepted (domain.md 5.8, 20.1).
import { AppError, isAppError } from '../errors.js'
import { plusSeconds } from '../ports/clock.js'
import type { Transactions, Tx } from '../ports/transaction.js'
import { authorise, describe, type Actor } from '../tenants/actor.js'
import { localMoment } from '../tenants/local-time.js'
import { system } from '../tickets/move-ticket.js'
import { mover } from '../tickets/ticket-service.js'
import type { Case } from './case.js'
import { findCase, moveCase, openNewCase, type CaseMove } from './move-case.js'
import { ServiceOrderDetails, type ServiceLetter } from './service-order.js'
import { tenantOf } from './tenant-of.js'

const DAY = 86_400
const LONGEST_LETTER_DAYS = 366

export interface Scope {
  readonly days: number
  readonly targets: readonly string[]
  readonly exclude: readonly string[]
  readonly window: string | null
  /** How long the letter holds once it is signed. */
  readonly validDays: number
  readonly words: string
}

export class ServiceOrderService {
  constructor(private readonly transactions: Transactions) {}

  async request(actor: Actor, tenantId: string, service: string, wanted: string): Promise<Case> {
    authorise(actor, 'order-service', tenantId)
    return this.transactions.run(async tx => {
      const row = await openNewCase(tx, await tenantOf(tx, tenantId), mover(actor), {
        kind: 'service_order',
        title: `${service}（${describe(actor)}申请）`,
        severity: 'info',
        owner: actor.userId,
        details: {
          service,
          wanted: wanted.slice(0, 500),
          days: null,
          scope: null,
          letter: null,
          startsAt: null,
          deliverables: [],
        } satisfies ServiceOrderDetails,
      })
      tx.announce({
        tenantId,
        kind: 'case-changed',
        refs: { caseId: row.id, from: '', to: 'requested', by: actor.userId, why: wanted.slice(0, 300) },
        key: `case:${row.id}:requested`,
      })
      return row
    })
  }

  /** By the customer manager: what, how long, where; this drafts the letter. @throws ARGUMENT_MISSING without a target */
  async scope(actor: Actor, tenantId: string, number: string, scope: Scope): Promise<Case> {
    authorise(actor, 'order-service', tenantId, number)
    if (scope.targets.length === 0 || !(scope.days > 0))
      throw new AppError('ARGUMENT_MISSING', {
        what: '目标和人天',
        example: `服务 界定 ${number} 2人天 目标 10.20.0.0/16 排除 10.20.9.0/24 期限 30天`,
      })
    return this.transactions.run(async tx => {
      const tenant = await tenantOf(tx, tenantId)
      const row = await findCase(tx, tenantId, 'service_order', number)
      const details = ServiceOrderDetails.parse(row.details)
      const letter: ServiceLetter = {
        number: details.letter?.number ?? (await tx.number('AU', tenant)),
        targets: [...scope.targets],
        exclude: [...scope.exclude],
        from: tx.at,
        to: plusSeconds(tx.at, Math.min(scope.validDays, LONGEST_LETTER_DAYS) * DAY),
        window: scope.window,
        signedBy: null,
        signedAt: null,
        stamped: null,
      }
      return moveCase(tx, row, mover(actor), {
        to: 'scoped',
        evidence: [{ kind: 'scope', text: scope.words }],
        set: { details: { ...details, days: scope.days, scope: scope.words, letter } },
      })
    })
  }

  async confirm(actor: Actor, tenantId: string, number: string): Promise<Case> {
    return this.step(actor, tenantId, number, 'order-service', () => ({
      to: 'confirmed',
      evidence: [{ kind: 'approval', text: `${describe(actor)}确认范围与人天` }],
    }))
  }

  /**
   * `签署`: one's own word here, and the stamped copy that was sent in the single chat; without it the letter holds for a day. Signed again
   * with a copy, it is completed.
   * @param stamped SHA-256 of the copy
   */
  async sign(actor: Actor, tenantId: string, number: string, stamped: string | null): Promise<Case> {
    authorise(actor, 'sign-letter', tenantId, number)
    return this.transactions.run(async tx => {
      const row = await findCase(tx, tenantId, 'service_order', number)
      const details = ServiceOrderDetails.parse(row.details)
      if (!details.letter) throw new AppError('LETTER_REFUSED', { number, problem: '范围还没有界定，没有可签的授权书' })
      const isCompletion = details.letter.signedAt !== null && details.letter.stamped === null && row.state !== 'confirmed'
      if (isCompletion) {
        if (stamped === null)
          throw new AppError('ALREADY_DONE', { number, who: details.letter.signedBy ?? '', at: '之前', what: '签署，还缺盖章件' })
        const set = { details: { ...details, letter: { ...details.letter, stamped } }, updatedAt: tx.at }
        await tx.cases.update(tenantId, { id: row.id, updatedAt: row.updatedAt }, set)
        tx.audit({
          tenantId,
          actor: actor.userId,
          action: 'case.signed',
          subject: number,
          details: { letter: details.letter.number, stamped },
        })
        return { ...row, ...set }
      }
      const letter = { ...details.letter, signedBy: actor.userId, signedAt: tx.at, stamped }
      tx.audit({ tenantId, actor: actor.userId, action: 'case.signed', subject: number, details: { letter: letter.number, stamped } })
      return moveCase(tx, row, mover(actor), {
        to: 'authorized',
        evidence: [
          { kind: 'letter', text: letter.number, reference: stamped ?? '' },
          { kind: 'approval', text: `${describe(actor)}签署${stamped === null ? '（未附盖章件，24 小时内有效）' : ''}` },
        ],
        set: { details: { ...details, letter } },
      })
    })
  }

  async schedule(actor: Actor, tenantId: string, number: string, startsAt: string): Promise<Case> {
    return this.step(actor, tenantId, number, 'run-service', async (tx, row) => ({
      to: 'scheduled',
      evidence: [{ kind: 'schedule', text: localMoment(startsAt, (await tenantOf(tx, tenantId)).timeZone) }],
      set: { details: { ...ServiceOrderDetails.parse(row.details), startsAt } },
    }))
  }

  /** `签到`: the guard looks at the letter, now; a refusal is told in the ops room. @throws LETTER_REFUSED */
  async begin(actor: Actor, tenantId: string, number: string, words: string, targets: readonly string[]): Promise<Case> {
    try {
      return await this.step(actor, tenantId, number, 'run-service', () => ({
        to: 'in_progress',
        evidence: [{ kind: 'presence', text: `${describe(actor)}签到 ${words}`.trim() }],
        targets,
      }))
    } catch (error) {
      if (isAppError(error, 'LETTER_REFUSED'))
        await this.transactions.run(async tx => {
          tx.audit({
            tenantId,
            actor: actor.userId,
            action: 'case.refused',
            subject: number,
            details: { problem: String(error.facts['problem']) },
          })
          tx.announce({
            tenantId,
            kind: 'letter-refused',
            refs: { number, by: actor.userId, problem: String(error.facts['problem']) },
            key: `letter-refused:${number}:${tx.at}`,
          })
        })
      throw error
    }
  }

  /** `交付`: the customer is asked to accept at once. */
  async deliver(actor: Actor, tenantId: string, number: string, what: { name: string; sha256: string | null }): Promise<Case> {
    authorise(actor, 'run-service', tenantId, number)
    return this.transactions.run(async tx => {
      const row = await findCase(tx, tenantId, 'service_order', number)
      const details = ServiceOrderDetails.parse(row.details)
      const deliverables = [...details.deliverables, { ...what, at: tx.at, by: actor.userId }].slice(-50)
      const delivered = await moveCase(tx, row, mover(actor), {
        to: 'delivered',
        evidence: [{ kind: 'deliverable', text: what.name, ...(what.sha256 ? { reference: what.sha256 } : {}) }],
        set: { details: { ...details, deliverables } },
        silent: true,
      })
      return moveCase(tx, delivered, system, { to: 'accepting', evidence: [{ kind: 'deliverable', text: what.name }] })
    })
  }

  async accept(actor: Actor, tenantId: string, number: string, accepted: boolean, words: string): Promise<Case> {
    return this.step(actor, tenantId, number, 'accept-service', () =>
      accepted
        ? { to: 'accepted', evidence: [{ kind: 'approval', text: `${describe(actor)}验收 ${words}`.trim() }] }
        : { to: 'rework', evidence: [{ kind: 'reason', text: words }] },
    )
  }

  async cancel(actor: Actor, tenantId: string, number: string, reason: string): Promise<Case> {
    return this.step(actor, tenantId, number, 'order-service', () => ({ to: 'cancelled', evidence: [{ kind: 'reason', text: reason }] }))
  }

  async list(tenantId: string, most: number): Promise<Case[]> {
    return this.transactions.read(t => t.cases.find(tenantId, { kind: 'service_order' }, { order: { createdAt: 'desc' }, limit: most }))
  }

  private async step(
    actor: Actor,
    tenantId: string,
    number: string,
    capability: Parameters<typeof authorise>[1],
    move: (tx: Tx, row: Case) => CaseMove | Promise<CaseMove>,
  ): Promise<Case> {
    authorise(actor, capability, tenantId, number)
    return this.transactions.run(async tx => {
      const row = await findCase(tx, tenantId, 'service_order', number)
      return moveCase(tx, row, mover(actor), await move(tx, row))
    })
  }
}

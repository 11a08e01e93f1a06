// What people and probes do with exposures: found, owned, opened for a time, taken back, looked at again. Called by chat commands, timers
// and whatever looks at the Internet side.
import { z } from 'zod'
import { startWaking, meet } from '../clocks/timers.js'
import { AppError } from '../errors.js'
import type { Transactions, Tx } from '../ports/transaction.js'
import { authorise, describe, type Actor } from '../tenants/actor.js'
import { localMoment } from '../tenants/local-time.js'
import type { Severity } from '../threats/terms.js'
import { system } from '../tickets/move-ticket.js'
import { mover } from '../tickets/ticket-service.js'
import type { Case } from './case.js'
import { openCaseStates } from './case-tables.js'
import { findCase, moveCase, openNewCase } from './move-case.js'
import { tenantOf } from './tenant-of.js'

export const ExposureDetails = z.object({
  host: z.string(),
  port: z.number(),
  protocol: z.string(),
  product: z.string(),
  /** Asked for, not yet granted. */
  requestedUntil: z.string().nullable(),
  proposedBy: z.string().optional(),
})
export type ExposureDetails = z.infer<typeof ExposureDetails>

export interface SeenExposure {
  readonly host: string
  readonly port: number
  readonly protocol: 'tcp' | 'udp'
  readonly product: string
  readonly severity: Severity
  /** What was seen, in Chinese. */
  readonly evidence: string
}

const identityOf = (host: string, port: number, protocol: string): string => `exposure:${host}:${port}/${protocol}`

export class ExposureService {
  constructor(private readonly transactions: Transactions) {}

  /** Something answers from the Internet: a new case, the open one again, or a closed one opened anew. */
  async discovered(tenantId: string, seen: SeenExposure): Promise<Case> {
    return this.transactions.run(async tx => {
      const tenant = await tenantOf(tx, tenantId)
      const identity = identityOf(seen.host, seen.port, seen.protocol)
      const known = await tx.cases.first(tenantId, { kind: 'exposure', identity }, { order: { createdAt: 'desc' } })
      if (known && known.state !== 'closed') return known
      const found = known
        ? await moveCase(tx, known, system, { to: 'discovered', evidence: [{ kind: 'verification', text: seen.evidence }], silent: true })
        : await openNewCase(tx, tenant, system, {
            kind: 'exposure',
            title: `${seen.host} 开放 ${seen.port}/${seen.protocol} ${seen.product}`.trim(),
            severity: seen.severity,
            identity,
            details: { ...place(seen), requestedUntil: null } satisfies ExposureDetails,
          })
      return moveCase(tx, found, system, { to: 'ownership_confirming', evidence: [{ kind: 'reason', text: seen.evidence }] })
    })
  }

  /** Somebody of the customer wants a port open until then; another person has to agree. */
  async requestOpening(
    actor: Actor,
    tenantId: string,
    wanted: { readonly host: string; readonly port: number; readonly until: string; readonly reason: string },
  ): Promise<Case> {
    authorise(actor, 'manage-exposures', tenantId)
    return this.transactions.run(async tx => {
      const tenant = await tenantOf(tx, tenantId)
      const identity = identityOf(wanted.host, wanted.port, 'tcp')
      const open = await tx.cases.first(tenantId, { kind: 'exposure', identity, state: { oneOf: openCaseStates('exposure') } })
      if (open) throw new AppError('ALREADY_DONE', { number: open.number, who: '其他人', at: '之前', what: '登记' })
      const details: ExposureDetails = {
        ...place({ ...wanted, protocol: 'tcp', product: '' }),
        requestedUntil: wanted.until,
        proposedBy: actor.userId,
      }
      const until = localMoment(wanted.until, tenant.timeZone)
      const row = await openNewCase(tx, tenant, mover(actor), {
        kind: 'exposure',
        title: `申请临时开放 ${wanted.host} ${wanted.port} 端口至 ${until}`,
        severity: 'medium',
        owner: actor.userId,
        identity,
        details,
      })
      return moveCase(tx, row, system, {
        to: 'ownership_confirming',
        evidence: [{ kind: 'reason', text: `${describe(actor)}申请：${wanted.reason}` }],
      })
    })
  }

  /** Another person agrees; a timer makes it a violation at its end. @throws OWN_PROPOSAL, ARGUMENT_INVALID for more than seven days */
  async grantOpening(actor: Actor, tenantId: string, number: string, until?: string): Promise<Case> {
    authorise(actor, 'manage-exposures', tenantId, number)
    return this.transactions.run(async tx => {
      const row = await findCase(tx, tenantId, 'exposure', number)
      const end = until ?? ExposureDetails.parse(row.details).requestedUntil ?? row.until
      const owner = row.owner ?? actor.userId
      const after = await moveCase(tx, row, mover(actor), {
        to: 'temporary',
        evidence: [
          { kind: 'owner', text: owner },
          { kind: 'reason', text: `${describe(actor)}同意` },
        ],
        set: { until: end, owner },
      })
      if (after.until !== null) await startWaking(tx, after, number, 'exposure_ends', after.until)
      return after
    })
  }

  /** The owner says why it has to stay, or that nobody needs it. @throws OWN_PROPOSAL */
  async classify(actor: Actor, tenantId: string, number: string, as: 'necessary' | 'violating' | 'expired', reason: string): Promise<Case> {
    authorise(actor, 'manage-exposures', tenantId, number)
    return this.transactions.run(async tx => {
      const row = await findCase(tx, tenantId, 'exposure', number)
      const owner = row.owner ?? actor.userId
      const evidence = [
        { kind: 'owner', text: owner },
        { kind: 'reason', text: reason },
      ] as const
      const after = await moveCase(tx, row, mover(actor), { to: as, evidence, set: { owner, until: null } })
      await meet(tx, after, 'exposure_ends')
      return after
    })
  }

  /** The opening is taken back. By a port nobody registered, it is registered and taken back at once. */
  async converge(actor: Actor, tenantId: string, what: { number?: string; host?: string; port?: number }, method: string): Promise<Case> {
    authorise(actor, 'manage-exposures', tenantId, what.number)
    return this.transactions.run(async tx => {
      let row = await wanted(tx, actor, tenantId, what)
      if (row.state === 'ownership_confirming')
        row = await moveCase(tx, row, mover(actor), {
          to: 'violating',
          evidence: [{ kind: 'reason', text: '不同意开放，要求收回' }],
          silent: true,
        })
      const after = await moveCase(tx, row, mover(actor), {
        to: 'converging',
        evidence: [{ kind: 'method', text: method }],
        set: { until: null },
      })
      await meet(tx, after, 'exposure_ends')
      return after
    })
  }

  /** Taken back, says whoever did it: somebody looks from outside. */
  async converged(actor: Actor, tenantId: string, number: string, words: string): Promise<Case> {
    authorise(actor, 'manage-exposures', tenantId, number)
    return this.transactions.run(async tx => {
      const row = await findCase(tx, tenantId, 'exposure', number)
      return moveCase(tx, row, mover(actor), { to: 're_probing', evidence: [{ kind: 'reason', text: words }] })
    })
  }

  /** The look from outside, by a probe (no actor) or by an analyst. */
  async probed(actor: Actor | undefined, tenantId: string, number: string, reachable: boolean, words: string): Promise<Case> {
    if (actor) authorise(actor, 'claim-and-judge', tenantId, number)
    return this.transactions.run(async tx => {
      const row = await findCase(tx, tenantId, 'exposure', number)
      const to = reachable ? 'converging' : 'closed'
      return moveCase(tx, row, actor ? mover(actor) : system, { to, evidence: [{ kind: 'verification', text: words }] })
    })
  }

  /** By the timer: what was allowed for a time has run out. */
  async openingEnded(tenantId: string, number: string): Promise<void> {
    await this.transactions.run(async tx => {
      const row = await findCase(tx, tenantId, 'exposure', number)
      if (row.state !== 'temporary' || row.until === null || row.until > tx.at) return
      await moveCase(tx, row, system, { to: 'violating', evidence: [{ kind: 'reason', text: '临时开放到期，没有收回' }] })
    })
  }
}

function place({ host, port, protocol, product }: Pick<SeenExposure, 'host' | 'port' | 'product'> & { protocol: string }) {
  return { host, port, protocol, product }
}

async function wanted(
  tx: Tx,
  actor: Actor,
  tenantId: string,
  { number, host, port }: { number?: string; host?: string; port?: number },
): Promise<Case> {
  if (number !== undefined) return findCase(tx, tenantId, 'exposure', number)
  if (port === undefined) throw new AppError('ARGUMENT_MISSING', { what: '端口或暴露单号', example: '收敛 3389 端口 改走 VPN' })
  const open = await tx.cases.find(tenantId, { kind: 'exposure', state: { oneOf: openCaseStates('exposure') } }, { limit: 500 })
  const same = open.filter(row => {
    const { data } = ExposureDetails.safeParse(row.details)
    return data?.port === port && (host === undefined || data.host === host)
  })
  if (same.length > 1)
    throw new AppError('CHOICE_NEEDED', {
      n: same.length,
      choices: same
        .slice(0, 4)
        .map(row => row.number)
        .join('、'),
    })
  if (same[0]) return same[0]
  const tenant = await tenantOf(tx, tenantId)
  const at = host ?? '未注明地址'
  const row = await openNewCase(tx, tenant, mover(actor), {
    kind: 'exposure',
    title: `${at} ${port} 端口要求收回`,
    severity: 'medium',
    owner: actor.userId,
    identity: identityOf(at, port, 'tcp'),
    details: { host: at, port, protocol: 'tcp', product: '', requestedUntil: null } satisfies ExposureDetails,
  })
  return moveCase(tx, row, system, { to: 'ownership_confirming', evidence: [], silent: true })
}

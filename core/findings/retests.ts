// Re-verification: the same check is asked again, and only its answer closes a finding or says that it is still there. Asked for by the chat,
// answered by patrols (`answer`) and by imported files (`settleByImport`).
import { AppError } from '../errors.js'
import { cancelMoment } from '../clocks/moments.js'
import type { ScanReading } from '../ports/scan-import.js'
import type { Tables, Transactions, Tx } from '../ports/transaction.js'
import { certify } from './certificate.js'
import type { FindingCase, Retest, RetestAnswer } from './finding-case.js'
import { openFindingStates } from './finding-states.js'
import type { Finding } from './finding.js'
import { moveFinding } from './move-finding.js'
import { Answered, identityOf } from './reconcile.js'

const EVIDENCE = 2000
const system = { userId: 'system', role: 'system' } as const

/** One at a time for a finding: asked for again, the one that waits counts. */
export async function requestRetest(tx: Tx, { number }: FindingCase, finding: Finding, by: string): Promise<Retest> {
  const { tenantId, id, engine, checkKey, host, port, protocol } = finding
  const waiting = await tx.retests.first(tenantId, { findingId: id, state: 'waiting' })
  if (waiting) return waiting
  const retest: Retest = {
    id: tx.id(),
    tenantId,
    findingId: id,
    number,
    engine,
    checkKey,
    host,
    port,
    protocol,
    state: 'waiting',
    before: {
      seenAt: finding.lastSeenAt,
      occurrences: finding.occurrences,
      evidence: finding.details.evidence.slice(0, EVIDENCE),
      severity: finding.severity,
    },
    answer: null,
    tries: 0,
    requestedBy: by,
    requestedAt: tx.at,
    finishedAt: null,
  }
  await tx.retests.insert(retest)
  tx.announce({ tenantId, kind: 'retest-requested', refs: { findingId: id, number, by }, key: `retest-requested:${retest.id}` })
  return retest
}

export class Retests {
  constructor(private readonly transactions: Transactions) {}

  /** What is to be asked again, the oldest first. */
  async waiting(tenantId: string, limit = 500): Promise<Retest[]> {
    return this.transactions.read(t => t.retests.find(tenantId, { state: 'waiting' }, { order: { requestedAt: 'asc' }, limit }))
  }

  /**
   * What the same check said. Closes only when the same engine asked the same question at the same place after it was asked for, and found
   * nothing; everything else but a sighting decides nothing and leaves it waiting.
   * @throws NOT_FOUND, ALREADY_DONE
   */
  async answer(tenantId: string, retestId: string, answer: RetestAnswer): Promise<Retest> {
    return this.transactions.run(async tx => {
      const retest = await tx.retests.get(tenantId, retestId)
      const finding = retest && (await tx.findings.get(tenantId, retest.findingId))
      if (!retest || !finding) throw new AppError('NOT_FOUND', { what: '这次复验' })
      if (retest.state !== 'waiting')
        throw new AppError('ALREADY_DONE', { number: retest.number, who: '系统', at: retest.finishedAt ?? '', what: '复验完' })
      return settle(tx, retest, finding, answer)
    })
  }

  /** A file that was taken in may hold the answer to what waits: reconcile.ts has brought the findings up to date before. @returns how many it answered */
  async settleByImport(
    tenantId: string,
    reading: ScanReading,
    { complete, file }: { readonly complete: boolean; readonly file: string },
  ): Promise<number> {
    const waiting = await this.transactions.read(t =>
      t.retests.find(tenantId, { state: 'waiting', engine: reading.engine }, { limit: 5000 }),
    )
    if (waiting.length === 0) return 0
    const asked = new Answered(complete ? [...reading.coverage, ...reading.claims] : reading.coverage)
    const wanted = new Set(
      waiting.map(item => identityOf(item.engine, { ...item, port: item.port === 0 ? null : item.port, check: item.checkKey })),
    )
    const seen = new Map(
      reading.drafts
        .filter(draft => draft.kind !== 'fact' && draft.declared === 'open')
        .map(draft => [identityOf(reading.engine, draft), draft] as const)
        .filter(([identity]) => wanted.has(identity)),
    )
    let answered = 0
    for (const { id, findingId } of waiting)
      answered += await this.transactions.run(async tx => {
        const retest = await tx.retests.get(tenantId, id)
        const finding = await tx.findings.get(tenantId, findingId)
        if (retest?.state !== 'waiting' || !finding) return 0
        const draft = seen.get(finding.identity)
        const coverage = asked.answers(finding) ?? null
        if (!draft && !coverage) return 0
        const ranAt = reading.ranAt ?? null
        const outcome = draft ? ('found' as const) : ('not-found' as const)
        const evidence = draft ? draft.evidence : '同一检查已完成，未再发现'
        await settle(tx, retest, finding, {
          outcome,
          engine: reading.engine,
          version: '',
          coverage,
          evidence,
          ranAt,
          run: file.slice(0, 200),
        })
        return 1
      })
    return answered
  }
}

async function settle(tx: Tx, retest: Retest, finding: Finding, given: RetestAnswer): Promise<Retest> {
  const answer = { ...given, evidence: given.evidence.slice(0, EVIDENCE) }
  const { tenantId } = finding
  const refs = { findingId: finding.id, number: retest.number }
  // Before it was asked for, things stood as they did: such a run proves nothing either way.
  const isOlder = answer.ranAt !== null && answer.ranAt < retest.requestedAt
  if (answer.outcome === 'found' && !isOlder) {
    if (finding.state === 'pending_retest')
      await moveFinding(tx, finding, system, { to: 'retest_failed', reason: answer.evidence || '同一检查再次发现' })
    tx.announce({ tenantId, kind: 'finding-remains', refs, key: `finding-remains:${retest.id}` })
    return finish(tx, retest, 'failed', answer)
  }
  if (answer.outcome === 'not-found' && !isOlder && answer.engine === retest.engine && answersFor(answer, finding)) {
    if (openFindingStates.includes(finding.state))
      await moveFinding(tx, finding, system, { to: 'fixed', reason: answer.evidence || '同一检查已完成，未再发现' })
    else if (finding.state !== 'fixed') return finish(tx, retest, 'cancelled', answer)
    const certificate = certify(tx.id(), finding, retest, answer, tx.at)
    await tx.certificates.insert(certificate)
    await cancelMoment(tx, tenantId, finding.id, 'finding_due', 'finding_holds')
    tx.audit({
      tenantId,
      actor: 'system',
      action: 'finding.certified',
      subject: retest.number,
      details: { hash: certificate.hash, engine: answer.engine, run: answer.run },
    })
    tx.announce({ tenantId, kind: 'finding-closed', refs: { ...refs, certificateId: certificate.id }, key: `finding-closed:${retest.id}` })
    return finish(tx, retest, 'passed', answer)
  }
  const tries = retest.tries + 1
  await tx.retests.update(tenantId, { id: retest.id, state: 'waiting' }, { tries, answer })
  tx.announce({ tenantId, kind: 'retest-undecided', refs: { ...refs, retestId: retest.id }, key: `retest-undecided:${retest.id}:${tries}` })
  return { ...retest, tries, answer }
}

function answersFor({ coverage }: RetestAnswer, finding: Finding): boolean {
  return coverage !== null && new Answered([coverage]).answers(finding) !== undefined
}

async function finish(tx: Tx, retest: Retest, state: Retest['state'], answer: RetestAnswer): Promise<Retest> {
  const set = { state, answer, finishedAt: tx.at }
  if ((await tx.retests.update(retest.tenantId, { id: retest.id, state: 'waiting' }, set)) === 0)
    throw new AppError('ALREADY_DONE', { number: retest.number, who: '系统', at: '刚才', what: '复验完' })
  return { ...retest, ...set }
}

/** The newest certificate of a finding. */
export async function certificateOf(t: Tables, tenantId: string, findingId: string) {
  return t.certificates.first(tenantId, { findingId }, { order: { issuedAt: 'desc', id: 'desc' } })
}

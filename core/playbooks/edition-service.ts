// What is learned of a run: where it went otherwise than the playbook says becomes a proposed edition of the customer's own, which a
// senior expert approves. Called by the timer of a closed incident and by `批准预案`.
import { AppError } from '../errors.js'
import type { Transactions, Tx } from '../ports/transaction.js'
import { authorise, type Actor } from '../tenants/actor.js'
import { openCase } from '../tickets/ticket-service.js'
import { tenantOf } from '../cases/tenant-of.js'
import { phases, type Phase, type PlaybookStep } from '../ports/playbook.js'
import type { PlaybookLibrary } from './playbook-library.js'
import { runOf, stepsOf } from './playbook-service.js'
import type { EditionChange, PlaybookEdition, RunStep } from './run.js'

const MOST_STEPS = 60
/** Never left out, whatever was skipped once: without them nobody knows what happened or whether it is over. */
const kept: readonly RunStep['phase'][] = ['evidence', 'confirm', 'verify']

export class EditionService {
  constructor(private readonly needs: { readonly transactions: Transactions; readonly library: PlaybookLibrary }) {}

  /** Undefined when everything went as the playbook says. A run is reviewed once. */
  async review(tenantId: string, number: string): Promise<PlaybookEdition | undefined> {
    const { transactions, library } = this.needs
    return transactions.run(async tx => {
      const { incident } = await openCase(tx, tenantId, { number })
      const run = (await runOf(tx, incident, 'running')) ?? (await runOf(tx, incident, 'finished'))
      const playbook = run && library.get(run.playbookId)
      if (!run || !playbook) return undefined
      if (run.state === 'running') await tx.playbookRuns.update(tenantId, { id: run.id }, { state: 'finished', finishedAt: tx.at })
      const known = await tx.playbookEditions.first(tenantId, { runId: run.id })
      if (known) return known
      const base = run.editionId === null ? undefined : await tx.playbookEditions.get(tenantId, run.editionId)
      const { changes, steps } = learned(base?.steps ?? playbook.steps, await stepsOf(tx, run))
      if (!changes.some(({ kind }) => kind !== 'kept')) return undefined
      const edition: PlaybookEdition = {
        id: tx.id(),
        tenantId,
        number: await tx.number('PE', await tenantOf(tx, tenantId)),
        playbookId: run.playbookId,
        baseVersion: run.version,
        runId: run.id,
        state: 'proposed',
        changes,
        steps,
        proposedAt: tx.at,
        decidedBy: null,
        decidedAt: null,
      }
      await tx.playbookEditions.insert(edition)
      tx.audit({
        tenantId,
        actor: 'system',
        action: 'playbook.edition-proposed',
        subject: edition.number,
        details: { playbook: run.playbookId, incident: number, changes: changes.length },
      })
      tx.announce({ tenantId, kind: 'edition-proposed', refs: { editionId: edition.id, subject: number }, key: `edition:${edition.id}` })
      return edition
    })
  }

  /** The approved one replaces the customer's former edition of the same playbook. @throws ALREADY_DONE, NUMBER_NOT_FOUND */
  async decide(actor: Actor, tenantId: string, number: string, approved: boolean): Promise<PlaybookEdition> {
    authorise(actor, 'approve-playbook', tenantId, number)
    return this.needs.transactions.run(async tx => {
      const edition = await tx.playbookEditions.first(tenantId, { number })
      if (!edition) throw new AppError('NUMBER_NOT_FOUND', { number })
      const set = { state: approved ? 'approved' : 'rejected', decidedBy: actor.userId, decidedAt: tx.at } as const
      if ((await tx.playbookEditions.update(tenantId, { id: edition.id, state: 'proposed' }, set)) === 0)
        throw new AppError('ALREADY_DONE', { number, who: edition.decidedBy ?? '其他人', at: '之前', what: '处理' })
      if (approved) await replaceFormer(tx, edition)
      tx.audit({
        tenantId,
        actor: actor.userId,
        action: approved ? 'playbook.edition-approved' : 'playbook.edition-rejected',
        subject: number,
        details: { playbook: edition.playbookId },
      })
      return { ...edition, ...set }
    })
  }

  /** The customer's edition in force. */
  async current(tenantId: string, playbookId: string): Promise<PlaybookEdition | undefined> {
    return this.needs.transactions.read(t =>
      t.playbookEditions.first(tenantId, { playbookId, state: 'approved' }, { order: { decidedAt: 'desc' } }),
    )
  }
}

async function replaceFormer(tx: Tx, { tenantId, playbookId, id }: PlaybookEdition): Promise<void> {
  await tx.playbookEditions.update(tenantId, { playbookId, state: 'approved', id: { not: id } }, { state: 'replaced' })
}

/** Pure: what was skipped and what was added, and the steps that come of it. */
export function learned(base: readonly PlaybookStep[], run: readonly RunStep[]): { changes: EditionChange[]; steps: PlaybookStep[] } {
  const changes: EditionChange[] = []
  const steps: PlaybookStep[] = []
  // The last step of a phase stays, so that an edition is still a playbook.
  const left = new Map<Phase, number>()
  for (const { phase } of base) left.set(phase, (left.get(phase) ?? 0) + 1)
  for (const step of base) {
    const skipped = run.find(({ stepId, state }) => stepId === step.id && state === 'skipped')
    const mayGo = !kept.includes(step.phase) && left.get(step.phase)! > 1
    if (skipped) changes.push({ kind: mayGo ? 'left-out' : 'kept', step: step.do, why: skipped.note })
    if (skipped && mayGo) left.set(step.phase, left.get(step.phase)! - 1)
    else steps.push(step)
  }
  for (const added of run.filter(({ kind }) => kind === 'added')) {
    if (added.phase === 'ask' || steps.length >= MOST_STEPS) continue
    const own: PlaybookStep = { id: freeId(steps), phase: added.phase, do: added.words }
    const after = steps.findLastIndex(step => phases.indexOf(step.phase) <= phases.indexOf(own.phase))
    steps.splice(after + 1, 0, own)
    changes.push({ kind: 'added', step: added.words, why: '处置中补充' })
  }
  return { changes, steps }
}

function freeId(steps: readonly PlaybookStep[]): string {
  let n = 1
  while (steps.some(({ id }) => id === `own-${n}`)) n++
  return `own-${n}`
}

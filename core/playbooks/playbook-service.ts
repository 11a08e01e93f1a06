// Carries out playbooks: begins a run, asks, notes what was done, proposes what acts through core/disposal. What is learned afterwards is
// edition-service.ts. Called by chat commands and by the timers of tickets.
import type { DisposalService } from '../disposal/disposal-service.js'
import { AppError } from '../errors.js'
import type { Transactions, Tx } from '../ports/transaction.js'
import { authorise, describe, type Actor } from '../tenants/actor.js'
import type { Incident } from '../threats/incident.js'
import { openCase } from '../tickets/ticket-service.js'
import { phaseLabel, type Playbook, type PlaybookStep } from '../ports/playbook.js'
import type { PlaybookLibrary } from './playbook-library.js'
import type { PlaybookRun, RunStep } from './run.js'

const BLOCK_SECONDS = 12 * 3600
/** What a run may hold, with what people add. */
const MOST_STEPS = 120
const doneDisposals = ['approved', 'executing', 'succeeded', 'partial', 'verified', 'released'] as const

export interface Running {
  readonly run: PlaybookRun
  readonly steps: readonly RunStep[]
  readonly incident: Incident
}

interface Needs {
  readonly transactions: Transactions
  readonly library: PlaybookLibrary
  readonly disposals: DisposalService
}

export class PlaybookService {
  readonly library: PlaybookLibrary
  constructor(private readonly needs: Needs) {
    this.library = needs.library
  }

  /**
   * Begins the playbook of an incident's kind, or the one named, in the customer's edition where there is one. A running one is handed back.
   * @param actor absent: by the ticket's timer, which does nothing where no playbook fits
   */
  async start(
    actor: Actor | undefined,
    tenantId: string,
    number: string,
    playbookId?: string,
  ): Promise<(Running & { again: boolean }) | undefined> {
    if (actor) authorise(actor, 'run-playbook', tenantId, number)
    const { transactions, library } = this.needs
    return transactions.run(async tx => {
      const { incident, ticket, tenant } = await openCase(tx, tenantId, { number })
      const known = await runOf(tx, incident, 'running')
      if (known) return { run: known, steps: await stepsOf(tx, known), incident, again: true }
      const playbook = playbookId === undefined ? library.forEvent(incident.eventType) : library.get(playbookId)
      if (!playbook) {
        if (actor) throw new AppError('NOT_FOUND', { what: `适合 ${number} 的预案` })
        return undefined
      }
      const edition = await tx.playbookEditions.first(
        tenantId,
        { playbookId: playbook.id, state: 'approved' },
        { order: { decidedAt: 'desc' } },
      )
      const run: PlaybookRun = {
        id: tx.id(),
        tenantId,
        incidentId: incident.id,
        subject: number,
        playbookId: playbook.id,
        version: playbook.version,
        editionId: edition?.id ?? null,
        state: 'running',
        startedBy: actor?.userId ?? 'system',
        startedAt: tx.at,
        finishedAt: null,
      }
      await tx.playbookRuns.insert(run)
      const steps = stepsFor(tx, run, playbook, edition?.steps ?? playbook.steps)
      await tx.playbookSteps.insertMany(steps)
      tx.audit({
        tenantId,
        actor: run.startedBy,
        action: 'playbook.started',
        subject: number,
        details: {
          playbook: playbook.id,
          version: playbook.version,
          edition: edition?.number ?? '',
          priority: ticket.priority,
          tenant: tenant.code,
        },
      })
      tx.announce({ tenantId, kind: 'playbook-started', refs: { runId: run.id }, key: `playbook:${run.id}` })
      return { run, steps, incident, again: false }
    })
  }

  /** The newest run of an incident. @throws NOT_FOUND */
  async running(tenantId: string, number: string): Promise<Running> {
    return this.needs.transactions.read(async t => {
      const { incident } = await openCase(t, tenantId, { number })
      const run = (await runOf(t, incident, 'running')) ?? (await runOf(t, incident, 'finished'))
      if (!run) throw new AppError('NOT_FOUND', { what: `${number} 的预案，先回复“启动预案 ${number}”` })
      return { run, steps: await stepsOf(t, run), incident }
    })
  }

  /** The customer's answer to a question of the playbook; answering again replaces it. */
  async answer(actor: Actor, tenantId: string, number: string, position: number, words: string): Promise<RunStep> {
    authorise(actor, 'answer-playbook', tenantId, number)
    return this.needs.transactions.run(async tx => {
      const { run, step } = await stepAt(tx, tenantId, number, position)
      if (step.kind !== 'question') throw new AppError('TRANSITION_NOT_ALLOWED', { number, state: '步骤', action: '作为问题回答' })
      const after = await settle(tx, run, step, { state: 'done', by: actor.userId, note: words.slice(0, 300) })
      tx.audit({
        tenantId,
        actor: actor.userId,
        action: 'playbook.answered',
        subject: number,
        details: { position, question: step.stepId, answer: after.note },
      })
      tx.announce({
        tenantId,
        kind: 'playbook-answered',
        refs: { runId: run.id, position: String(position), by: describe(actor) },
        key: `playbook-answer:${step.id}:${tx.at}`,
      })
      return after
    })
  }

  /**
   * A step is done. Where it acts, the customer's leave for a disposal has to be there; where it wants evidence, something has to be kept;
   * where it needs somebody's word or another hand did it, the note has to say so.
   * @throws EVIDENCE_MISSING, NOT_ALLOWED, TRANSITION_NOT_ALLOWED
   */
  async done(actor: Actor, tenantId: string, number: string, position: number, note: string): Promise<Running> {
    authorise(actor, 'run-playbook', tenantId, number)
    return this.needs.transactions.run(async tx => {
      const { run, step, incident } = await stepAt(tx, tenantId, number, position)
      if (step.kind === 'question')
        throw new AppError('TRANSITION_NOT_ALLOWED', { number, state: '问题，要由客户回答', action: '标为完成' })
      const needs = this.needsOf(run, step)
      if ((needs === 'senior_expert' || needs === 'both') && actor.role !== 'senior_expert')
        throw new AppError('NOT_ALLOWED', { who: '高级专家（这一步由专家决定）' })
      const missing = await missingFor(tx, run, step, note, needs)
      if (missing !== undefined) throw new AppError('EVIDENCE_MISSING', { number, what: missing, action: `完成第 ${position} 步` })
      await settle(tx, run, step, { state: 'done', by: actor.userId, note: note.slice(0, 1_000) })
      recordStep(tx, actor, run, step, 'done', note)
      return { run: await finishIfOver(tx, run), steps: await stepsOf(tx, run), incident }
    })
  }

  /** @throws ARGUMENT_MISSING without a reason */
  async skip(actor: Actor, tenantId: string, number: string, position: number, reason: string): Promise<Running> {
    authorise(actor, 'run-playbook', tenantId, number)
    if (reason.trim().length < 2)
      throw new AppError('ARGUMENT_MISSING', { what: '跳过的理由', example: `步骤 ${number} ${position} 跳过 没有这类设备` })
    return this.needs.transactions.run(async tx => {
      const { run, step, incident } = await stepAt(tx, tenantId, number, position)
      await settle(tx, run, step, { state: 'skipped', by: actor.userId, note: reason.slice(0, 1_000) })
      recordStep(tx, actor, run, step, 'skipped', reason)
      return { run: await finishIfOver(tx, run), steps: await stepsOf(tx, run), incident }
    })
  }

  /** Something that was done and is not in the playbook. */
  async add(actor: Actor, tenantId: string, number: string, words: string): Promise<Running> {
    authorise(actor, 'run-playbook', tenantId, number)
    if (words.trim().length < 2) throw new AppError('ARGUMENT_MISSING', { what: '做了什么', example: `步骤 ${number} 加 通知了托管方` })
    return this.needs.transactions.run(async tx => {
      const { incident } = await openCase(tx, tenantId, { number })
      const run = await runOf(tx, incident, 'running')
      if (!run) throw new AppError('NOT_FOUND', { what: `${number} 正在执行的预案` })
      const steps = await stepsOf(tx, run)
      if (steps.length >= MOST_STEPS)
        throw new AppError('ARGUMENT_INVALID', {
          value: String(steps.length),
          what: `步骤数（最多 ${MOST_STEPS}）`,
          example: `步骤 ${number}`,
        })
      const position = (steps.at(-1)?.position ?? 0) + 1
      const before = [...steps].reverse().find(step => step.kind === 'step' && step.state === 'done')
      const step: RunStep = {
        ...blank(tx, run, position),
        stepId: `added-${position}`,
        phase: before?.phase ?? 'contain',
        kind: 'added',
        words: words.trim().slice(0, 400),
        state: 'done',
        by: actor.userId,
        at: tx.at,
      }
      await tx.playbookSteps.insert(step)
      recordStep(tx, actor, run, step, 'added', words)
      return { run, steps: [...steps, step], incident }
    })
  }

  /**
   * Asks the customer's leave for what a step would do; nothing is ever done from here.
   * @throws NOT_SUPPORTED for what no device here can do, and what core/disposal refuses with
   */
  async propose(
    actor: Actor,
    tenantId: string,
    number: string,
    position: number,
    ip?: string,
  ): Promise<{ step: RunStep; disposal: string }> {
    const found = await this.needs.transactions.read(t => stepAt(t, tenantId, number, position))
    const { step, incident } = found
    if (step.action === null) throw new AppError('TRANSITION_NOT_ALLOWED', { number, state: '不涉及处置的步骤', action: '提出处置' })
    if (step.action !== 'block_ip')
      throw new AppError('NOT_SUPPORTED', { what: `由平台执行“${step.words.slice(0, 40)}”，请人工执行后写明结果` })
    const target = ip ?? incident.attackers[0]?.ip
    if (target === undefined)
      throw new AppError('ARGUMENT_MISSING', { what: '要封禁的地址', example: `步骤 ${number} ${position} 处置 203.0.113.7` })
    const { disposal } = await this.needs.disposals.proposeBlock(actor, {
      tenantId,
      ip: target,
      seconds: BLOCK_SECONDS,
      number,
      reason: `${phaseLabel[step.phase]}：${step.words}`.slice(0, 200),
    })
    await this.needs.transactions.run(tx => tx.playbookSteps.update(tenantId, { id: step.id }, { disposal: disposal.number }))
    return { step: { ...step, disposal: disposal.number }, disposal: disposal.number }
  }

  /** Of the playbook the run follows; what people added needs nobody. */
  private needsOf(run: PlaybookRun, step: RunStep): PlaybookStep['needs'] {
    return this.library.get(run.playbookId)?.steps.find(({ id }) => id === step.stepId)?.needs
  }
}

function stepsFor(tx: Tx, run: PlaybookRun, playbook: Playbook, steps: readonly PlaybookStep[]): RunStep[] {
  let position = 0
  return [
    ...playbook.questions.map(({ id, ask, choices }): RunStep => ({
      ...blank(tx, run, ++position),
      stepId: id,
      phase: 'ask',
      kind: 'question',
      words: ask,
      choices,
    })),
    ...steps.map((step): RunStep => ({
      ...blank(tx, run, ++position),
      stepId: step.id,
      phase: step.phase,
      words: step.do,
      action: step.action ?? null,
      evidence: step.evidence ? 1 : 0,
    })),
  ]
}

function blank(tx: Tx, run: PlaybookRun, position: number): RunStep {
  return {
    id: tx.id(),
    tenantId: run.tenantId,
    runId: run.id,
    position,
    stepId: '',
    phase: 'contain',
    kind: 'step',
    words: '',
    choices: [],
    action: null,
    evidence: 0,
    state: 'open',
    by: null,
    at: null,
    note: '',
    disposal: null,
  }
}

type Reading = Pick<Tx, 'tenants' | 'incidents' | 'tickets' | 'playbookRuns' | 'playbookSteps'>

export async function runOf(
  t: Pick<Tx, 'playbookRuns'>,
  incident: Incident,
  state: PlaybookRun['state'],
): Promise<PlaybookRun | undefined> {
  return t.playbookRuns.first(incident.tenantId, { incidentId: incident.id, state }, { order: { startedAt: 'desc' } })
}

export async function stepsOf(t: Pick<Tx, 'playbookSteps'>, run: PlaybookRun): Promise<RunStep[]> {
  return t.playbookSteps.find(run.tenantId, { runId: run.id }, { order: { position: 'asc' }, limit: MOST_STEPS })
}

async function stepAt(
  t: Reading,
  tenantId: string,
  number: string,
  position: number,
): Promise<{ run: PlaybookRun; step: RunStep; incident: Incident }> {
  const { incident } = await openCase(t, tenantId, { number })
  const run = await runOf(t, incident, 'running')
  const step = run && (await t.playbookSteps.first(tenantId, { runId: run.id, position }))
  if (!run || !step) throw new AppError('NOT_FOUND', { what: `${number} 正在执行的第 ${position} 步` })
  return { run, step, incident }
}

/** In Chinese what is missing before the step is done. */
async function missingFor(
  tx: Tx,
  run: PlaybookRun,
  step: RunStep,
  note: string,
  needs: PlaybookStep['needs'],
): Promise<string | undefined> {
  if (step.evidence === 1 && (await tx.evidenceItems.count(run.tenantId, { runId: run.id, position: step.position })) === 0)
    return `证据（“取证 ${run.subject} ${step.position} 说明”）`
  if (step.action === 'block_ip') {
    const disposal = step.disposal === null ? undefined : await tx.disposals.first(run.tenantId, { number: step.disposal })
    if (!disposal) return `处置单（“步骤 ${run.subject} ${step.position} 处置”）`
    if (!(doneDisposals as readonly string[]).includes(disposal.state)) return `客户对 ${disposal.number} 的同意`
    return undefined
  }
  if ((step.action !== null || needs !== undefined) && note.trim().length < 2)
    return needs === undefined ? '执行结果' : '谁同意的、执行结果'
  return undefined
}

async function settle(
  tx: Tx,
  run: PlaybookRun,
  step: RunStep,
  set: Pick<RunStep, 'by' | 'note'> & { state: 'done' | 'skipped' },
): Promise<RunStep> {
  const after = { ...set, at: tx.at }
  // A question may be answered anew; a step is settled once.
  const where = step.kind === 'question' ? { id: step.id } : ({ id: step.id, state: 'open' } as const)
  if ((await tx.playbookSteps.update(run.tenantId, where, after)) === 0)
    throw new AppError('ALREADY_DONE', {
      number: `${run.subject} 第 ${step.position} 步`,
      who: step.by ?? '其他人',
      at: '之前',
      what: '处理',
    })
  return { ...step, ...after }
}

async function finishIfOver(tx: Tx, run: PlaybookRun): Promise<PlaybookRun> {
  if ((await tx.playbookSteps.count(run.tenantId, { runId: run.id, state: 'open', kind: 'step' })) > 0) return run
  const set = { state: 'finished', finishedAt: tx.at } as const
  await tx.playbookRuns.update(run.tenantId, { id: run.id }, set)
  return { ...run, ...set }
}

function recordStep(tx: Tx, actor: Actor, run: PlaybookRun, step: RunStep, how: 'done' | 'skipped' | 'added', words: string): void {
  tx.audit({
    tenantId: run.tenantId,
    actor: actor.userId,
    action: `playbook.step-${how}`,
    subject: run.subject,
    details: {
      playbook: run.playbookId,
      position: step.position,
      step: step.words.slice(0, 100),
      words: words.slice(0, 300),
      disposal: step.disposal ?? '',
    },
  })
}

// The one road of everything said or pressed: keep → identify → parse → authorise → locate → validate → run → answer.
// The chat adapter calls it; answers leave as deliveries, written in the transaction that marks the message as done.
import type { InboundRecord } from '../../core/delivery/delivery.js'
import type { Core } from '../../core/core.js'
import { AppError, isAppError } from '../../core/errors.js'
import type { ChatListener, IncomingMessage, IncomingPress } from '../../core/ports/chat.js'
import { instant, plusSeconds } from '../../core/ports/clock.js'
import type { Ids } from '../../core/ports/ids.js'
import { roadOf } from '../../core/ports/road.js'
import type { Tx } from '../../core/ports/transaction.js'
import { PLATFORM } from '../../core/tenants/tenant.js'
import type { FilePurpose } from '../../core/uploads/file-purpose.js'
import { cardAsText } from '../../core/delivery/card-text.js'
import { newDelivery } from '../../core/delivery/new-delivery.js'
import { unaskedRoad } from '../../core/delivery/unasked-road.js'
import { keepCard } from '../push/announcer.js'
import type { Command, CommandResult } from './command.js'
import type { Guesser } from './likeness.js'
import { pressedCommand } from './pressed-command.js'
import { explainRefusal, type Refusal } from './refusal.js'
import { receiveFile } from './receive-file.js'
import { runSentence, type Said } from './run-sentence.js'

/** A command that takes longer says so (milliseconds). */
const SLOW_MILLISECONDS = 3500
/** WeCom takes the update of a card this long after the press. */
const UPDATE_SECONDS = 5
/** After a restart older unanswered messages are left: the person has asked again or somebody else has acted. */
const RESUME_SECONDS = 600

interface Needs {
  readonly core: Core
  readonly commands: readonly Command[]
  /** Absent: only words and patterns are understood. */
  readonly guesser?: Guesser
  readonly ids: Ids
  /** What files that are sent in can be used for; none when absent. */
  readonly filePurposes?: readonly FilePurpose[]
}

type Inbound = ({ kind: 'message' } & IncomingMessage) | ({ kind: 'press' } & IncomingPress)

export class ChatRuntime implements ChatListener {
  private readonly chains = new Map<string, Promise<void>>()
  constructor(private readonly needs: Needs) {}

  onMessage(message: IncomingMessage): Promise<void> {
    return this.receive({ kind: 'message', ...message })
  }

  onPress(press: IncomingPress): Promise<void> {
    return this.receive({ kind: 'press', ...press })
  }

  /** Answers what was kept but not answered before the process ended; called when a robot has connected. */
  async resume(robot: string): Promise<void> {
    const since = instant(this.needs.core.clock.now() - RESUME_SECONDS * 1000)
    const rows = await this.needs.core.transactions.read(t =>
      t.inbound.acrossTenantsFind({ state: 'received', at: { atLeast: since } }, { order: { at: 'asc' }, limit: 200 }),
    )
    for (const row of rows) {
      const inbound = row.payload as unknown as Inbound
      if (inbound.robot === robot) await this.inOrder(inbound, row, () => this.isUnanswered(row))
    }
  }

  /** Resolves when nothing is being answered any more. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.chains.values())
  }

  private async receive(inbound: Inbound): Promise<void> {
    const row: InboundRecord = {
      id: `${inbound.robot}:${inbound.messageId}`.slice(0, 200),
      tenantId: PLATFORM,
      kind: inbound.kind,
      payload: inbound as unknown as Record<string, unknown>,
      state: 'received',
      at: instant(this.needs.core.clock.now()),
    }
    // WeCom repeats what it thinks was lost: the first one counts.
    const isFirst = this.needs.core.transactions.run(tx => tx.inbound.insertIfAbsent(row))
    // It may fail before its turn comes, and is told then.
    isFirst.catch(() => undefined)
    // The place in the order is taken now: on a database with several connections a later message may be kept earlier.
    await this.inOrder(inbound, row, () => isFirst)
  }

  /** One person's sentences of one conversation are answered in the order they were said; others do not wait. */
  private inOrder(inbound: Inbound, row: InboundRecord, wanted: () => Promise<boolean>): Promise<void> {
    const key = `${inbound.robot}/${inbound.chatId}/${inbound.userId}`
    // What went wrong before is no reason not to answer this.
    const before = this.chains.get(key)?.catch(() => undefined) ?? Promise.resolve()
    const next = before.then(async () => {
      if (await wanted()) await this.answer(inbound, row)
    })
    this.chains.set(key, next)
    return next.finally(() => {
      if (this.chains.get(key) === next) this.chains.delete(key)
    })
  }

  /** Asked when its turn has come: after a reconnection it may have been answered while it waited behind itself. */
  private async isUnanswered(row: InboundRecord): Promise<boolean> {
    const now = await this.needs.core.transactions.read(t => t.inbound.get(row.tenantId, row.id))
    return now?.state === 'received'
  }

  private async answer(inbound: Inbound, row: InboundRecord): Promise<void> {
    const { core, ids } = this.needs
    const traceId = ids.next()
    const logger = core.logger.child({ traceId, robot: inbound.robot, chatId: inbound.chatId, userId: inbound.userId })
    let result: CommandResult
    let refusal: Refusal | undefined
    // WeCom waits five seconds, people not much longer: a slow command says first that it is at work.
    const slow = setTimeout(() => {
      core.transactions
        .run(tx => sayWorking(tx, inbound, row))
        .catch((error: unknown) => logger.warn({ error }, 'a slow command could not say that it is at work'))
    }, SLOW_MILLISECONDS)
    try {
      if (inbound.kind === 'message' && inbound.file) result = await receiveFile(core, this.needs.filePurposes ?? [], inbound, traceId)
      else {
        const said: Said =
          inbound.kind === 'press'
            ? await pressedCommand(core, inbound)
            : { text: inbound.text, quote: inbound.quote ?? '', channel: 'text' }
        result = await runSentence(this.needs, inbound, said, traceId)
      }
    } catch (error) {
      const failure = isAppError(error) ? error : new AppError('INTERNAL', { reference: traceId.slice(-8) }, { cause: error })
      if (failure.kind === 'bug') logger.error({ error }, 'command failed')
      else if (failure.kind === 'operational') logger.warn({ error: failure }, 'command met a fault')
      else logger.info({ code: failure.code, facts: failure.facts }, 'command refused')
      refusal = await explainRefusal(core, inbound, failure)
      result = { answers: [{ message: { kind: 'markdown', text: refusal.text } }] }
    } finally {
      clearTimeout(slow)
    }
    try {
      await core.transactions.run(tx => finish(tx, inbound, row, result, refusal, traceId))
    } catch (error) {
      // The row stays `received`: it is answered when the robot connects the next time.
      logger.error({ error }, 'answer could not be kept')
    }
  }
}

async function sayWorking(tx: Tx, inbound: Inbound, row: InboundRecord): Promise<void> {
  const group = (await tx.groups.acrossTenantsFind({ chatId: inbound.chatId }, { limit: 1 }))[0]
  const { robot, chatId, chatType } = inbound
  const message = { kind: 'markdown', text: '处理中，完成后在这里回复。' } as const
  const base = {
    tenantId: group?.tenantId ?? PLATFORM,
    robot,
    chatId,
    chatType,
    road: group ? await unaskedRoad(tx, group) : roadOf(robot),
    kind: 'working',
    subject: '',
  } as const
  await tx.deliveries.insertIfAbsent(newDelivery(tx, { ...base, message, key: `working:${row.id}`, lane: 0 }))
}

async function finish(
  tx: Tx,
  inbound: Inbound,
  row: InboundRecord,
  result: CommandResult,
  refusal: Refusal | undefined,
  traceId: string,
): Promise<void> {
  if ((await tx.inbound.update(row.tenantId, { id: row.id, state: 'received' }, { state: 'done' })) === 0) return
  const group = (await tx.groups.acrossTenantsFind({ chatId: inbound.chatId }, { limit: 1 }))[0]
  const tenantId = group?.tenantId ?? PLATFORM
  const base = {
    tenantId,
    robot: inbound.robot,
    chatId: inbound.chatId,
    chatType: inbound.chatType,
    road: roadOf(inbound.robot),
    subject: '',
    kind: 'answer',
  } as const
  if (inbound.kind === 'press' && result.update) {
    const message = { ...result.update, card: { ...result.update.card, taskId: inbound.taskId } }
    const expiresAt = plusSeconds(tx.at, UPDATE_SECONDS)
    await tx.deliveries.insertIfAbsent(
      newDelivery(tx, { ...base, kind: 'update', message, key: `update:${row.id}`, lane: 0, replyTo: inbound.replyTo, expiresAt }),
    )
  }
  for (const [index, { message, commands }] of (result.answers ?? []).entries()) {
    const place = { chatId: inbound.chatId, robot: inbound.robot }
    const said =
      message.kind === 'card'
        ? { kind: 'card' as const, card: { ...message.card, taskId: await keepCard(tx, tenantId, place, message.card, commands ?? {}) } }
        : message
    // Only the first answer uses the handle of the question: WeCom takes one reply to a callback. The others are said as if unasked.
    const reply = index === 0 ? { replyTo: inbound.replyTo } : { road: group ? await unaskedRoad(tx, group) : base.road }
    const sayable =
      reply.road === 'webhook' && said.kind === 'card' ? ({ kind: 'markdown', text: cardAsText(said.card, commands ?? {}) } as const) : said
    await tx.deliveries.insertIfAbsent(newDelivery(tx, { ...base, message: sayable, key: `answer:${row.id}/${index}`, lane: 0, ...reply }))
  }
  if (refusal?.mention && group?.webhook) {
    const message = { kind: 'mention', ...refusal.mention } as const
    await tx.deliveries.insertIfAbsent(newDelivery(tx, { ...base, road: 'webhook', message, key: `answer:${row.id}@`, lane: 0 }))
  }
  if (refusal?.audit) {
    const details = { code: refusal.audit.code, kind: inbound.kind, chatId: inbound.chatId }
    tx.audit({
      tenantId,
      actor: inbound.userId.toLowerCase().slice(0, 64),
      action: 'command.refused',
      subject: refusal.audit.subject,
      details,
      traceId,
    })
    if (refusal.audit.code === 'CARD_FORWARDED')
      tx.announce({
        tenantId,
        kind: 'card-forwarded',
        refs: { chatId: inbound.chatId, userId: inbound.userId },
        key: `forwarded:${row.id}`,
      })
  }
}

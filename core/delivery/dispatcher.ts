// Sends what is queued, for the senders this process holds: conversations side by side, each in order (conversation.ts);
// every attempt and every "not sent because" becomes a row. Called every 300 ms and after each commit.
import { instant } from '../ports/clock.js'
import type { Road, RoadId } from '../ports/road.js'
import { ConversationServer, keyOf, type Conversation, type SendingNeeds } from './conversation.js'
import { DeliveryWriter } from './delivery-writer.js'
import { sortLeftClaims } from './left-claims.js'

/** Conversations begun in one look. */
const LOOK = 500
/** Claims taken over in one look. */
const LEFT = 1000
/** Claims of processes that lost a sender are looked for this often (milliseconds). */
const TAKE_OVER = 2000

export interface OpenSender {
  /** Name of the robot's row, or `app`, `mail`, `hook`. */
  readonly name: string
  /** What works now: a robot that is down still has its groups' webhooks. */
  readonly roads: readonly Road[]
}

export interface DispatcherNeeds extends SendingNeeds {
  /** Senders whose lease this process holds: nobody else sends for them. */
  senders(): readonly OpenSender[]
}

export class Dispatcher {
  private readonly server: ConversationServer
  private readonly busy = new Map<string, Promise<void>>()
  private readonly paused = new Map<string, { chatId: string; road: RoadId; until: number }>()
  private running: Promise<void> | undefined
  private wake: () => void = () => undefined
  private again = false
  private tookOverAt = 0
  constructor(private readonly needs: DispatcherNeeds) {
    this.server = new ConversationServer(needs, new DeliveryWriter(needs.transactions), {
      pause: (conversation, until) => this.pause(conversation, until),
      again: () => (this.again = true),
      isOpen: conversation => this.roadOf(conversation) !== undefined,
    })
  }

  /** Starts, or looks once more; resolves when nothing more is due. */
  kick(): Promise<void> {
    this.again = true
    this.wake()
    this.running ??= this.rounds().finally(() => {
      this.running = undefined
    })
    return this.running
  }

  private async rounds(): Promise<void> {
    for (;;) {
      this.again = false
      const begun = await this.round()
      if (begun > 0 || this.again) continue
      if (this.busy.size === 0) return
      // A conversation that waits for WeCom holds nobody else up: whatever comes first goes on.
      await Promise.race([...this.busy.values(), new Promise<void>(resolve => (this.wake = resolve))])
    }
  }

  /** Begins with every conversation that has something due; the number begun. */
  private async round(): Promise<number> {
    const now = this.needs.clock.now()
    const senders = this.needs.senders()
    if (senders.length === 0) return 0
    if (now - this.tookOverAt >= TAKE_OVER) {
      this.tookOverAt = now
      await this.takeOver(senders.map(sender => sender.name))
    }
    for (const [key, { until }] of this.paused) if (until <= now) this.paused.delete(key)
    let begun = 0
    for (const id of new Set(senders.flatMap(sender => sender.roads.map(road => road.id)))) {
      const open = senders.filter(sender => sender.roads.some(road => road.id === id))
      begun += await this.begin(id, open, now)
    }
    return begun
  }

  private async begin(id: RoadId, open: readonly OpenSender[], now: number): Promise<number> {
    const taken = [...this.busy.keys()].map(key => JSON.parse(key) as [RoadId, string, string]).filter(([road]) => road === id)
    const without = [
      ...taken.map(([, , chatId]) => chatId),
      ...[...this.paused.values()].filter(item => item.road === id).map(item => item.chatId),
    ]
    const due = await this.needs.transactions.read(t =>
      t.deliveries.acrossTenantsDistinct(
        ['robot', 'chatId'],
        {
          state: 'queued',
          nextTryAt: { atMost: instant(now) },
          road: id,
          robot: { oneOf: open.map(sender => sender.name) },
          ...(without.length > 0 ? { chatId: { noneOf: without } } : {}),
        },
        LOOK,
      ),
    )
    let begun = 0
    for (const { robot, chatId } of due) {
      const key = keyOf({ road: id, robot, chatId })
      const road = open.find(sender => sender.name === robot)?.roads.find(item => item.id === id)
      if (!road || this.busy.has(key)) continue
      begun++
      const work = this.server
        .serve({ key, road, robot, chatId })
        .catch((error: unknown) => {
          this.needs.logger.error({ error, chatId }, 'conversation could not be served; tried again')
          this.pause({ key, road, robot, chatId }, this.needs.clock.now() + 1000)
        })
        .finally(() => this.busy.delete(key))
      this.busy.set(key, work)
    }
    return begun
  }

  private roadOf({ robot, road }: Pick<Conversation, 'robot' | 'road'>): Road | undefined {
    return this.needs
      .senders()
      .find(sender => sender.name === robot)
      ?.roads.find(item => item.id === road.id)
  }

  /**
   * The lease says that only we send for these: whoever else claimed something is gone, and how far it came is not known. The same
   * goes for what we claimed in a conversation that ended because the database went away.
   */
  private async takeOver(names: readonly string[]): Promise<void> {
    const talking = new Set(this.busy.keys())
    const claimed = await this.needs.transactions.read(t =>
      t.deliveries.acrossTenantsFind({ state: 'claimed', robot: { oneOf: names } }, { order: { lane: 'asc', id: 'asc' }, limit: LEFT }),
    )
    const left = claimed.filter(row => row.claimedBy !== this.needs.owner || !talking.has(keyOf(row)))
    const { unknown, unsent } = sortLeftClaims(left, keyOf)
    const facts = { why: 'the process that sent it ended before the answer' }
    const nextTryAt = instant(this.needs.clock.now())
    const set = { state: 'queued', nextTryAt, claimedBy: null, error: 'CHAT_OUTCOME_UNKNOWN' } as const
    await Promise.all(unknown.map(delivery => this.server.settle(delivery, 'unknown', set, 'CHAT_OUTCOME_UNKNOWN', facts)))
    await this.server.putBack(unsent)
  }

  private pause({ key, chatId, road }: Conversation, until: number): void {
    this.paused.set(key, { chatId, road: road.id, until })
  }
}

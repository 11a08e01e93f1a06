// The role that speaks: holds robots' connections by lease, turns announcements into messages, sends them, answers what people say.
import { makeWecomChat } from '../../adapters/chat/wecom/wecom-chat.js'
import { commands } from '../../bot/commands/index.js'
import { Announcer } from '../../bot/push/announcer.js'
import { ChatRuntime } from '../../bot/runtime/chat-runtime.js'
import { Dispatcher } from '../../core/delivery/dispatcher.js'
import { PLATFORM, type Robot } from '../../core/tenants/tenant.js'
import { sealContext } from '../../core/tenants/sealing.js'
import type { Parts } from '../compose.js'
import { startLoop } from '../loop.js'

/** Name people mention the robot by. */
export const ROBOT_NAME = '管家'
const LEASE_SECONDS = 10
const RENEW_MILLISECONDS = 2000
const LOOK_MILLISECONDS = 300
/** After another connection took the robot over, this long nothing is tried. */
const TAKEN_OVER_MILLISECONDS = 5000

export interface BotRole {
  /** Every robot of the database is connected here. */
  isConnected(): boolean
  stop(): Promise<void>
}

export function startBot(parts: Parts, wsUrl: string): BotRole {
  const { core, clock, logger, leases, secrets, metrics } = parts
  const runtime = new ChatRuntime({ core, commands, ids: parts.ids })
  const chat = makeWecomChat({
    logger,
    clock,
    listener: runtime,
    wsUrl,
    ...(parts.config.publicUrl ? { cardUrl: parts.config.publicUrl } : {}),
    onConnectionChange: change => {
      if (change.state === 'down') {
        if (change.reason === 'taken-over' || change.reason === 'refused')
          pausedUntil.set(change.robot, clock.now() + TAKEN_OVER_MILLISECONDS)
        return
      }
      sending.kick()
      void runtime.resume(change.robot).catch((error: unknown) => logger.error({ error }, 'unanswered messages could not be taken up'))
    },
  })
  const held = new Set<string>()
  const pausedUntil = new Map<string, number>()
  let robots = 0
  const dispatcher = new Dispatcher({
    transactions: core.transactions,
    chat,
    clock,
    logger,
    secrets,
    ids: parts.ids,
    owner: parts.owner,
    robots: () => [...held].filter(name => chat.isConnected(name)),
    counted: (outcome, code) => metrics.delivery(outcome, code),
  })
  const announcer = new Announcer({ transactions: core.transactions, clock, logger })

  async function holdRobots(): Promise<void> {
    const rows = await core.transactions.read(t => t.robots.find(PLATFORM, {}))
    robots = rows.length
    for (const name of [...held]) {
      if (!rows.some(row => row.name === name)) await letGo(name)
    }
    for (const row of rows) {
      if (await leases.hold(`robot:${row.name}`, LEASE_SECONDS)) {
        held.add(row.name)
        if ((pausedUntil.get(row.name) ?? 0) <= clock.now()) connect(row)
      } else if (held.delete(row.name)) chat.disconnect(row.name)
    }
  }

  function connect(row: Robot): void {
    const secret = secrets.open(row.secret, sealContext('robot', row.id))
    chat.connect({ name: row.name, botId: row.botId, secret, displayName: ROBOT_NAME, ...(row.wsUrl ? { wsUrl: row.wsUrl } : {}) })
  }

  async function letGo(name: string): Promise<void> {
    held.delete(name)
    chat.disconnect(name)
    await leases.release(`robot:${name}`)
  }

  const holding = startLoop('robots', RENEW_MILLISECONDS, logger, holdRobots)
  const sending = startLoop('deliveries', LOOK_MILLISECONDS, logger, () => dispatcher.kick())
  const announcing = startLoop('announcements', LOOK_MILLISECONDS, logger, async () => {
    if ((await announcer.runDue()) > 0) announcing.kick()
  })
  core.transactions.onCommit(() => {
    announcing.kick()
    sending.kick()
  })
  return {
    isConnected: () => robots > 0 && [...held].filter(name => chat.isConnected(name)).length === robots,
    async stop() {
      await holding.stop()
      await runtime.settled()
      await announcing.stop()
      await sending.stop()
      for (const name of [...held]) await letGo(name)
      chat.close()
    },
  }
}

// The role that speaks: holds robots' connections by lease, turns announcements into messages, sends them, answers what people say.
import { robotRoad } from '../../adapters/chat/wecom/robot-road.js'
import { webhookRoad } from '../../adapters/chat/wecom/webhook-road.js'
import { makeWecomChat } from '../../adapters/chat/wecom/wecom-chat.js'
import { hookRoad } from '../../adapters/hook/index.js'
import { mailRoad } from '../../adapters/mail/index.js'
import { reachProbe } from '../../adapters/chat/wecom/reach-probe.js'
import { Announcer } from '../../bot/push/announcer.js'
import { Dispatcher, type OpenSender } from '../../core/delivery/dispatcher.js'
import { DigestMaker } from '../../core/delivery/held-digest.js'
import { ReachWatch } from '../../core/delivery/reach-watch.js'
import { withOpenLinks } from '../../core/delivery/sealed-link.js'
import { SecondRoad } from '../../core/delivery/second-road.js'
import { makeTargets } from '../../core/delivery/targets.js'
import { APP_SENDER, HOOK_SENDER, MAIL_SENDER, type Road } from '../../core/ports/road.js'
import { PLATFORM, type Robot } from '../../core/tenants/tenant.js'
import { sealContext } from '../../core/tenants/sealing.js'
import type { Parts } from '../compose.js'
import { startLoop } from '../loop.js'

/** Name people mention the robot by. */
export const ROBOT_NAME = '管家'
/** A bot that dies is followed by another after this time. */
const LEASE_SECONDS = 6
const RENEW_MILLISECONDS = 1000
const LOOK_MILLISECONDS = 300
const DIGEST_MILLISECONDS = 2000
/** `查` knows a new list of indicators as soon as the models do. */
const INTEL_MILLISECONDS = 5000
const WATCH_MILLISECONDS = 5000
const REACH_MILLISECONDS = 20_000
/** After another connection took the robot over, this long nothing is tried. */
const TAKEN_OVER_MILLISECONDS = 5000

export interface BotRole {
  /** Every robot of the database is connected here, or another process holds it: a bot that waits for its turn is ready to take over. */
  isConnected(): boolean
  stop(): Promise<void>
}

export interface BotRoads {
  /** WECOM_WS_URL. */
  readonly wsUrl: string
  readonly app: Road | undefined
  /** Of robots in callback mode; absent in a process that does not hear them, which then holds none of them. */
  readonly callbackRobots?: Road
}

export function startBot(parts: Parts, { wsUrl, app, callbackRobots }: BotRoads): BotRole {
  const { config, core, clock, logger, leases, secrets, metrics, runtime } = parts
  const chat = makeWecomChat({
    logger,
    clock,
    listener: runtime,
    wsUrl,
    ...(config.publicUrl ? { cardUrl: config.publicUrl } : {}),
    onConnectionChange: change => {
      if (change.state === 'down') {
        // Ended by ourselves: whether it works now is for the process to say that holds it next.
        if (change.reason === 'told') return
        downSince.set(change.robot, downSince.get(change.robot) ?? clock.now())
        if (change.reason === 'refused') refused.add(change.robot)
        if (change.reason === 'taken-over' || change.reason === 'refused')
          pausedUntil.set(change.robot, clock.now() + TAKEN_OVER_MILLISECONDS)
        return
      }
      downSince.delete(change.robot)
      refused.delete(change.robot)
      sending.kick()
      resume(change.robot)
    },
  })
  const held = new Set<string>()
  const pausedUntil = new Map<string, number>()
  const downSince = new Map<string, number>()
  /** Robots whose bot id or secret WeCom does not take. */
  const refused = new Set<string>()
  const heldElsewhere = new Set<string>()
  let robots: readonly string[] = []
  let holdsMail = false
  let holdsApp = false
  let holdsHook = false
  const limits = config.robotPerMinute === undefined ? {} : { perMinute: config.robotPerMinute, perHour: undefined }
  const robot = robotRoad(chat)
  const spoken = { ...robot, can: { ...robot.can, ...limits } }
  /** Held robots that answer by HTTP: they have no connection that could be up or down. */
  const answering = new Set<string>()
  const speaks = (name: string): Road | undefined => (answering.has(name) ? callbackRobots : chat.isConnected(name) ? spoken : undefined)
  const written = webhookRoad()
  const mail =
    config.smtpUrl && config.mailFrom
      ? mailRoad({ smtpUrl: config.smtpUrl, from: config.mailFrom, logger, ...(config.dkim ? { dkim: config.dkim } : {}) })
      : undefined
  // The operator names the gateway: it may well stand in the operator's own network.
  const hook = config.hook && hookRoad({ logger, clock, secretOf: () => config.hook?.secret, allowPrivate: true })
  const senders = (): OpenSender[] => [
    ...[...held].map(name => {
      const road = speaks(name)
      return { name, roads: road ? [road, written] : [written] }
    }),
    ...(mail && holdsMail ? [{ name: MAIL_SENDER, roads: [mail] }] : []),
    ...(hook && holdsHook ? [{ name: HOOK_SENDER, roads: [hook] }] : []),
    ...(app && holdsApp ? [{ name: APP_SENDER, roads: [app] }] : []),
  ]
  const second = new SecondRoad({
    transactions: core.transactions,
    clock,
    hasMail: mail !== undefined,
    hasHook: hook !== undefined,
    links: core.links,
    secrets,
  })
  const dispatcher = new Dispatcher({
    transactions: core.transactions,
    clock,
    logger,
    ids: parts.ids,
    owner: parts.owner,
    senders,
    target: makeTargets(core.transactions, secrets, config.hook?.url),
    opened: delivery => withOpenLinks(secrets, delivery),
    gaveUp: (delivery, failure) => second.gaveUp(delivery, failure),
    counted: (outcome, code, road) => metrics.delivery(outcome, code, road),
  })
  const announcer = new Announcer({ transactions: core.transactions, clock, logger, app: app ? APP_SENDER : undefined, second })
  const digests = new DigestMaker({ transactions: core.transactions, clock, logger })

  const reach = new ReachWatch({
    transactions: core.transactions,
    clock,
    logger,
    secrets,
    probe: reachProbe(chat),
    everySeconds: config.reachSeconds,
    robots: () =>
      [...held].map(name => {
        const since = downSince.get(name)
        return { name, isUp: speaks(name) !== undefined, refused: refused.has(name), ...(since === undefined ? {} : { downSince: since }) }
      }),
  })

  async function holdRobots(): Promise<void> {
    const rows = await core.transactions.read(t => t.robots.find(PLATFORM, {}))
    for (const name of [...held]) {
      if (!rows.some(row => row.name === name)) await letGo(name)
    }
    for (const row of rows) {
      if (row.mode === 'callback' && !callbackRobots) {
        heldElsewhere.add(row.name)
        continue
      }
      if (await leases.hold(`robot:${row.name}`, LEASE_SECONDS)) {
        heldElsewhere.delete(row.name)
        const isNew = !held.has(row.name)
        held.add(row.name)
        if (row.mode === 'callback') answer(row, isNew)
        else if ((pausedUntil.get(row.name) ?? 0) <= clock.now()) connect(row)
      } else {
        heldElsewhere.add(row.name)
        downSince.delete(row.name)
        answering.delete(row.name)
        if (held.delete(row.name)) chat.disconnect(row.name)
      }
    }
    robots = rows.map(row => row.name)
    holdsHook = hook !== undefined && (await leases.hold(`road:${HOOK_SENDER}`, LEASE_SECONDS))
    holdsApp = app !== undefined && (await leases.hold(`road:${APP_SENDER}`, LEASE_SECONDS))
    holdsMail = mail !== undefined && (await leases.hold(`road:${MAIL_SENDER}`, LEASE_SECONDS))
  }

  function answer(row: Robot, isNew: boolean): void {
    // It may have had a connection until it was declared anew.
    if (!answering.has(row.name)) chat.disconnect(row.name)
    answering.add(row.name)
    downSince.delete(row.name)
    if (!isNew) return
    sending.kick()
    resume(row.name)
  }

  function resume(name: string): void {
    void runtime.resume(name).catch((error: unknown) => logger.error({ error }, 'unanswered messages could not be taken up'))
  }

  function connect(row: Robot): void {
    answering.delete(row.name)
    if (!chat.isConnected(row.name)) downSince.set(row.name, downSince.get(row.name) ?? clock.now())
    const secret = secrets.open(row.secret, sealContext('robot', row.id))
    chat.connect({ name: row.name, botId: row.botId, secret, displayName: ROBOT_NAME, ...(row.wsUrl ? { wsUrl: row.wsUrl } : {}) })
  }

  async function letGo(name: string): Promise<void> {
    held.delete(name)
    downSince.delete(name)
    answering.delete(name)
    chat.disconnect(name)
    await leases.release(`robot:${name}`)
  }

  const learning = startLoop('intel', INTEL_MILLISECONDS, logger, () => parts.knowledge.refresh())
  const holding = startLoop('robots', RENEW_MILLISECONDS, logger, holdRobots)
  const sending = startLoop('deliveries', LOOK_MILLISECONDS, logger, () => dispatcher.kick())
  const announcing = startLoop('announcements', LOOK_MILLISECONDS, logger, async () => {
    if ((await announcer.runDue()) > 0) announcing.kick()
  })
  const digesting = startLoop('digests', DIGEST_MILLISECONDS, logger, () => digests.runDue())
  const watching = startLoop('second road', WATCH_MILLISECONDS, logger, () => second.watch(downSince))
  const reaching = startLoop('reach', REACH_MILLISECONDS, logger, () => reach.runDue())
  core.transactions.onCommit(() => {
    announcing.kick()
    // A running dispatcher looks again at once; a second call of the loop would wait for its end.
    void dispatcher.kick().catch((error: unknown) => logger.error({ error }, 'deliveries could not be looked at'))
  })
  return {
    isConnected: () => robots.length > 0 && robots.every(name => heldElsewhere.has(name) || (held.has(name) && speaks(name) !== undefined)),
    async stop() {
      await holding.stop()
      await learning.stop()
      await runtime.settled()
      await announcing.stop()
      await digesting.stop()
      await watching.stop()
      await reaching.stop()
      await sending.stop()
      for (const name of [...held]) await letGo(name)
      if (holdsHook) await leases.release(`road:${HOOK_SENDER}`)
      if (holdsApp) await leases.release(`road:${APP_SENDER}`)
      if (holdsMail) await leases.release(`road:${MAIL_SENDER}`)
      chat.close()
      await mail?.close()
    },
  }
}

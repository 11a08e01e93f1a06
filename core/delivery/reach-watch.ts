// Finds dead groups without speaking in them: asks each group's roads every few minutes, and watches robots that are refused. Called by the bot's loop.
import type { Clock } from '../ports/clock.js'
import type { Logger } from '../ports/logger.js'
import type { ReachProbe, ReachTarget } from '../ports/reach.js'
import type { Secrets } from '../ports/secrets.js'
import type { Transactions } from '../ports/transaction.js'
import { sealContext } from '../tenants/sealing.js'
import { PLATFORM, type Group, type Robot } from '../tenants/tenant.js'

/** A robot that is down for so long is told of, whatever the reason (milliseconds). */
const DOWN = 180_000
/** Asked at once; a platform with thousands of groups must not ask them all in one second. */
const TOGETHER = 8

interface Needs {
  readonly transactions: Transactions
  readonly clock: Clock
  readonly logger: Logger
  readonly secrets: Secrets
  readonly probe: ReachProbe
  /** A group is asked so often; staff are to know within five minutes. 0: never, only robots are watched. */
  readonly everySeconds: number
  /** Robots whose lease this process holds, and whether they work now. */
  robots(): readonly { readonly name: string; readonly isUp: boolean; readonly downSince?: number; readonly refused?: boolean }[]
}

export class ReachWatch {
  private readonly askedAt = new Map<string, number>()
  constructor(private readonly needs: Needs) {}

  async runDue(): Promise<void> {
    const now = this.needs.clock.now()
    const held = this.needs.robots()
    const rows = await this.needs.transactions.read(t => t.robots.find(PLATFORM, {}))
    for (const robot of held)
      if (!robot.isUp && (robot.refused || now - (robot.downSince ?? now) >= DOWN))
        await this.tellOfRobot(robot.name, robot.refused ?? false)
    if (this.needs.everySeconds === 0) return
    const groups = await this.needs.transactions.read(t =>
      t.groups.acrossTenantsFind({ robot: { oneOf: ['', ...held.map(one => one.name)] } }),
    )
    const due = groups.filter(group => now - (this.askedAt.get(group.id) ?? -Infinity) >= this.needs.everySeconds * 1000)
    for (const id of [...this.askedAt.keys()]) if (!groups.some(group => group.id === id)) this.askedAt.delete(id)
    for (let at = 0; at < due.length; at += TOGETHER)
      await Promise.all(
        due.slice(at, at + TOGETHER).map(async group => {
          this.askedAt.set(group.id, now)
          const isUp = held.some(one => one.name === group.robot && one.isUp)
          for (const target of this.targetsOf(
            group,
            rows.find(row => row.name === group.robot),
            isUp,
          ))
            await this.ask(group, target)
        }),
      )
  }

  private targetsOf(group: Group, robot: Robot | undefined, isUp: boolean): ReachTarget[] {
    const base = { robot: group.robot, chatId: group.chatId }
    const written: ReachTarget[] = []
    if (group.webhook !== null)
      written.push({ ...base, road: 'webhook', address: this.needs.secrets.open(group.webhook, sealContext('group', group.id)) })
    // No robot sits in a relayed group, and one in callback mode cannot be asked.
    const mayAsk = isUp && robot?.mode === 'connection' && group.form !== 'external_relay'
    return mayAsk ? [...written, { ...base, road: 'robot', address: group.chatId }] : written
  }

  private async ask(group: Group, target: ReachTarget): Promise<void> {
    const found = await this.needs.probe.probe(target)
    if (found.state !== 'dead') return
    this.needs.logger.warn({ chatId: group.chatId, road: target.road, code: found.code }, 'group cannot be reached')
    await this.needs.transactions.run(tx => {
      tx.announce({
        tenantId: group.tenantId,
        kind: 'group-unreachable',
        refs: { groupId: group.id, road: target.road, code: found.code },
        key: `unreachable:${group.id}:${target.road}:${tx.at.slice(0, 13)}`,
      })
      return Promise.resolve()
    })
  }

  private async tellOfRobot(name: string, refused: boolean): Promise<void> {
    await this.needs.transactions.run(tx => {
      tx.announce({
        tenantId: PLATFORM,
        kind: 'robot-unreachable',
        refs: { robot: name, why: refused ? 'refused' : 'down' },
        key: `robot-unreachable:${name}:${refused ? 'refused' : 'down'}:${tx.at.slice(0, 13)}`.slice(0, 200),
      })
      return Promise.resolve()
    })
  }
}

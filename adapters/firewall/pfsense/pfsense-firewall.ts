// A pfSense as a firewall, by one alias; made by the driver, called by core/disposal through the port.
import { z } from 'zod'
import { AppError } from '../../../core/errors.js'
import type { BlockedAddress, BlockOrder, BlockReceipt, Firewall } from '../../../core/ports/firewall.js'
import { answerJson, callDevice, countdown, type DeviceAnswer, refusal } from '../../shared/device-http.js'
import { oneAtATime } from '../../shared/one-at-a-time.js'
import { misconfigured } from '../../shared/ssh-address.js'
import { addressFamily, canonicalFromDevice, checkedOrder, isReference } from '../checked-order.js'
import type { PfsenseConfig } from './config.js'

const Alias = z.object({ id: z.number().int(), name: z.string(), address: z.array(z.string()), detail: z.array(z.string()).default([]) })
type Alias = z.infer<typeof Alias>
const Aliases = z.object({ data: z.array(Alias) })
const Table = z.object({ data: z.object({ entries: z.array(z.string()).nullish() }) })
const Told = z.object({ message: z.string() })

interface Entry {
  readonly address: string
  readonly detail: string
}

export class PfsenseFirewall implements Firewall {
  constructor(private readonly config: PfsenseConfig) {}

  plan(order: BlockOrder): Promise<readonly string[]> {
    return Promise.resolve().then(() => {
      const { ip, reference } = checkedOrder(order)
      return [this.shown(`+ ${ip} (${reference})`)]
    })
  }

  async block(order: BlockOrder): Promise<BlockReceipt> {
    const { ip, reference } = checkedOrder(order)
    return this.change(`+ ${ip} (${reference})`, entries => [
      ...entries.filter(({ address }) => address !== ip),
      { address: ip, detail: reference },
    ])
  }

  async unblock(ip: string): Promise<BlockReceipt> {
    addressFamily(ip)
    return this.change(`- ${ip}`, entries => entries.filter(({ address }) => address !== ip))
  }

  /** What stands in the packet filter's table; the alias only adds the disposals' numbers. */
  async list(): Promise<readonly BlockedAddress[]> {
    const left = countdown(this.config.web)
    const alias = await this.alias(left)
    const answer = await this.call('GET', `diagnostics/table?id=${this.config.alias}`, left)
    const table = Table.safeParse(answerJson(answer))
    // No rule uses the alias: it has no table, and stops nothing.
    if (answer.status === 404) return []
    if (answer.status !== 200) throw this.refused(answer)
    if (!table.success) throw this.unreadable(answer)
    const details = new Map(entriesOf(alias).map(({ address, detail }) => [address, detail]))
    return (table.data.data.entries ?? []).flatMap(entry => {
      const ip = canonicalFromDevice(entry.trim())
      if (ip === undefined) return []
      const reference = details.get(ip)
      return [{ ip, ...(isReference(reference) && { reference }) }]
    })
  }

  /** An alias is changed by writing all of it, so two changes must not overlap. */
  private change(shown: string, edit: (entries: readonly Entry[]) => readonly Entry[]): Promise<BlockReceipt> {
    return oneAtATime(`pfsense ${this.config.web.origin} ${this.config.alias}`, async () => {
      const left = countdown(this.config.web)
      const before = await this.alias(left)
      const after = edit(entriesOf(before))
      const body = JSON.stringify({
        id: before.id,
        address: after.map(({ address }) => address),
        detail: after.map(({ detail }) => detail),
        apply: true,
      })
      const answer = await this.call('PATCH', 'firewall/alias', left, body)
      if (answer.status !== 200) throw this.refused(answer)
      return { commands: [this.shown(shown)], answer: `HTTP 200, ${after.length} entries` }
    })
  }

  private async alias(left: () => number): Promise<Alias> {
    const answer = await this.call('GET', `firewall/aliases?limit=0&name=${this.config.alias}`, left)
    if (answer.status !== 200) throw this.refused(answer)
    const parsed = Aliases.safeParse(answerJson(answer))
    if (!parsed.success) throw this.unreadable(answer)
    const alias = parsed.data.data.find(({ name }) => name === this.config.alias)
    if (!alias) throw misconfigured(this.config.web.device, `设备上没有别名 ${this.config.alias}`)
    return alias
  }

  private shown(change: string): string {
    return `PATCH /api/v2/firewall/alias ${this.config.alias} ${change}`
  }

  private call(method: 'GET' | 'PATCH', path: string, left: () => number, body?: string): Promise<DeviceAnswer> {
    const headers = {
      accept: 'application/json',
      'x-api-key': this.config.apiKey,
      ...(body !== undefined && { 'content-type': 'application/json' }),
    }
    return callDevice(this.config.web, { method, path: `/api/v2/${path}`, headers, ...(body !== undefined && { body }) }, left())
  }

  private refused(answer: DeviceAnswer): AppError {
    return refusal(this.config.web, answer, Told.safeParse(answerJson(answer)).data?.message)
  }

  private unreadable({ body }: DeviceAnswer): AppError {
    return new AppError('DEVICE_REFUSED', { device: this.config.web.device, answer: `unreadable: ${body.slice(0, 200)}` })
  }
}

function entriesOf({ address, detail }: Alias): Entry[] {
  return address.map((each, i) => ({ address: each, detail: detail[i] ?? '' }))
}

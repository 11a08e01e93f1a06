// An OPNsense as a firewall, by the table of one alias; made by the driver, called by core/disposal through the port.
import { z } from 'zod'
import { AppError } from '../../../core/errors.js'
import type { BlockedAddress, BlockOrder, BlockReceipt, Firewall } from '../../../core/ports/firewall.js'
import { answerJson, callDevice, type DeviceAnswer, refusal } from '../../shared/device-http.js'
import { misconfigured } from '../../shared/ssh-address.js'
import { addressFamily, canonicalFromDevice, checkedOrder } from '../checked-order.js'
import type { OpnsenseConfig } from './config.js'

const Changed = z.object({ status: z.string(), status_msg: z.string().optional() })
const Rows = z.object({ total: z.number(), rows: z.array(z.object({ ip: z.string() })) })

export class OpnsenseFirewall implements Firewall {
  constructor(private readonly config: OpnsenseConfig) {}

  plan(order: BlockOrder): Promise<readonly string[]> {
    return Promise.resolve().then(() => [this.shown('add', checkedOrder(order).ip)])
  }

  async block(order: BlockOrder): Promise<BlockReceipt> {
    return this.change('add', checkedOrder(order).ip)
  }

  async unblock(ip: string): Promise<BlockReceipt> {
    addressFamily(ip)
    return this.change('delete', ip)
  }

  /** The members of the table in the packet filter, not of the configuration. */
  async list(): Promise<readonly BlockedAddress[]> {
    const answer = await this.call('GET', `list/${this.config.alias}?current=1&rowCount=-1`)
    const parsed = Rows.safeParse(answerJson(answer))
    if (answer.status !== 200) throw refusal(this.config.web, answer)
    if (!parsed.success || parsed.data.rows.length < parsed.data.total) throw this.unreadable(answer)
    return parsed.data.rows.flatMap(row => {
      const ip = canonicalFromDevice(row.ip)
      return ip === undefined ? [] : [{ ip }]
    })
  }

  private async change(verb: 'add' | 'delete', ip: string): Promise<BlockReceipt> {
    const answer = await this.call('POST', `${verb}/${this.config.alias}`, JSON.stringify({ address: ip }))
    if (answer.status !== 200) throw refusal(this.config.web, answer)
    const said = Changed.safeParse(answerJson(answer))
    if (!said.success) throw this.unreadable(answer)
    if (said.data.status === 'done') return { commands: [this.shown(verb, ip)], answer: 'done' }
    const words = said.data.status_msg ?? said.data.status
    if (/nonexist|not exist|no such/i.test(words)) throw misconfigured(this.config.web.device, `设备上没有别名 ${this.config.alias}`)
    throw refusal(this.config.web, answer, words)
  }

  private shown(verb: 'add' | 'delete', ip: string): string {
    return `POST /api/firewall/alias_util/${verb}/${this.config.alias} ${JSON.stringify({ address: ip })}`
  }

  private call(method: 'GET' | 'POST', path: string, body?: string): Promise<DeviceAnswer> {
    const { web, key, secret } = this.config
    return callDevice(web, {
      method,
      path: `/api/firewall/alias_util/${path}`,
      headers: {
        accept: 'application/json',
        authorization: `Basic ${Buffer.from(`${key}:${secret}`).toString('base64')}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body }),
    })
  }

  private unreadable({ body }: DeviceAnswer): AppError {
    return new AppError('DEVICE_REFUSED', { device: this.config.web.device, answer: `unreadable: ${body.slice(0, 200)}` })
  }
}

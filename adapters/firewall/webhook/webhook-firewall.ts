// Whatever answers a signed webhook as a firewall; made by the driver, called by core/disposal through the port.
import { createHash } from 'node:crypto'
import { z } from 'zod'
import { AppError } from '../../../core/errors.js'
import type { BlockedAddress, BlockOrder, BlockReceipt, Firewall } from '../../../core/ports/firewall.js'
import { answerJson, callDevice, type DeviceAnswer, refusal } from '../../shared/device-http.js'
import { signHook } from '../../shared/sign-hook.js'
import { addressFamily, canonicalFromDevice, checkedOrder, isReference } from '../checked-order.js'
import type { WebhookConfig } from './config.js'

const Done = z.object({ ok: z.literal(true), message: z.string().optional() })
const Listing = z.object({
  ok: z.literal(true),
  blocked: z
    .array(z.object({ ip: z.string(), reference: z.string().optional(), remainingSeconds: z.number().nonnegative().optional() }))
    .max(100_000),
})

export class WebhookFirewall implements Firewall {
  constructor(private readonly config: WebhookConfig) {}

  plan(order: BlockOrder): Promise<readonly string[]> {
    return Promise.resolve().then(() => [this.shown(blockBody(order))])
  }

  async block(order: BlockOrder): Promise<BlockReceipt> {
    return this.change(blockBody(order))
  }

  async unblock(ip: string): Promise<BlockReceipt> {
    addressFamily(ip)
    return this.change(JSON.stringify({ version: 1, do: 'unblock', ip }))
  }

  async list(): Promise<readonly BlockedAddress[]> {
    const answer = await this.call(JSON.stringify({ version: 1, do: 'list' }))
    const parsed = Listing.safeParse(answerJson(answer))
    if (!parsed.success)
      throw new AppError('DEVICE_REFUSED', { device: this.config.web.device, answer: `unreadable: ${answer.body.slice(0, 200)}` })
    return parsed.data.blocked.flatMap(({ ip: text, reference, remainingSeconds }) => {
      const ip = canonicalFromDevice(text)
      if (ip === undefined) return []
      return [{ ip, ...(remainingSeconds !== undefined && { remainingSeconds }), ...(isReference(reference) && { reference }) }]
    })
  }

  private async change(body: string): Promise<BlockReceipt> {
    const answer = await this.call(body)
    const done = Done.safeParse(answerJson(answer))
    if (!done.success) throw refusal(this.config.web, answer)
    return { commands: [this.shown(body)], answer: (done.data.message ?? 'ok').slice(0, 500) }
  }

  private shown(body: string): string {
    return `POST ${this.config.path} ${body}`
  }

  private async call(body: string): Promise<DeviceAnswer> {
    const { web, path, secret } = this.config
    const timestamp = Math.floor(Date.now() / 1000)
    const answer = await callDevice(web, {
      method: 'POST',
      path,
      body,
      headers: {
        accept: 'application/json',
        'content-type': 'application/json; charset=utf-8',
        'x-guanjia-timestamp': String(timestamp),
        'x-guanjia-signature': signHook(secret, timestamp, body),
        // With the time: unblocking an address a second time, weeks later, is another order.
        'idempotency-key': createHash('sha256').update(`${timestamp}.${body}`).digest('hex').slice(0, 32),
      },
    })
    if (answer.status !== 200) throw refusal(web, answer)
    return answer
  }
}

function blockBody(order: BlockOrder): string {
  const { ip, reference, ttlSeconds } = checkedOrder(order)
  return JSON.stringify({ version: 1, do: 'block', ip, reference, ttlSeconds })
}

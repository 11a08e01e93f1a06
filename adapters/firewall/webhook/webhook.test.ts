// The signed webhook driver against a receiver that does what its README asks.
import { createHmac, timingSafeEqual } from 'node:crypto'
import { expect, it } from 'vitest'
import { aBlock, codeOf } from '../../../tests/contracts/firewall.js'
import { httpFirewallContract } from '../../../tests/contracts/http-firewall.js'
import { type Asked, startWebDevice } from '../../../tests/support/web-device.js'
import { openFirewall } from '../open-firewall.js'
import { webhook } from './index.js'

const credential = { secret: 'webhook-secret-planted' }

function startReceiver() {
  const blocked = new Map<string, { ip: string; reference: string; until: number }>()
  return startWebDevice(({ method, url, headers, body }: Asked) => {
    const timestamp = String(headers['x-guanjia-timestamp'])
    const given = Buffer.from(String(headers['x-guanjia-signature']))
    const wanted = Buffer.from(`v1=${createHmac('sha256', credential.secret).update(`${timestamp}.${body}`).digest('hex')}`)
    const fresh = Math.abs(Date.now() / 1000 - Number(timestamp)) < 300
    if (!fresh || given.length !== wanted.length || !timingSafeEqual(given, wanted)) return { status: 401, body: '{"ok":false}' }
    if (method !== 'POST' || url !== '/hooks/guanjia' || !/^[0-9a-f]{32}$/.test(String(headers['idempotency-key'])))
      return { status: 400, body: '{"ok":false}' }
    const order = JSON.parse(body) as { version: 1; do: string; ip: string; reference: string; ttlSeconds: number }
    if (order.do === 'block')
      blocked.set(order.ip, { ip: order.ip, reference: order.reference, until: Date.now() + order.ttlSeconds * 1000 })
    if (order.do === 'unblock') blocked.delete(order.ip)
    const alive = [...blocked.values()].filter(({ until }) => until > Date.now())
    const listing = alive.map(({ ip, reference, until }) => ({ ip, reference, remainingSeconds: (until - Date.now()) / 1000 }))
    return { status: 200, body: JSON.stringify(order.do === 'list' ? { ok: true, blocked: listing } : { ok: true }) }
  })
}

httpFirewallContract({
  driver: webhook,
  start: startReceiver,
  credential,
  suffix: '/hooks/guanjia',
  unauthorised: { status: 401, body: '{"ok":false}' },
})

it('says nothing was done when the receiver says 200 without ok', async () => {
  const receiver = await startReceiver()
  const firewall = openFirewall(webhook, {
    address: `${receiver.origin}/hooks/guanjia`,
    credential: JSON.stringify(credential),
    timeoutMilliseconds: 5000,
  })
  receiver.instead.push({ status: 200, body: '{"ok":false,"message":"no such agent"}' })

  expect(await codeOf(firewall.block(aBlock('203.0.113.7')))).toBe('DEVICE_REFUSED')
  await receiver.close()
})

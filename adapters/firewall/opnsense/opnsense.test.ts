// The OPNsense driver against a server that speaks alias_util and refuses what it refuses.
import { expect, it } from 'vitest'
import { aBlock, codeOf } from '../../../tests/contracts/firewall.js'
import { httpFirewallContract } from '../../../tests/contracts/http-firewall.js'
import { type Asked, startWebDevice } from '../../../tests/support/web-device.js'
import { openFirewall } from '../open-firewall.js'
import { opnsense } from './index.js'

const credential = { key: 'opn-key-planted', secret: 'opn-secret-planted' }
const BASIC = `Basic ${Buffer.from(`${credential.key}:${credential.secret}`).toString('base64')}`

function startBox(alias = 'guanjia_block') {
  const table = new Set<string>()
  const say = (body: object) => ({ status: 200, body: JSON.stringify(body) })
  return startWebDevice(({ method, url, headers, body }: Asked) => {
    if (headers.authorization !== BASIC) return { status: 401, body: '{"status":401,"message":"Authentication Failed"}' }
    const [, verb, name] = /^\/api\/firewall\/alias_util\/(add|delete|list)\/(\w+)/.exec(url) ?? []
    if (verb === undefined) return { status: 404, body: '{"errorMessage":"Endpoint not found"}' }
    if (name !== alias) return say({ status: 'failed', status_msg: `nonexistent alias ${name ?? ''}` })
    if (verb === 'list' && method === 'GET') {
      const rows = [...table].map(ip => ({ ip }))
      return say({ total: rows.length, rowCount: rows.length, current: 1, rows })
    }
    if (method !== 'POST' || headers['content-type'] !== 'application/json') return say({ status: 'failed' })
    const { address } = JSON.parse(body) as { address: string }
    if (verb === 'add') table.add(address)
    else table.delete(address)
    return say({ status: 'done' })
  })
}

httpFirewallContract({
  driver: opnsense,
  start: startBox,
  credential,
  suffix: '/',
  unauthorised: { status: 401, body: '{"status":401,"message":"Authentication Failed"}' },
})

it('asks exactly this, and names an alias that is not there', async () => {
  const box = await startBox()
  const open = (address: string) => openFirewall(opnsense, { address, credential: JSON.stringify(credential), timeoutMilliseconds: 5000 })

  await open(box.origin).block(aBlock('203.0.113.7'))
  await open(box.origin).unblock('203.0.113.7')

  expect(box.asked.map(({ method, url, body }) => `${method} ${url} ${body}`)).toEqual([
    'POST /api/firewall/alias_util/add/guanjia_block {"address":"203.0.113.7"}',
    'POST /api/firewall/alias_util/delete/guanjia_block {"address":"203.0.113.7"}',
  ])
  expect(await codeOf(open(`${box.origin}/?alias=other`).block(aBlock('203.0.113.7')))).toBe('DEVICE_MISCONFIGURED')
  await box.close()
})

it('does not take a page of the table for all of it', async () => {
  const box = await startBox()
  box.instead.push({ status: 200, body: '{"total":2,"rowCount":1,"current":1,"rows":[{"ip":"203.0.113.7"}]}' })
  const firewall = openFirewall(opnsense, { address: box.origin, credential: JSON.stringify(credential), timeoutMilliseconds: 5000 })

  expect(await codeOf(firewall.list())).toBe('DEVICE_REFUSED')
  await box.close()
})

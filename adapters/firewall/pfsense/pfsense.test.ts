// The pfSense driver against a server that speaks the REST API package and refuses what it refuses.
import { expect, it } from 'vitest'
import { aBlock, codeOf } from '../../../tests/contracts/firewall.js'
import { httpFirewallContract } from '../../../tests/contracts/http-firewall.js'
import { type Asked, startWebDevice } from '../../../tests/support/web-device.js'
import { openFirewall } from '../open-firewall.js'
import { pfsense } from './index.js'

const credential = { apiKey: 'pf-key-planted-1' }

async function startBox(used = true) {
  const alias = { id: 3, name: 'guanjia_block', type: 'host', descr: '', address: [] as string[], detail: [] as string[] }
  const table = new Set<string>()
  const say = (code: number, data: unknown, message = '') => ({ status: code, body: JSON.stringify({ code, status: 'ok', message, data }) })
  const box = await startWebDevice(({ method, url, headers, body }: Asked) => {
    if (headers['x-api-key'] !== credential.apiKey) return say(401, [], 'The provided API key is not valid.')
    const parsed = new URL(url, 'http://fw')
    switch (`${method} ${parsed.pathname}`) {
      case 'GET /api/v2/firewall/aliases':
        return say(200, parsed.searchParams.get('name') === alias.name ? [alias] : [])
      case 'GET /api/v2/diagnostics/table':
        return used ? say(200, { id: alias.name, entries: [...table].map(entry => ` ${entry}`) }) : say(404, [], 'no such table')
      case 'PATCH /api/v2/firewall/alias': {
        const given = JSON.parse(body) as { id: number; address: string[]; detail: string[]; apply?: boolean }
        if (given.id !== alias.id) return say(404, [], 'Object not found')
        if (given.address.length !== given.detail.length) return say(400, [], 'Field `detail` must have one entry for each address')
        Object.assign(alias, { address: given.address, detail: given.detail })
        if (given.apply === true) {
          table.clear()
          for (const address of given.address) table.add(address)
        }
        return say(200, alias)
      }
      default:
        return say(405, [], 'Method not allowed')
    }
  })
  return Object.assign(box, { alias, table })
}

const open = (origin: string, suffix = '/') =>
  openFirewall(pfsense, { address: `${origin}${suffix}`, credential: JSON.stringify(credential), timeoutMilliseconds: 5000 })

httpFirewallContract({
  driver: pfsense,
  start: startBox,
  credential,
  suffix: '/',
  unauthorised: { status: 401, body: '{"code":401,"status":"unauthorized","message":"The provided API key is not valid.","data":[]}' },
})

it('keeps the entries of others and their notes', async () => {
  const box = await startBox()
  box.alias.address.push('198.51.100.9')
  box.alias.detail.push('by hand')

  await open(box.origin).block(aBlock('203.0.113.7', { reference: 'DP-1' }))
  expect(box.alias).toMatchObject({ address: ['198.51.100.9', '203.0.113.7'], detail: ['by hand', 'DP-1'] })
  expect(await open(box.origin).list()).toEqual([{ ip: '198.51.100.9' }, { ip: '203.0.113.7', reference: 'DP-1' }])

  await open(box.origin).unblock('203.0.113.7')
  expect(box.alias).toMatchObject({ address: ['198.51.100.9'], detail: ['by hand'] })
  await box.close()
})

it('believes the packet filter, not the configuration', async () => {
  const box = await startBox()
  await open(box.origin).block(aBlock('203.0.113.7'))
  box.table.clear()
  expect(await open(box.origin).list()).toEqual([])

  const unused = await startBox(false)
  await open(unused.origin).block(aBlock('203.0.113.7'))
  expect(await open(unused.origin).list()).toEqual([])
  expect(await codeOf(open(unused.origin, '/?alias=other').list())).toBe('DEVICE_MISCONFIGURED')
  await box.close()
  await unused.close()
})

// The FortiGate driver against a server that speaks FortiOS's REST API and refuses what FortiOS refuses.
import { expect, it } from 'vitest'
import { aBlock, codeOf } from '../../../tests/contracts/firewall.js'
import { httpFirewallContract } from '../../../tests/contracts/http-firewall.js'
import { type Asked, startWebDevice, type WebDevice } from '../../../tests/support/web-device.js'
import { openFirewall } from '../open-firewall.js'
import { fortigate } from './index.js'

const TOKEN = 'f0rti-t0ken-planted'

interface Box extends WebDevice {
  readonly objects: Map<string, { name: string; subnet?: string; ip6?: string; comment?: string }>
  readonly members: Map<string, Set<string>>
  references: number
  /** Objects that a policy of somebody else uses. */
  readonly inUse: Set<string>
}

async function startBox(vdom = 'uni'): Promise<Box> {
  const objects: Box['objects'] = new Map()
  const members: Box['members'] = new Map([
    ['addrgrp/guanjia-block', new Set(['guanjia-none'])],
    ['addrgrp6/guanjia-block6', new Set<string>()],
  ])
  const say = (status: number, more: object = {}) => ({
    status,
    body: JSON.stringify({ status: status === 200 ? 'success' : 'error', http_status: status, vdom, serial: 'FGVMTEST', ...more }),
  })
  const answer = ({ method, url, headers, body }: Asked) => {
    if (headers.authorization !== `Bearer ${TOKEN}`) return { status: 401, body: '' }
    const parsed = new URL(url, 'http://fw')
    if (parsed.searchParams.get('vdom') !== vdom) return say(403, { error: -651 })
    const path = parsed.pathname.replace('/api/v2/cmdb/firewall/', '').split('/').map(decodeURIComponent)
    const [kind = '', name, sub, member] = path
    const given = JSON.parse(body || '{}') as { name: string; subnet?: string; ip6?: string }
    if (kind.startsWith('addrgrp')) {
      const group = members.get(`${kind}/${name ?? ''}`)
      if (!group) return say(404, { error: -3 })
      if (method === 'GET')
        return say(200, {
          results: [{ name, q_ref: box.references, member: [...group].map(each => ({ name: each, q_origin_key: each })) }],
        })
      if (method === 'POST' && sub === 'member') {
        if (!objects.has(given.name)) return say(500, { error: -3 })
        if (group.has(given.name)) return say(500, { error: -5 })
        group.add(given.name)
        return say(200, { mkey: given.name })
      }
      if (method === 'DELETE' && member !== undefined) return group.delete(member) ? say(200) : say(404, { error: -3 })
      return say(405)
    }
    const six = kind === 'address6'
    if (method === 'GET')
      return say(200, { results: [...objects.values()].filter(object => 'ip6' in object === six && object.name.includes('GJ-')) })
    if (method === 'POST') {
      if (objects.has(given.name)) return say(500, { error: -5 })
      if (six ? given.ip6 === undefined : !/^\S+ 255\.255\.255\.255$/.test(given.subnet ?? '')) return say(500, { error: -8 })
      objects.set(given.name, given)
      return say(200, { mkey: given.name })
    }
    if (!objects.has(name ?? '')) return say(404, { error: -3 })
    if (method === 'PUT') {
      objects.set(name ?? '', given)
      return say(200)
    }
    if ([...members.values()].some(group => group.has(name ?? '')) || box.inUse.has(name ?? '')) return say(424, { error: -23 })
    objects.delete(name ?? '')
    return say(200)
  }
  const box: Box = Object.assign(await startWebDevice(answer), { objects, members, references: 2, inUse: new Set<string>() })
  return box
}

const open = (box: Box, address = `${box.origin}/?vdom=uni`) =>
  openFirewall(fortigate, { address, credential: JSON.stringify({ token: TOKEN }), timeoutMilliseconds: 5000 })

httpFirewallContract({
  driver: fortigate,
  start: startBox,
  credential: { token: TOKEN },
  suffix: '/?vdom=uni',
  unauthorised: { status: 401, body: '' },
})

it('asks exactly this, in the VDOM, with the token in the header only', async () => {
  const box = await startBox()
  const firewall = open(box)

  await firewall.block(aBlock('203.0.113.7', { reference: 'DP-1' }))
  await firewall.unblock('203.0.113.7')

  expect(box.asked.map(({ method, url, body }) => `${method} ${url} ${body}`)).toEqual([
    'POST /api/v2/cmdb/firewall/address?vdom=uni {"name":"GJ-203.0.113.7","subnet":"203.0.113.7 255.255.255.255","comment":"DP-1"}',
    'POST /api/v2/cmdb/firewall/addrgrp/guanjia-block/member?vdom=uni {"name":"GJ-203.0.113.7"}',
    'DELETE /api/v2/cmdb/firewall/addrgrp/guanjia-block/member/GJ-203.0.113.7?vdom=uni ',
    'DELETE /api/v2/cmdb/firewall/address/GJ-203.0.113.7?vdom=uni ',
  ])
  expect(box.objects.size).toBe(0)
  await box.close()
})

it('shows nothing while the group is in no policy', async () => {
  const box = await startBox()
  await open(box).block(aBlock('203.0.113.7'))
  box.references = 0

  expect(await open(box).list()).toEqual([])
  await box.close()
})

it('leaves an object that somebody uses elsewhere, and no longer blocks by it', async () => {
  const box = await startBox()
  await open(box).block(aBlock('203.0.113.7'))
  box.inUse.add('GJ-203.0.113.7')

  expect((await open(box).unblock('203.0.113.7')).answer).toContain('used elsewhere')

  expect(await open(box).list()).toEqual([])
  await box.close()
})

it('names what is not set up', async () => {
  const box = await startBox()

  expect(await codeOf(open(box, `${box.origin}/?vdom=uni&group=other`).block(aBlock('203.0.113.7')))).toBe('DEVICE_MISCONFIGURED')
  expect(await codeOf(open(box, `${box.origin}/?vdom=root`).list())).toBe('DEVICE_MISCONFIGURED')
  await box.close()
})

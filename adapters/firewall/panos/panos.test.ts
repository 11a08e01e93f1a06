// The PAN-OS driver against a server that speaks its XML API: candidate and running configuration, commit jobs, and what it refuses.
import { expect, it } from 'vitest'
import { aBlock, codeOf } from '../../../tests/contracts/firewall.js'
import { httpFirewallContract } from '../../../tests/contracts/http-firewall.js'
import { type Asked, startWebDevice } from '../../../tests/support/web-device.js'
import { openFirewall } from '../open-firewall.js'
import { panos } from './index.js'

const credential = { apiKey: 'panos-key-planted==' }
const ADDRESSES = "/config/devices/entry[@name='localhost.localdomain']/vsys/entry[@name='vsys1']/address"

async function startBox() {
  const candidate = new Map<string, string>()
  const running = new Map<string, string>()
  const state = { job: 0, polls: 0, fails: false, busy: 0, pollsPerJob: 1 }
  const ok = (inner: string, code = '') => ({
    status: 200,
    body: `<response status="success"${code && ` code="${code}"`}>${inner}</response>`,
  })
  const no = (code: string, words: string) => ({
    status: 200,
    body: `<response status="error" code="${code}"><msg><line>${words}</line></msg></response>`,
  })
  const job = (status: string, result: string, details = '') =>
    ok(
      `<result><job><id>${state.job}</id><status>${status}</status><result>${result}</result><details><line>${details}</line></details></job></result>`,
    )
  const box = await startWebDevice(({ method, url, headers, body }: Asked) => {
    if (headers['x-pan-key'] !== credential.apiKey)
      return { status: 403, body: '<response status="error" code="403"><result><msg>Invalid Credential</msg></result></response>' }
    if (method !== 'POST' || url !== '/api/') return no('17', 'bad request')
    const form = new URLSearchParams(body)
    const [type, action, xpath = ''] = [form.get('type'), form.get('action'), form.get('xpath') ?? '']
    if (type === 'config') {
      if (action === 'show') {
        if (xpath !== ADDRESSES) return no('7', 'No such node')
        return running.size === 0 ? no('7', 'No such node') : ok(`<result><address>${[...running.values()].join('')}</address></result>`)
      }
      const name = /^\/entry\[@name='(GJ-[0-9a-f._]+)'\]$/.exec(xpath.replace(ADDRESSES, ''))?.[1]
      if (name === undefined) return no('17', 'Invalid xpath')
      if (action === 'delete')
        return candidate.delete(name) ? ok('<msg>command succeeded</msg>', '20') : ok("<msg>Object doesn't exist</msg>", '7')
      if (action !== 'edit') return no('17', 'bad action')
      candidate.set(name, form.get('element') ?? '')
      return ok('<msg>command succeeded</msg>', '20')
    }
    if (type === 'commit') {
      if (form.get('cmd') !== '<commit><partial><admin><member>guanjia</member></admin></partial></commit>') return no('17', 'bad commit')
      if (state.busy > 0) {
        state.busy--
        return no('13', 'A commit is in progress. Please try again later.')
      }
      if (JSON.stringify([...candidate]) === JSON.stringify([...running])) return ok('<msg>There are no changes to commit.</msg>', '13')
      state.job++
      state.polls = 0
      return ok(`<result><msg><line>Commit job enqueued with jobid ${state.job}</line></msg><job>${state.job}</job></result>`, '19')
    }
    if (form.get('cmd') !== `<show><jobs><id>${state.job}</id></jobs></show>`) return no('17', 'no such job')
    if (state.polls++ < state.pollsPerJob) return job(state.polls === 1 ? 'PEND' : 'ACT', 'PEND')
    if (state.fails) return job('FIN', 'FAIL', 'vsys1: guanjia-block is not a valid reference')
    running.clear()
    for (const [name, element] of candidate) running.set(name, element)
    return job('FIN', 'OK', 'Configuration committed successfully')
  })
  return Object.assign(box, { candidate, running, state })
}

const open = (origin: string) =>
  openFirewall(panos, { address: `${origin}/`, credential: JSON.stringify(credential), timeoutMilliseconds: 5000 })

httpFirewallContract({
  driver: panos,
  start: async () => {
    const box = await startBox()
    box.state.pollsPerJob = 0
    return box
  },
  credential,
  suffix: '/',
  unauthorised: { status: 403, body: '<response status="error" code="403"><result><msg>Invalid Credential</msg></result></response>' },
})

it('waits for the commit, and what is not committed is not in force', async () => {
  const box = await startBox()

  const receipt = await open(box.origin).block(aBlock('203.0.113.7', { reference: 'DP-1' }))
  expect(receipt.answer).toBe('commit job 1: FIN OK')
  expect(box.running.get('GJ-203.0.113.7')).toBe(
    "<entry name='GJ-203.0.113.7'><ip-netmask>203.0.113.7</ip-netmask><description>DP-1</description><tag><member>guanjia-block</member></tag></entry>",
  )

  box.running.clear()
  expect(await open(box.origin).list()).toEqual([])
  await box.close()
})

it('waits while somebody else commits', async () => {
  const box = await startBox()
  box.state.busy = 2

  await open(box.origin).block(aBlock('203.0.113.7'))

  expect(await open(box.origin).list()).toMatchObject([{ ip: '203.0.113.7' }])
  await box.close()
})

it('tells why a commit failed', async () => {
  const box = await startBox()
  box.state.fails = true

  await expect(open(box.origin).block(aBlock('203.0.113.7'))).rejects.toMatchObject({
    code: 'DEVICE_REFUSED',
    facts: { answer: 'commit FAIL: vsys1: guanjia-block is not a valid reference' },
  })
  expect(await open(box.origin).list()).toEqual([])
  await box.close()
})

it('is not led astray by a document that declares entities', async () => {
  const box = await startBox()
  const entities =
    '<!DOCTYPE r [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><response status="success"><result>&b;</result></response>'
  box.instead.push({ status: 200, body: entities })

  expect(['done', 'DEVICE_REFUSED']).toContain(await codeOf(open(box.origin).list()))
  await box.close()
})

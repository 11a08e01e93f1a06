import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import type { ScanEngine, SliceOrder } from '../../core/ports/scan-engine.js'
import { scanImport } from '../scan-import/index.js'
import { readHydra } from './hydra/read-hydra.js'
import { makeScanEngines } from './index.js'
import { readNmap } from './nmap/read-nmap.js'
import { judgeRefusals } from './passwords/weak-account.js'

const folder = mkdtempSync(join(tmpdir(), 'guanjia-engines-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const { engines } = makeScanEngines({ folder: join(folder, 'work'), scans: scanImport })

function order(set: Partial<SliceOrder> & Pick<SliceOrder, 'targets'>): SliceOrder {
  return {
    pacer: { perSecond: 500, take: () => Promise.resolve() },
    signal: new AbortController().signal,
    idleSeconds: 30,
    sliceSeconds: 60,
    permit: () => true,
    ...set,
  }
}

/** A program that is not installed here is no failure of the engine. */
async function found(engine: ScanEngine): Promise<boolean> {
  const decoy = await engine.decoy()
  const reserve = (_: unknown, tries: number) => Promise.resolve(tries)
  const passwords = decoy.passwords ? { passwords: { ...decoy.passwords, reserve, fingerprint: () => 'print' } } : {}
  const result = await engine.look(order({ targets: [decoy.target], ...passwords }))
  await decoy.close()
  expect(JSON.stringify(result)).not.toMatch(/decoy-[0-9a-f]{8}/)
  return decoy.expects.every(({ port, check }) =>
    result.answers.some(item => item.port === port && item.check === check && item.outcome === 'found'),
  )
}

describe('every engine that is there', () => {
  it.each(engines)(
    '$id finds its decoy, tells no password and leaves no file',
    async engine => {
      const { ready } = await engine.state()
      expect(await found(engine)).toBe(ready)
      expect(readdirSync(join(folder, 'work'))).toEqual([])
    },
    30_000,
  )

  it.each(engines.filter(item => item.stage === 'passwords'))('$id makes no try that was not granted', async engine => {
    const decoy = await engine.decoy()
    const asked: number[] = []
    const reserve = (_: unknown, tries: number) => {
      asked.push(tries)
      return Promise.resolve(0)
    }
    const { answers, probes } = await engine.look(
      order({ targets: [decoy.target], passwords: { accounts: decoy.passwords?.accounts ?? [], reserve, fingerprint: () => '' } }),
    )
    await decoy.close()

    expect(probes).toBe(0)
    expect(answers.every(item => item.outcome === 'unknown')).toBe(true)
  })
})

describe('nmap output', () => {
  const host = (n: number) =>
    `<host><status state="up"/><address addr="10.0.0.${n}" addrtype="ipv4"/><address addr="AA:BB:CC:00:00:0${n}" addrtype="mac"/><ports><extraports state="closed" count="9"/><port protocol="tcp" portid="22"><state state="open"/><service name="ssh" product="OpenSSH"><cpe>cpe:/a:openbsd:openssh</cpe></service></port></ports></host>`
  const read = (text: string, asked: number) => {
    const file = join(folder, 'out.xml')
    writeFileSync(file, text)
    return readNmap(file, asked)
  }
  const end = '<runstats><finished exit="success"/><hosts up="2" down="0" total="2"/></runstats></nmaprun>'

  it('is whole only with its end and all hosts', async () => {
    expect(await read(`<nmaprun>${host(1)}${host(2)}${end}`, 2)).toMatchObject({
      whole: true,
      hosts: [{ mac: 'aa:bb:cc:00:00:01', rest: 'closed' }, {}],
    })
    expect((await read(`<nmaprun>${host(1)}${host(2)}${end}`, 3)).whole).toBe(false)
    expect(
      (await read('<nmaprun><runstats><finished exit="success"/><hosts up="0" down="0" total="0"/></runstats></nmaprun>', 1)).whole,
    ).toBe(false)
  })

  it('a torn file keeps the hosts that were finished', async () => {
    const text = `<nmaprun>${host(1)}${host(2)}${end}`
    for (let at = 0; at < text.length; at += 7) {
      const { whole, hosts } = await read(text.slice(0, at), 2)
      expect(whole).toBe(false)
      expect(hosts.length).toBeLessThanOrEqual(2)
      expect(hosts.every(item => item.ports.length === 1)).toBe(true)
    }
  })

  it('entities are refused', async () => {
    expect((await read(`<!DOCTYPE x [<!ENTITY a "b">]><nmaprun>${host(1)}${end}`, 2)).whole).toBe(false)
  })
})

describe('passwords', () => {
  it('hydra is believed only when it says it tried everything', () => {
    const json = '{ "generator": {}, "results": [ ], "success": true, "errormessages": [ ], "quantityfound": 0 }'
    const said = (tries: number, done: string) =>
      `[DATA] max 1 task per 1 server, overall 1 task, ${tries} login tries (l:1/p:${tries}), ~1\n${done} of 1 target completed, 0 valid password found\n`
    expect(readHydra(json, said(2, '1'), 2).problem).toBeNull()
    expect(readHydra(json, said(2, '1'), 3).problem).not.toBeNull()
    expect(readHydra(json, said(2, '0'), 2).problem).not.toBeNull()
    expect(readHydra('{ "results": [', said(2, '1'), 2).problem).not.toBeNull()
    expect(readHydra(String.raw`{"results":[{"port":22,"host":"h","login":"a","password":"b\c"}]}`, '', 1).accounts).toMatchObject([
      { password: 'b\\c' },
    ])
  })

  it('not found needs all candidates, or the very password of before', () => {
    const print = (text: string) => `#${text}`
    expect(judgeRefusals({ all: ['a', 'b', 'c'], refused: ['a'], known: [] }, print).outcome).toBe('unknown')
    expect(judgeRefusals({ all: ['a', 'b', 'c'], refused: ['a'], known: ['#a'] }, print).outcome).toBe('not_found')
    expect(judgeRefusals({ all: ['a', 'b'], refused: ['a', 'b'], known: [] }, print).outcome).toBe('not_found')
    expect(judgeRefusals({ all: ['a'], refused: [], known: ['#a'] }, print).outcome).toBe('unknown')
  })
})

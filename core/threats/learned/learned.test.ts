// Slices of the campaign of the models on data made here, and the bounds of what they remember.
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { generatedNames } from '../../../scripts/training/generated-names.js'
import { SeededRandom } from '../../../scripts/training/seeded-random.js'
import { trainDga } from '../../../scripts/training/train-dga.js'
import {
  beaconFigures,
  behaviourFigures,
  dgaFigures,
  triageFigures,
  type ConnectionRow,
  type LogonRow,
} from '../../../tests/support/model-figures.js'
import { BeaconLedger } from './beacon-ledger.js'
import { DgaNet } from './dga-net.js'
import { domainParts, entropy } from './domain-parts.js'
import { LookAlikes } from './look-alike.js'
import { dispersion, median, medianDeviation, robustZ } from './robust.js'

const list = (name: string) =>
  readFileSync(new URL(`../../../scripts/training/lists/${name}`, import.meta.url), 'utf8')
    .trim()
    .split('\n')
const shipped = DgaNet.load(JSON.parse(readFileSync(new URL('../../../content/models/dga.json', import.meta.url), 'utf8')))
/** Names of our own choosing, none of them in the training's list. */
const ordinary =
  'www.example-university.edu.cn library.example.ac.cn mail.shuyuan.com.cn jiaowuchu.school.cn oa.hospital-group.cn portal.greenriver.org news.cityherald.co.uk static.photobook.de update.toolworks.io meteo.alpine.fr tickets.operahouse.at api.payments-north.se cdn.bluebird-media.net support.harbourlight.com shop.gardenwell.nl intranet.steelworks.pl weather.coastguard.is booking.mountainrail.ch forum.woodcraft.info download.opentools.org'.split(
    ' ',
  )

describe('the DGA net', () => {
  it('tells invented families of another seed from ordinary names', () => {
    const made = generatedNames(600, new SeededRandom(4_711), list('words.txt'), ['words', 'numbered', 'fixed-tail'])
    const rows = [
      ...made.map(domain => ({ domain, generated: true, family: 'made' })),
      ...ordinary.map(domain => ({ domain, generated: false, family: '' })),
    ]

    const figures = dgaFigures(shipped, rows, new Set(list('ordinary-domains.txt')))

    expect(figures.ordinary).toBe(ordinary.length)
    expect(figures.auc).toBeGreaterThan(0.98)
  })

  it('comes out of its training the same for the same seed', () => {
    const train = (seed: number) =>
      JSON.stringify(
        trainDga({
          ordinary: ordinary.concat(
            list('words.txt')
              .slice(0, 400)
              .map(word => `${word}.org`),
          ),
          words: list('words.txt'),
          seed,
          generated: 300,
          epochs: 1,
          said: () => {},
        }),
      )

    expect(train(1)).toBe(train(1))
    expect(train(1)).not.toBe(train(2))
  })

  it.each(['', '.', 'localhost', '10.0.0.1', 'a..b', `${'a'.repeat(64)}.com`, `${'a.'.repeat(200)}com`, '中文.com', 'x\u0000.com'])(
    'does not take %j for a name',
    name => {
      expect(shipped.score(name)).toBeUndefined()
    },
  )

  it.each([{}, null, { kind: 'dga' }, { kind: 'dga', pieces: '!' }])('refuses the spoiled file %j', file => {
    expect(() => DgaNet.load(file)).toThrow()
  })
})

describe('parts of a name', () => {
  it.each([
    ['www.Example.co.UK.', 'example', 'co.uk', 1],
    ['a.b.jlu.edu.cn', 'jlu', 'edu.cn', 2],
    ['xkqz.mooo.com', 'xkqz', 'mooo.com', 0],
    ['example.com', 'example', 'com', 0],
  ])('%s: %s before %s', (name, label, suffix, below) => {
    expect(domainParts(name)).toMatchObject({ label, suffix })
    expect(domainParts(name)?.sub).toHaveLength(below)
  })

  it('entropy is in bits', () => {
    expect([entropy(''), entropy('aaaa'), entropy('abcd')]).toEqual([0, 0, 2])
  })

  it.each([
    ['paypa1.com', 'paypal'],
    ['micros0ft.net', 'microsoft'],
    ['tencnet.com', 'tencent'],
    ['secure-alipay.top', 'alipay'],
    ['example-bank.com', 'example-bank-cn'],
  ])('%s imitates %s', (name, brand) => {
    const found = new LookAlikes(['example-bank-cn']).find(domainParts(name)!)

    expect(found?.brand).toBe(name.startsWith('example') ? undefined : brand)
  })

  it('the real one imitates nobody', () => {
    for (const name of ['paypal.com', 'www.tencent.com', 'login.microsoft.com', 'applet.com'])
      expect(new LookAlikes().find(domainParts(name)!), name).toBeUndefined()
  })
})

describe('beacons', () => {
  const random = new SeededRandom(7)
  const rows: ConnectionRow[] = []
  const beacons = new Set<string>()
  for (let host = 0; host < 40; host++) {
    const src_ip = `10.1.0.${host}`
    for (let site = 0; site < 6; site++)
      for (let at = random.whole(0, 9_000), n = 0; n < 40; n++, at += random.next() < 0.8 ? random.whole(0, 30) : random.whole(600, 9_000))
        rows.push({
          ts: at,
          src_ip,
          dst_ip: `203.0.113.${random.whole(1, 60) + 60 * (site % 3)}`,
          dst_port: 443,
          bytes_out: Math.round(300 * Math.exp(random.normal())),
          bytes_in: random.whole(200, 90_000),
        })
    // An update server everybody calls by the clock.
    for (let n = 0; n < 30; n++)
      rows.push({ ts: host * 31 + n * 3_600, src_ip, dst_ip: '198.51.100.9', dst_port: 443, bytes_out: 812, bytes_in: 1_400 })
    if (host % 8 !== 0) continue
    const period = [30, 60, 300, 900, 1_800][host / 8]!
    beacons.add(`${src_ip} 192.0.2.${host}`)
    for (let n = 0, at = 100; n < 40; n++, at += period * (1 + (random.next() - 0.5) * 0.6) + (random.next() < 0.1 ? period : 0))
      rows.push({
        ts: Math.round(at),
        src_ip,
        dst_ip: `192.0.2.${host}`,
        dst_port: 8443,
        bytes_out: 240 + random.whole(0, 9),
        bytes_in: random.whole(180, 420),
      })
  }
  rows.sort((a, b) => a.ts - b.ts)

  it('are told from people and from services that everybody calls', () => {
    expect(beaconFigures(rows, beacons)).toMatchObject({ beacons: 5, averagePrecision: 1, above70Wrong: 0 })
  })

  it('remember a bounded number of pairs, and say what they dropped', () => {
    const ledger = new BeaconLedger({ pairs: 100, savedPairs: 10 })
    for (let n = 0; n < 1_000; n++) ledger.add({ source: `10.0.${n >> 8}.${n & 255}`, destination: '192.0.2.1', port: 443, at: n * 1_000 })

    expect(ledger.dropped).toBe(900)
    expect((ledger.snapshot() as { pairs: unknown[] }).pairs).toHaveLength(10)
  })

  it('keep a snapshot of a few hundred kilobytes at worst', () => {
    const ledger = new BeaconLedger()
    for (let n = 0; n < 60_000; n++)
      ledger.add({
        source: `10.9.${(n % 1_000) >> 8}.${n & 255}`,
        destination: `203.0.${n % 250}.${n % 200}`,
        port: 443,
        at: n * 61_000,
        sent: 123_456 + n,
        received: 9_876_543 + n,
      })

    expect(JSON.stringify(ledger.snapshot()).length).toBeLessThan(600_000)
  })
})

describe('behaviour', () => {
  it('of a month in which five people did what they never do', () => {
    const random = new SeededRandom(9)
    const home = { country: 'CN', city: 'Changchun', lat: 43.8, lon: 125.3 }
    const rows: LogonRow[] = []
    for (let day = 0; day < 30; day++)
      for (let user = 0; user < 20; user++)
        for (let n = 0; n < 5; n++)
          rows.push({
            ts: day * 86_400 + random.whole(1 * 3_600, 9 * 3_600),
            user: `u${user}`,
            host: `ws-${user}`,
            outcome: random.next() < 0.05 ? 'failure' : 'success',
            ...home,
          })
    const odd: (LogonRow & { kind: string })[] = [
      { kind: 'new-host', ts: 28 * 86_400 + 10_000, user: 'u1', host: 'srv-1', outcome: 'success', ...home },
      {
        kind: 'new-country',
        ts: 28 * 86_400 + 40_000,
        user: 'u2',
        host: 'ws-2',
        outcome: 'success',
        country: 'BR',
        city: 'Rio',
        lat: -22.9,
        lon: -43.2,
      },
      { kind: 'off-hours', ts: 29 * 86_400 + 60_000, user: 'u3', host: 'ws-3', outcome: 'success', ...home },
      {
        kind: 'impossible-travel',
        ts: 29 * 86_400 + 20_000,
        user: 'u4',
        host: 'ws-4',
        outcome: 'success',
        country: 'DE',
        city: 'Berlin',
        lat: 52.5,
        lon: 13.4,
      },
    ]
    rows.push(...odd)
    rows.sort((a, b) => a.ts - b.ts)

    const figures = behaviourFigures(
      rows,
      odd.map(one => ({ kind: one.kind, rows: [rows.indexOf(one)] })),
      20,
    )

    expect(figures).toMatchObject({ found: 4, falseFlagsPer100: 0 })
  })

  it('robust statistics do not move for one wild value', () => {
    expect(median([1, 2, 3, 1_000])).toBe(2.5)
    expect(medianDeviation([1, 2, 3, 1_000])).toBe(1)
    expect(dispersion([60, 60, 60, 9_000])).toBe(0)
    expect(dispersion([])).toBe(Infinity)
    expect(robustZ(30, [10, 11, 9, 10, 12])).toBeGreaterThan(3.5)
    expect(robustZ(13, [10, 11, 9, 10, 12])).toBeLessThan(3.5)
  })
})

describe('triage', () => {
  it('comes near a rule it is not told, and promises what comes true', () => {
    const random = new SeededRandom(3)
    const rows = Array.from({ length: 4_000 }, () => {
      const features = new Map([['bias', 1]])
      features.set(`rule=${random.whole(1, 20)}`, 1)
      const intel = random.next() < 0.3 ? 1 : 0
      features.set('intel', intel)
      const rule = Number([...features.keys()][1]!.slice(5))
      const p = 1 / (1 + Math.exp(-(rule / 5 - 2.5 + 1.5 * intel)))
      return { features, positive: random.next() < p }
    })

    const figures = triageFigures(rows, 2_000)

    // A perfect knower of the rule reaches some 0.80 here.
    expect(figures.auc).toBeGreaterThan(0.77)
    expect(figures.calibrationError).toBeLessThan(0.05)
  })
})

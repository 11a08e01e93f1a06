// Measures the learning models on labelled data, in the formats of the READMEs beside such data; used by `npm run campaign -- models` and its slice in CI.
import type { DgaNet } from '../../core/threats/learned/dga-net.js'
import { AccountBook } from '../../core/threats/learned/account-book.js'
import { BeaconLedger } from '../../core/threats/learned/beacon-ledger.js'
import { OnlineLogistic, probability, type Features } from '../../core/threats/triage/online-logistic.js'
import { areaUnderCurve, averagePrecision, calibrationError, thresholdAt, type Ranked } from '../../core/threats/triage/ranking.js'

const three = (value: number) => Math.round(value * 1000) / 1000

export interface NamedDomain {
  readonly domain: string
  readonly generated: boolean
  readonly family: string
}

/** @param trained ordinary names the net was trained on: they are not measured */
export function dgaFigures(net: DgaNet, rows: readonly NamedDomain[], trained: ReadonlySet<string>) {
  const measured = rows
    .filter(row => row.generated || !trained.has(row.domain.toLowerCase()))
    .map(row => ({ ...row, score: net.score(row.domain) ?? -99, positive: row.generated }))
  const threshold = thresholdAt(
    0.01,
    measured.filter(row => !row.generated).map(row => row.score),
  )
  const made = measured.filter(row => row.generated)
  const recall = (of: readonly { score: number }[]) => three(of.filter(row => row.score > threshold).length / of.length)
  const families = [...new Set(made.map(row => row.family))]
    .sort()
    .map(name => [name, recall(made.filter(row => row.family === name))] as const)
  return {
    names: made.length,
    ordinary: measured.length - made.length,
    auc: three(areaUnderCurve(measured)),
    recallAt1Percent: recall(made),
    meanOfFamilies: three(families.reduce((sum, [, value]) => sum + value, 0) / families.length),
    families: Object.fromEntries(families),
  }
}

export interface ConnectionRow {
  readonly ts: number
  readonly src_ip: string
  readonly dst_ip: string
  readonly dst_port: number
  readonly bytes_out: number
  readonly bytes_in: number
}

/** Pairs with at least eight connections, scored after the last of them. @param beacons `source destination` */
export function beaconFigures(rows: readonly ConnectionRow[], beacons: ReadonlySet<string>) {
  const ledger = new BeaconLedger()
  const pairs = new Map<string, { row: ConnectionRow; count: number }>()
  for (const row of rows) {
    ledger.add({
      source: row.src_ip,
      destination: row.dst_ip,
      port: row.dst_port,
      at: row.ts * 1000,
      sent: row.bytes_out,
      received: row.bytes_in,
    })
    const key = `${row.src_ip} ${row.dst_ip} ${row.dst_port}`
    pairs.set(key, { row, count: (pairs.get(key)?.count ?? 0) + 1 })
  }
  const items: Ranked[] = []
  let alarms = 0
  let wrong = 0
  for (const { row, count } of pairs.values()) {
    if (count < 8) continue
    const score = ledger.signs(row.src_ip, row.dst_ip, row.dst_port)?.score ?? 0
    const positive = beacons.has(`${row.src_ip} ${row.dst_ip}`)
    items.push({ score, positive })
    if (score >= 0.7) alarms++
    if (score >= 0.7 && !positive) wrong++
  }
  return {
    pairs: items.length,
    beacons: items.filter(item => item.positive).length,
    averagePrecision: three(averagePrecision(items)),
    above70: alarms,
    above70Wrong: wrong,
  }
}

export interface LogonRow {
  readonly ts: number
  readonly user: string
  readonly host: string
  readonly outcome: string
  readonly country: string
  readonly city: string
  readonly lat: number
  readonly lon: number
}

/** Learns as it goes; flags count from day `from` (0-based) on. */
export function behaviourFigures(rows: readonly LogonRow[], anomalies: readonly { kind: string; rows: readonly number[] }[], from: number) {
  const book = new AccountBook()
  const begin = Math.floor((rows[0]?.ts ?? 0) / 86_400)
  const planted = new Set(anomalies.flatMap(one => one.rows))
  const flagged = new Set<number>()
  const falseDays = new Set<string>()
  const accountDays = new Set<string>()
  for (const [n, row] of rows.entries()) {
    const departures = book.add({
      ...{ account: row.user, host: row.host, at: row.ts * 1000, succeeded: row.outcome === 'success' },
      ...{ country: row.country, city: row.city, latitude: row.lat, longitude: row.lon },
    })
    const day = Math.floor(row.ts / 86_400) - begin
    if (day < from) continue
    accountDays.add(`${row.user} ${day}`)
    if (departures.length === 0) continue
    flagged.add(n)
    if (!planted.has(n)) falseDays.add(`${row.user} ${day}`)
  }
  const found = anomalies.filter(one => one.rows.some(row => flagged.has(row)))
  return {
    anomalies: anomalies.length,
    found: found.length,
    share: three(found.length / anomalies.length),
    missed: anomalies.filter(one => !found.includes(one)).map(one => one.kind),
    accountDays: accountDays.size,
    falseFlagsPer100: three((100 * falseDays.size) / accountDays.size),
  }
}

export interface TriageRow {
  readonly features: Features
  readonly positive: boolean
}

/** Learns from each verdict after it was predicted; the first `from` are not scored. */
export function triageFigures(rows: readonly TriageRow[], from: number) {
  const asYouGo = new OnlineLogistic()
  const once = new OnlineLogistic()
  const scores: { live: number; fixed: number; positive: boolean }[] = []
  for (const [n, row] of rows.entries()) {
    if (n >= from) {
      const live = asYouGo.linear(row.features)
      const fixed = once.linear(row.features)
      scores.push({ live: probability(live.mean, live.variance), fixed: probability(fixed.mean, fixed.variance), positive: row.positive })
    } else once.learn(row.features, row.positive)
    asYouGo.learn(row.features, row.positive)
  }
  return {
    scored: scores.length,
    auc: three(areaUnderCurve(scores.map(({ live, positive }) => ({ score: live, positive })))),
    aucTrainedOnce: three(areaUnderCurve(scores.map(({ fixed, positive }) => ({ score: fixed, positive })))),
    calibrationError: three(calibrationError(scores.map(({ live, positive }) => ({ score: live, positive })))),
  }
}

// Patrols of the laboratory, run inside the scanner's namespace by lab.ts: real engines, real rows, real clock. Prints what came of them as one JSON object.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { openDatabase } from '../../adapters/database/data-source.js'
import { makeTransactions } from '../../adapters/database/transactions.js'
import { scanImport } from '../../adapters/scan-import/index.js'
import { makeScanEngines } from '../../adapters/scanner/index.js'
import { makeSecretBox } from '../../adapters/shared/secret-box.js'
import { makeIds } from '../../adapters/shared/uuid-v7.js'
import type { Sighting } from '../../core/assets/observation.js'
import { PatrolRunner } from '../../core/patrol/patrol-runner.js'
import { PatrolService } from '../../core/patrol/patrol-service.js'
import type { PatrolKind } from '../../core/patrol/scope.js'
import { silentLogger } from '../../core/ports/logger.js'
import { systemClock } from '../../core/ports/clock.js'
import type { Actor } from '../../core/tenants/actor.js'
import { defaultSettings, type Tenant } from '../../core/tenants/tenant.js'

interface Step {
  readonly kind: PatrolKind
  /** Preferred engines; absent: all there are. */
  readonly engines?: readonly string[]
  readonly targets?: readonly string[]
  /** Machines that come and go before it. */
  readonly up?: readonly number[]
  readonly down?: readonly number[]
  /** Seconds after which somebody says 停扫. */
  readonly stopAfter?: number
}
interface Options {
  readonly base: string
  readonly machines: string
  readonly steps: readonly Step[]
  /** Must be found nowhere. */
  readonly planted: readonly string[]
}

const { base, machines, steps, planted } = JSON.parse(process.argv[2] ?? '{}') as Options
const folder = mkdtempSync(join(tmpdir(), 'guanjia-lab-'))
const database = await openDatabase(`sqlite:${join(folder, 'lab.db')}`)
await database.source.runMigrations()
const secrets = makeSecretBox('a-key-for-the-laboratory')
const transactions = makeTransactions(database, { clock: systemClock, ids: makeIds(systemClock), secrets })
const all = makeScanEngines({ folder: join(folder, 'scanner'), scans: scanImport })
const tenant: Tenant = {
  id: 'tenant-lab',
  tenantId: 'tenant-lab',
  code: 'lab',
  name: '实验室',
  industry: 'education',
  mlpsLevel: 3,
  authorizationMode: 'collaborate',
  timeZone: 'Asia/Shanghai',
  manager: null,
  settings: defaultSettings,
  createdAt: new Date().toISOString(),
}
const actor: Actor = { userId: 'zhang', name: '张工', role: 'analyst', tenantId: 'platform', channel: 'text', traceId: 'lab' }
await transactions.run(async tx => {
  await tx.tenants.insert(tenant)
  await tx.letters.insert({
    id: 'letter-lab',
    tenantId: tenant.id,
    number: 'AU-lab-1',
    targets: [`${base}.0/27`],
    exclude: [],
    validFrom: '2020-01-01T00:00:00.000Z',
    validTo: '2099-01-01T00:00:00.000Z',
    window: null,
    kinds: ['discovery', 'vulnerability', 'weak_password'],
  })
  const rule = (kind: PatrolKind) => ({ kind, everyDays: 0, window: null, perSecond: 800 })
  const patrols = [rule('discovery'), rule('vulnerability'), rule('weak_password')]
  await tx.strategyVersions.insert({
    id: 'strategy-lab',
    tenantId: tenant.id,
    version: 1,
    patrols,
    why: '',
    by: 'zhang',
    approvedBy: null,
    at: tx.at,
  })
})

const results: object[] = []
const output: string[] = []
for (const step of steps) {
  for (const n of step.up ?? []) execFileSync('ip', ['-n', machines, 'address', 'add', `${base}.${n}/24`, 'dev', `h${n}`])
  for (const n of step.down ?? []) execFileSync('ip', ['-n', machines, 'address', 'del', `${base}.${n}/24`, 'dev', `h${n}`])
  const { engines: wanted } = step
  const engines = { ...all, engines: wanted === undefined ? all.engines : all.engines.filter(engine => wanted.includes(engine.id)) }
  const sightings: Sighting[] = []
  const service = new PatrolService({ transactions, clock: systemClock, engines })
  const pace = { now: () => Date.now(), sleep: (milliseconds: number, signal: AbortSignal) => sleep(milliseconds, undefined, { signal }) }
  const runner = new PatrolRunner({
    transactions,
    engines,
    secrets,
    clock: systemClock,
    pace,
    logger: silentLogger,
    owner: 'lab',
    sightings: { take: sighting => Promise.resolve(void sightings.push(sighting)) },
  })
  const begun = Date.now()
  const run = await service.order(actor, tenant, { kind: step.kind, targets: step.targets ?? [] })
  await sleep(5)
  await runner.takeUp()
  let stopMilliseconds: number | undefined
  let atStop = 0
  if (step.stopAfter !== undefined) {
    await sleep(step.stopAfter * 1000)
    atStop = enginesRunning()
    const said = Date.now()
    await service.stop(actor, tenant)
    await runner.settled()
    stopMilliseconds = Date.now() - said
  }
  await runner.settled()
  const done = await transactions.read(t => t.patrolRuns.get(tenant.id, run.id))
  const coverage = await transactions.read(t => t.scanCoverage.find(tenant.id, { runId: run.id }))
  results.push({
    kind: step.kind,
    state: done?.state,
    why: done?.why,
    seconds: Math.round((Date.now() - begun) / 100) / 10,
    receipt: done?.receipt,
    seen: sightings.flatMap(item =>
      item.seen.map(host => ({
        address: host.address,
        mac: host.mac,
        services: host.services.map(at => `${at.port}:${at.name}:${at.product}:${at.version}`),
      })),
    ),
    silent: sightings.flatMap(item => item.silent),
    found: coverage.filter(row => row.outcome === 'found' && row.checkKey !== 'open-port').map(row => `${row.host} ${row.checkKey}`),
    stopMilliseconds,
    atStop,
    left: enginesRunning(),
    files: readdirSync(join(folder, 'scanner')),
  })
}
const findings = await transactions.read(t => t.findings.find(tenant.id, {}))
output.push(JSON.stringify(findings))
await database.source.query('PRAGMA wal_checkpoint(TRUNCATE)')
const leaks = planted.filter(
  secret => output.some(text => text.includes(secret)) || filesOf(folder).some(file => readFileSync(file).includes(secret)),
)
await database.source.destroy()
rmSync(folder, { recursive: true, force: true })
process.stdout.write(`${JSON.stringify({ results, findings: findings.map(row => `${row.host} ${row.checkKey}`), leaks })}\n`)

/** Of this process's engines: whoever works in the folder. */
function enginesRunning(): number {
  return readdirSync('/proc').filter(pid => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/environ`, 'utf8').includes(`GUARDED_FOLDER=${folder}`)
    } catch {
      return false
    }
  }).length
}

function filesOf(path: string): string[] {
  return readdirSync(path).flatMap(name => {
    const file = join(path, name)
    return statSync(file).isDirectory() ? filesOf(file) : [file]
  })
}

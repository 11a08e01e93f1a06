// A thousand blocks whose leases end while their worker is killed and their devices refuse or are away; run by campaigns/leases.ts and,
// shortly, by flows/leases.test.ts. The executor, the database and the processes are real, the devices are simulated ones on disk.
import { existsSync, readFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { openDatabase } from '../../adapters/database/data-source.js'
import { runMigrations } from '../../adapters/database/run-migrations.js'
import { makeTransactions } from '../../adapters/database/transactions.js'
import { openFirewall } from '../../adapters/firewall/open-firewall.js'
import { setSimulatedFault } from '../../adapters/firewall/simulated/faults.js'
import { makeSimulatedFirewall } from '../../adapters/firewall/simulated/index.js'
import { makeSecretBox } from '../../adapters/shared/secret-box.js'
import { makeIds } from '../../adapters/shared/uuid-v7.js'
import type { Disposal } from '../../core/disposal/disposal.js'
import { systemClock } from '../../core/ports/clock.js'
import { applyDeclaration } from '../../core/tenants/declaration/apply-declaration.js'
import { readDeclaration } from '../../core/tenants/declaration/read-declaration.js'
import { seeded } from './kill-story.js'
import { startProcess, temporaryFolder, waitUntilReady, type PrivateProcess } from './private-process.js'

export interface LeasePlan {
  readonly leases: number
  readonly devices: number
  readonly kills: number
  /** Seconds over which the leases end. */
  readonly window: number
  readonly seed: number
  progress?(line: string): void
}

export interface LeaseResult {
  readonly leases: number
  readonly kills: number
  readonly refusals: number
  /** Seconds between the end of a lease, or the moment its device answers again, and the lifting. */
  readonly latenessP50: number
  readonly latenessMax: number
  /** Calls of the device repeated because a kill came between device and ledger. */
  readonly deviceCallsRepeated: number
  readonly seconds: number
  /** Empty when everything held. */
  readonly faults: readonly string[]
}

const LIMIT_SECONDS = 10
const STAYING = 20

export async function leaseStory(plan: LeasePlan): Promise<LeaseResult> {
  const random = seeded(plan.seed)
  const folder = temporaryFolder()
  const [database, devicesFolder, journal] = [
    `sqlite:${join(folder.path, 'leases.db')}`,
    join(folder.path, 'devices'),
    join(folder.path, 'journal'),
  ]
  const opened = await openDatabase(database)
  const faults: string[] = []
  try {
    await runMigrations(opened)
    await mkdir(devicesFolder, { recursive: true })
    const secrets = makeSecretBox('a-key-for-tests')
    const transactions = makeTransactions(opened, { clock: systemClock, ids: makeIds(systemClock), secrets })
    await applyDeclaration({ transactions, secrets }, readDeclaration(declaration(plan.devices), 'leases'), {
      dryRun: false,
      actor: 'test',
    })
    const driver = makeSimulatedFirewall({ folder: devicesFolder })
    const firewalls = Array.from({ length: plan.devices }, (_, i) =>
      openFirewall(driver, { address: `simulated:d${i}`, timeoutMilliseconds: 5000 }),
    )
    const ips = Array.from({ length: plan.leases + STAYING }, (_, n) => `198.51.${100 + Math.floor(n / 250)}.${(n % 250) + 1}`)
    for (const [n, ip] of ips.entries())
      await firewalls[n % plan.devices]!.block({ ip, reference: `DP-t${n % plan.devices}-${n}`, ttlSeconds: 86_400 })
    const owners = await transactions.read(async t => {
      const tenants = await t.tenants.acrossTenantsFind({}, { limit: 1000 })
      const devices = await t.devices.acrossTenantsFind({}, { limit: 1000 })
      return Array.from({ length: plan.devices }, (_, i) => {
        const tenantId = tenants.find(({ code }) => code === `t${i}`)?.id ?? ''
        return { tenantId, deviceId: devices.find(device => device.tenantId === tenantId)?.id ?? '' }
      })
    })
    // Time to write the rows and to start the worker.
    const begin = Date.now() + 5000 + plan.leases * 5
    const end = begin + plan.window * 1000
    const rows = ips.map((ip, n) => {
      const at = n >= plan.leases ? end + 3_600_000 : begin + Math.floor(random() * plan.window * 1000)
      return verifiedBlock({ n, device: n % plan.devices, ...owners[n % plan.devices]!, ip, leaseUntil: new Date(at).toISOString() })
    })
    await transactions.run(async tx => {
      for (const row of rows) await tx.disposals.insert(row)
    })
    if (Date.now() > begin - 2000) faults.push('the rows were not written in time')

    // The first device is away for a part of the time and comes back.
    await setSimulatedFault(devicesFolder, 'd0', 'unreachable')
    const backAt = begin + plan.window * 500
    const began = Date.now()
    let worker = await startWorker(database, devicesFolder, journal)
    const killsAt = Array.from({ length: plan.kills }, (_, i) => begin + ((i + random()) * plan.window * 1000) / plan.kills).toSorted()
    let [kills, back] = [0, 0]
    const deadline = Math.max(end, backAt) + 120_000
    for (;;) {
      await sleep(100)
      if (back === 0 && Date.now() >= backAt) {
        await setSimulatedFault(devicesFolder, 'd0', null)
        back = Date.now()
      }
      if (killsAt[kills] !== undefined && Date.now() >= killsAt[kills]!) {
        kills++
        await worker.end('SIGKILL')
        worker = await startWorker(database, devicesFolder, journal)
        plan.progress?.(`kill ${kills}`)
      }
      const open = await transactions.read(t => t.disposals.acrossTenantsFind({ state: 'verified' }, { limit: plan.leases + STAYING }))
      if (kills === plan.kills && back > 0 && open.length <= STAYING) break
      if (Date.now() > deadline) {
        faults.push(`${open.length - STAYING} leases are still open`)
        break
      }
    }
    await worker.end('SIGTERM')

    const lines = existsSync(journal) ? readFileSync(journal, 'utf8').trim().split('\n') : []
    const events = lines.map(line => {
      const [at, what, ip] = line.split(' ')
      return { at: Number(at), what, ip }
    })
    const lateness: number[] = []
    const [refusals, lifted] = ['refused', 'lifted'].map(what => events.filter(event => event.what === what))
    for (const row of rows.slice(0, plan.leases)) {
      const first = lifted!.find(({ ip }) => ip === row.target)
      if (!first) {
        faults.push(`${row.number} was never lifted`)
        continue
      }
      const answers = refusals!.findLast(({ ip }) => ip === row.target)?.at ?? 0
      const due = Math.max(Date.parse(row.leaseUntil!), answers, row.number.startsWith('DP-t0-') ? back : 0)
      const late = (first.at - due) / 1000
      if (first.at < Date.parse(row.leaseUntil!)) faults.push(`${row.number} was lifted before its time`)
      if (late > LIMIT_SECONDS) faults.push(`${row.number} outlived its lease by ${late.toFixed(1)} s`)
      lateness.push(late)
    }
    const audits = await opened.source.query<{ subject: string; n: number }[]>(
      "SELECT subject, COUNT(*) AS n FROM audit_records WHERE action = 'disposal.released' GROUP BY subject",
    )
    for (const { subject, n } of audits) if (Number(n) !== 1) faults.push(`${subject} was released ${n} times`)
    if (audits.length !== plan.leases) faults.push(`${audits.length} of ${plan.leases} are released in the trail`)
    const ledger = await transactions.read(t => t.disposals.acrossTenantsFind({ state: 'verified' }, { limit: plan.leases + STAYING }))
    const onDevices = (await Promise.all(firewalls.map(firewall => firewall.list()))).flat().map(({ ip }) => ip)
    if (JSON.stringify(ledger.map(row => row.target).toSorted()) !== JSON.stringify(onDevices.toSorted()))
      faults.push(`the devices hold ${onDevices.length} blocks, the ledger ${ledger.length}`)
    const sorted = lateness.toSorted((a, b) => a - b)
    const rounded = (value: number | undefined) => Math.round((value ?? NaN) * 100) / 100
    return {
      leases: plan.leases,
      kills,
      refusals: refusals!.length,
      latenessP50: rounded(sorted[Math.floor(sorted.length / 2)]),
      latenessMax: rounded(sorted.at(-1)),
      deviceCallsRepeated: lifted!.length - new Set(lifted!.map(({ ip }) => ip)).size,
      seconds: Math.round((Date.now() - began) / 1000),
      faults: faults.slice(0, 20),
    }
  } finally {
    await opened.source.destroy()
    folder.remove()
  }
}

async function startWorker(...args: readonly string[]): Promise<PrivateProcess> {
  const worker = startProcess(process.execPath, ['--import', 'tsx', join(import.meta.dirname, 'lease-worker.ts'), ...args])
  await waitUntilReady(worker, () => (worker.output().includes('ready') ? Promise.resolve() : Promise.reject(new Error('not yet'))))
  return worker
}

function declaration(devices: number): string {
  const tenants = Array.from(
    { length: devices },
    (_, i) => `  - code: t${i}
    name: 单位${i}
    people: [{ userid: p${i}, name: 人员${i}, role: approver }]
    devices: [{ name: fw, kind: simulated, address: "simulated:d${i}", protects: ["10.${i % 250}.0.0/16"] }]`,
  )
  return `staff: [{ userid: zhang, name: 张工, role: analyst }]\ntenants:\n${tenants.join('\n')}\n`
}

interface Given {
  readonly n: number
  readonly device: number
  readonly tenantId: string
  readonly deviceId: string
  readonly ip: string
  readonly leaseUntil: string
}

function verifiedBlock({ n, device, tenantId, deviceId, ip, leaseUntil }: Given): Disposal {
  const at = new Date().toISOString()
  return {
    id: `00000000-0000-7000-9000-${String(n).padStart(12, '0')}`,
    tenantId,
    number: `DP-t${device}-${n}`,
    incidentId: null,
    action: 'block_ip',
    target: ip,
    parameters: null,
    seconds: 3600,
    reason: '口令猜解',
    effect: { lines: [], earlierBlocks: 0 },
    state: 'verified',
    proposedBy: 'zhang',
    proposedAt: at,
    expiresAt: at,
    decidedBy: `p${device}`,
    decidedAt: at,
    decisionChannel: 'button',
    deviceId,
    attempts: 0,
    nextTryAt: leaseUntil,
    claimedBy: null,
    claimedUntil: null,
    executedAt: at,
    verifiedAt: at,
    leaseUntil,
    releaseWanted: null,
    releasedAt: null,
    receipts: [],
    error: null,
    traceId: 'campaign',
  }
}

// `npm run bench -- disposal [--blocks 40] [--devices 200]`: from the customer's yes to the block seen on the device, on a real nftables in a namespace,
// and on many simulated devices at once; the last line is one JSON object. Needs root for the first half.
import { mkdtemp, rm } from 'node:fs/promises'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { openDatabase } from '../../adapters/database/data-source.js'
import { runMigrations } from '../../adapters/database/run-migrations.js'
import { makeTransactions } from '../../adapters/database/transactions.js'
import { nftables } from '../../adapters/firewall/nftables/index.js'
import { makeNetns } from '../../adapters/firewall/nftables/lab.js'
import { openFirewall } from '../../adapters/firewall/open-firewall.js'
import { makeSimulatedFirewall } from '../../adapters/firewall/simulated/index.js'
import { makeSecretBox } from '../../adapters/shared/secret-box.js'
import { makeIds } from '../../adapters/shared/uuid-v7.js'
import { DisposalExecutor } from '../../core/disposal/disposal-executor.js'
import { DisposalService } from '../../core/disposal/disposal-service.js'
import { systemClock } from '../../core/ports/clock.js'
import type { Devices } from '../../core/ports/devices.js'
import { silentLogger } from '../../core/ports/logger.js'
import type { Actor } from '../../core/tenants/actor.js'
import { applyDeclaration } from '../../core/tenants/declaration/apply-declaration.js'
import { readDeclaration } from '../../core/tenants/declaration/read-declaration.js'

const { values } = parseArgs({ options: { blocks: { type: 'string', default: '40' }, devices: { type: 'string', default: '200' } } })
const folder = await mkdtemp(join(tmpdir(), 'gj-bench-'))
const netns = await makeNetns()

/** The loop of app/roles/worker.ts: kicked by each commit, else every half second. */
async function world(name: string, kinds: readonly { kind: string; address: string }[]) {
  const database = await openDatabase(`sqlite:${join(folder, `${name}.db`)}`)
  await runMigrations(database)
  const secrets = makeSecretBox('a-key-for-benches')
  const transactions = makeTransactions(database, { clock: systemClock, ids: makeIds(systemClock), secrets })
  const tenants = kinds.map(
    ({ kind, address }, i) => `  - code: t${i}
    name: 单位${i}
    people: [{ userid: p${i}, name: 人员${i}, role: approver }]
    devices: [{ name: fw, kind: ${kind}, address: "${address}", protects: ["10.0.0.0/16"] }]`,
  )
  const text = `staff: [{ userid: zhang, name: 张工, role: analyst }]\ntenants:\n${tenants.join('\n')}\n`
  await applyDeclaration({ transactions, secrets }, readDeclaration(text, 'bench'), { dryRun: false, actor: 'bench' })
  const rows = await transactions.read(t => t.tenants.acrossTenantsFind({}, { limit: 1000 }))
  const idOf = (i: number) => rows.find(({ code }) => code === `t${i}`)?.id ?? ''
  const simulated = makeSimulatedFirewall({ folder: join(folder, 'devices') })
  const none = (): never => {
    throw new Error('no such device')
  }
  const devices: Devices = {
    firewall: ({ kind, address }) => {
      const driver = kind === 'nftables' ? nftables : simulated
      return { firewall: openFirewall(driver, { address, timeoutMilliseconds: 15_000 }), can: driver.can }
    },
    switch: none,
    host: none,
  }
  const executor = new DisposalExecutor({ transactions, devices, clock: systemClock, logger: silentLogger, owner: 'bench' })
  const service = new DisposalService(transactions)
  const zhang: Actor = { userId: 'zhang', name: '张工', role: 'analyst', tenantId: 'platform', channel: 'text', traceId: 'bench' }
  const approver = (i: number): Actor => ({
    userId: `p${i}`,
    name: `人员${i}`,
    role: 'approver',
    tenantId: idOf(i),
    channel: 'card',
    traceId: 'bench',
  })
  const state = { stopped: false }
  let busy: Promise<unknown> | undefined
  const kick = () => {
    if (state.stopped || busy) return
    busy = executor.begin().finally(() => (busy = undefined))
  }
  transactions.onCommit(kick)
  const timer = setInterval(kick, 500)
  return {
    transactions,
    request: (i: number, ip: string) => service.proposeBlock(zhang, { tenantId: idOf(i), ip, seconds: 3600 }),
    agree: (i: number, number: string) => service.decide(approver(i), idOf(i), number, true),
    idOf,
    async close() {
      state.stopped = true
      clearInterval(timer)
      await busy
      await sleep(200)
      await database.source.destroy()
    },
  }
}

type World = Awaited<ReturnType<typeof world>>

async function untilVerified({ transactions, idOf }: World, i: number, id: string): Promise<void> {
  while ((await transactions.read(t => t.disposals.get(idOf(i), id)))?.state !== 'verified') await sleep(10)
}

const quantile = (all: readonly number[], q: number) =>
  Math.round(all.toSorted((a, b) => a - b)[Math.min(all.length - 1, Math.floor(all.length * q))] ?? NaN)

try {
  const real = await world('real', [{ kind: 'nftables', address: `netns:${netns.name}` }])
  const single: number[] = []
  for (let n = 0; n < Number(values.blocks); n++) {
    const { disposal } = await real.request(0, `198.51.100.${n + 1}`)
    const pressed = performance.now()
    await real.agree(0, disposal.number)
    await untilVerified(real, 0, disposal.id)
    single.push(performance.now() - pressed)
  }
  await real.close()

  const count = Number(values.devices)
  const many = await world(
    'many',
    Array.from({ length: count }, (_, i) => ({ kind: 'simulated', address: `simulated:d${i}` })),
  )
  const requests = []
  for (let i = 0; i < count; i++) requests.push((await many.request(i, '198.51.100.7')).disposal)
  const began = performance.now()
  const parallel = await Promise.all(
    requests.map(async (disposal, i) => {
      await many.agree(i, disposal.number)
      await untilVerified(many, i, disposal.id)
      return performance.now() - began
    }),
  )
  await many.close()
  const figures = {
    bench: 'disposal',
    blocks: single.length,
    nftablesP50Ms: quantile(single, 0.5),
    nftablesP95Ms: quantile(single, 0.95),
    devices: count,
    parallelP50Ms: quantile(parallel, 0.5),
    parallelP95Ms: quantile(parallel, 0.95),
    machine: `${cpus().length} × ${cpus()[0]?.model ?? '?'}, node ${process.version}`,
  }
  process.stdout.write(`${JSON.stringify(figures)}\n`)
} finally {
  await netns.close()
  await rm(folder, { recursive: true, force: true })
}

import { expect, it } from 'vitest'
import { scanImport } from '../../adapters/scan-import/index.js'
import { openWorld } from '../../tests/support/memory-world.js'
import { findingFigures } from './finding-figures.js'
import { ImportService } from './import-service.js'

it('counts what was found, repaired, is open and overdue, of one customer', async () => {
  const world = await openWorld()
  const imports = new ImportService({ transactions: world.transactions, scans: scanImport })
  const bytes = Buffer.from(
    JSON.stringify({
      findings: ['Critical', 'High', 'Low'].map((severity, n) => ({
        title: `t${n}`,
        severity,
        description: 'd',
        endpoints: ['https://10.0.0.1'],
      })),
    }),
  )
  const file = { name: 'a.json', size: undefined, open: () => one(bytes) }
  for (const { id } of [world.uni, world.hos]) await imports.import(file, { tenantId: id, by: 'cli' })
  await world.transactions.run(tx =>
    tx.findings.update(world.uni.id, { severity: 'low' }, { state: 'fixed', fixedAt: '2026-11-24T05:00:00.000Z' }),
  )
  const day = { from: '2026-11-24T00:00:00.000Z', to: '2026-11-25T00:00:00.000Z' }
  const figures = (period: typeof day, now: string) => world.transactions.read(t => findingFigures(t, world.uni.id, period, now))

  expect(await figures(day, '2026-11-28T00:00:00.000Z')).toMatchObject({
    created: 3,
    fixed: 1,
    open: 2,
    overdue: 1,
    openBySeverity: { critical: 1, high: 1, medium: 0, low: 0, info: 0 },
    openByKind: { vulnerability: 2, weak_credential: 0 },
  })
  expect(await figures({ from: day.to, to: '2026-11-26T00:00:00.000Z' }, day.to)).toMatchObject({
    created: 0,
    fixed: 0,
    open: 2,
    overdue: 0,
  })
})

async function* one(bytes: Buffer): AsyncGenerator<Uint8Array> {
  yield bytes
}

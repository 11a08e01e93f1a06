// Hands what is grave to whoever owns the machine (domain.md 5.4): found by a check and not guessed, critical, high or a weak password. Called by the job dispatch-findings.
import { bucket } from '../assets/asset-clock.js'
import type { Asset } from '../assets/asset.js'
import type { Transactions } from '../ports/transaction.js'
import { dueAt, isPublicAddress } from './due-date.js'
import { startDue } from './finding-clock.js'
import { openCase } from './open-case.js'
import type { FindingState } from './finding.js'
import { moveFinding } from './move-finding.js'

const system = { userId: 'system', role: 'system' } as const
const waiting: readonly FindingState[] = ['discovered', 'validated', 'assessed']
/** Of one customer at a time; the rest comes with the next run. */
const MOST = 300
const HOSTS = 200

/** @returns how many were handed over */
export async function dispatchFindings(transactions: Transactions, tenantId: string): Promise<number> {
  const owned = await transactions.read(t =>
    t.assets.find(tenantId, { owner: { not: null }, status: { not: 'offline' } }, { limit: 20_000 }),
  )
  const byHost = new Map(owned.flatMap(asset => [asset.address, asset.hostname].filter(Boolean).map(host => [host, asset] as const)))
  const hosts = [...byHost.keys()]
  let handed = 0
  for (let at = 0; at < hosts.length && handed < MOST; at += HOSTS) {
    const host = { oneOf: hosts.slice(at, at + HOSTS) }
    const found = await transactions.read(async t => [
      ...(await t.findings.find(tenantId, { host, state: { oneOf: waiting }, severity: { oneOf: ['critical', 'high'] } }, { limit: 2000 })),
      ...(await t.findings.find(
        tenantId,
        { host, state: { oneOf: waiting }, kind: 'weak_credential', severity: { noneOf: ['critical', 'high'] } },
        { limit: 2000 },
      )),
    ])
    for (const { id, details } of found) {
      if (details.toVerify) continue
      if (handed >= MOST) break
      handed += await handOver(transactions, tenantId, id, byHost)
    }
  }
  return handed
}

async function handOver(transactions: Transactions, tenantId: string, id: string, byHost: ReadonlyMap<string, Asset>): Promise<number> {
  return transactions.run(async tx => {
    const finding = await tx.findings.get(tenantId, id)
    const asset = finding && byHost.get(finding.host)
    if (!finding || !asset || !waiting.includes(finding.state)) return 0
    const row = await openCase(tx, finding)
    const sure =
      finding.state === 'discovered'
        ? await moveFinding(tx, finding, system, { to: 'validated', reason: '检查实测得出，不是按版本推断' })
        : finding
    const moved = await moveFinding(tx, sure, system, { to: 'dispatched', reason: `派给资产责任人 ${asset.ownerName}` })
    // A core asset has less time for a weak password.
    const urgent = isPublicAddress(finding.host)
    const severity = row.assessment?.severity ?? finding.severity
    const due =
      [moved.dueAt, dueAt(finding.firstSeenAt, { kind: finding.kind, severity, urgent, assetValue: asset.value })].sort()[0] ?? moved.dueAt
    const dispatched = { ...moved, dueAt: row.extension?.state === 'granted' || row.assessment ? moved.dueAt : due }
    await tx.findings.update(tenantId, { id }, { dueAt: dispatched.dueAt })
    await tx.findingCases.update(tenantId, { id }, { assetId: asset.id, owner: asset.owner, dispatchedAt: tx.at, updatedAt: tx.at })
    await startDue(tx, row, dispatched)
    const { key, since, dueAt: saidAt } = bucket(tx.at)
    tx.announce({
      tenantId,
      kind: 'findings-dispatched',
      refs: { since, owner: asset.owner ?? '' },
      key: `findings-dispatched:${tenantId}:${asset.owner ?? ''}:${key}`,
      dueAt: saidAt,
    })
    return 1
  })
}

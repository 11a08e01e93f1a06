// Weak passwords were found (template 8): how many and the most urgent; accounts only to the owner, passwords to nobody.
import { assetsOf } from '../../core/findings/find-findings.js'
import { openFindingStates } from '../../core/findings/finding-states.js'
import { weakCredentialCard } from '../cards/finding-cards.js'
import { ringing } from './finding-views.js'
import { definePush } from './push.js'

export const weakCredentialsFound = definePush({
  kind: 'weak-credentials-found',
  async say({ tx, tenantId, refs }) {
    const tenant = await tx.tenants.get(tenantId, tenantId)
    const where = { kind: 'weak_credential', state: { oneOf: openFindingStates }, firstSeenAt: { atLeast: refs['since'] ?? '' } } as const
    const total = await tx.findings.count(tenantId, where)
    const found = await tx.findings.find(tenantId, where, { order: { dueAt: 'asc' }, limit: 100 })
    const assets = await assetsOf(tx, tenantId, found)
    const cases = new Map((await tx.findingCases.find(tenantId, { id: { oneOf: found.map(({ id }) => id) } })).map(row => [row.id, row]))
    const items = found.flatMap(finding => {
      const row = cases.get(finding.id)
      return row ? [{ finding, row, ownerName: assets.get(finding.host)?.ownerName ?? '' }] : []
    })
    const [first] = items
    if (!tenant || !first) return []
    const { card, commands } = weakCredentialCard({ items, total, zone: tenant.timeZone })
    return [
      {
        to: 'butler',
        subject: first.row.number,
        message: { kind: 'card', card },
        commands,
        lane: 1,
        level: 'P2',
        topic: 'weak_credential',
        ...ringing(assets.get(first.finding.host)?.owner, `发现弱口令，请单聊我说“弱口令 明细”`),
      },
    ]
  },
})

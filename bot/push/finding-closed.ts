// The closure certificate: what was found, what was asked again, with what answer, and the hash anybody can recompute.
import { certificateCard } from '../cards/finding-cards.js'
import { findingView } from './finding-views.js'
import { definePush } from './push.js'

export const findingClosed = definePush({
  kind: 'finding-closed',
  async say({ tx, tenantId, refs }) {
    const { tenant, finding, row } = await findingView(tx, tenantId, refs['findingId'] ?? '')
    const certificate = await tx.certificates.get(tenantId, refs['certificateId'] ?? '')
    if (!certificate) return []
    const { card, commands } = certificateCard(certificate, finding, tenant.timeZone)
    return [{ to: 'butler', subject: row.number, message: { kind: 'card', card }, commands, lane: 1 }]
  },
})

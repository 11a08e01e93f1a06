// What a customer's case taught about a playbook waits for a senior expert's word.
import { plain } from '../cards/format.js'
import { editionCard } from '../cards/playbook-cards.js'
import { definePush } from './push.js'

export const editionProposed = definePush({
  kind: 'edition-proposed',
  async say({ tx, tenantId, refs }) {
    const edition = await tx.playbookEditions.get(tenantId, refs['editionId'] ?? '')
    const tenant = await tx.tenants.get(tenantId, tenantId)
    if (edition?.state !== 'proposed' || !tenant) return []
    const { card, commands } = editionCard(edition, edition.playbookId, tenant.name)
    const lines = edition.changes.slice(0, 9).map(({ kind, step, why }) => `· ${words[kind]}“${plain(step, 60)}”：${plain(why, 80)}`)
    const text = [`**${edition.number}** 由 ${refs['subject'] ?? ''} 的处置得出：`, ...lines].join('\n')
    return [
      { to: 'expert', subject: edition.number, message: { kind: 'markdown', text } },
      { to: 'expert', subject: edition.number, message: { kind: 'card', card }, commands },
    ]
  },
})

const words = { added: '增加', 'left-out': '去掉', kept: '保留' } as const

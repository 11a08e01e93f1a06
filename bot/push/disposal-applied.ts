// A customer wants something blocked or cut off: the analysts get it with the button that asks formally.
import { disposalActionLabel, type DisposalAction } from '../../core/disposal/disposal.js'
import { card, clip } from '../cards/format.js'
import { definePush } from './push.js'

export const disposalApplied = definePush({
  kind: 'disposal-applied',
  async say({ tx, tenantId, refs }) {
    const tenant = await tx.tenants.get(tenantId, tenantId)
    if (!tenant) return []
    const verb = disposalActionLabel[(refs['action'] ?? 'block_ip') as DisposalAction]
    const target = refs['target'] ?? ''
    const hours = Math.max(1, Math.round(Number(refs['seconds'] ?? 86_400) / 3600))
    const shown = card({
      source: '客户申请',
      title: `【客户申请${verb}】${target}`,
      desc: clip(refs['by'] ?? '', 30),
      text: refs['text'] ?? '',
      facts: [{ name: '单位', value: `${tenant.name}（${tenant.code}）` }],
      whole: [target],
      buttons: [{ key: 'propose', text: `发起${verb}`, style: 'danger' }],
    })
    const commands = { propose: `${verb} ${target} ${hours}h ${tenant.code} 客户申请` }
    return [{ to: 'ops', subject: target, message: { kind: 'card', card: shown }, commands, lane: 0 }]
  },
})

// A customer asks for something people do by hand: the ops room is told, the customer manager is rung.
import { plain } from '../cards/format.js'
import { definePush } from './push.js'

export const requestPassedOn = definePush({
  kind: 'request-passed-on',
  async say({ tx, tenantId, refs }) {
    const tenant = await tx.tenants.get(tenantId, tenantId)
    const customer = plain(tenant?.name ?? tenantId, 40)
    const who = plain(refs['name'] ?? refs['userId'] ?? '', 30)
    const word = plain(refs['word'] ?? '', 20)
    const text = `**客户请求·${word}** ${customer} ${who}：“${plain(refs['text'] ?? '', 300)}”\n需人工办理，办好后请在客户群里回复。`
    const mention = tenant?.manager ? { mention: { text: `${customer} 请求“${word}”，请跟进`, userIds: [tenant.manager] } } : {}
    return [{ to: 'ops', subject: '', message: { kind: 'markdown', text }, lane: 1, ...mention }]
  },
})

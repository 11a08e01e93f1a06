// "收到", "好的", "可以，封吧": never leave to act. With something waiting for this person's word, it is asked for in full.
import type { Core } from '../../core/core.js'
import type { Actor } from '../../core/tenants/actor.js'
import { may } from '../../core/tenants/roles.js'
import type { Tenant } from '../../core/tenants/tenant.js'

const VAGUE =
  /^(?:收到|好的?|好吧|行|嗯+|可以|没问题|知道了|明白|了解|ok|okay|1|都同意|全部同意|封了?吧|处理吧|就这样)[，,。.!！~\s]*(?:可以|封了?吧|处理吧|同意|好的)?[吧啊呀哦的了]*[。.!！~\s]*$/i
const MOST = 4

/** Undefined when the sentence is not of this kind. */
export async function vagueAnswer(core: Core, tenant: Tenant | undefined, text: string, actor: Actor): Promise<string | undefined> {
  if (!isVague(text)) return undefined
  if (!tenant || !may(actor.role, 'approve-disposal')) return '收到，有进展会在群里说明。需要我做什么，回复“帮助”可以看命令。'
  const waiting = (await core.disposals.blocked(tenant.id)).filter(disposal => disposal.state === 'requested')
  const [first] = waiting
  if (!first) return '收到，目前没有等您确认的事项。'
  if (waiting.length === 1) return `是否同意执行 ${first.number}（封禁 ${first.target}）？请回复：同意 ${first.number}`
  const list = waiting.slice(0, MOST).map(disposal => `同意 ${disposal.number}（封禁 ${disposal.target}）`)
  return [`有 ${waiting.length} 项等您确认，请逐项回复：`, ...list].join('\n')
}

export function isVague(text: string): boolean {
  return VAGUE.test(text.normalize('NFKC').trim())
}

// "收到", "好的", "可以，封吧", "他说可以", "先别封": never leave to act. With something waiting for this person's word, it is asked for in full.
import type { Core } from '../../core/core.js'
import type { Actor } from '../../core/tenants/actor.js'
import { may, type Role } from '../../core/tenants/roles.js'
import type { Tenant } from '../../core/tenants/tenant.js'
import type { Parsed } from './parse.js'
import { actOf } from '../cards/disposal-cards.js'
import { isHearsay } from './tone.js'

const VAGUE =
  /^(?:收到|好的?|好吧|行|嗯+|可以|没问题|知道了|明白|了解|ok|okay|1|都同意|全部同意|(?:就)?封(?:了|掉)?吧|处理吧|就这样|执行吧|\[(?:ok|强|好的)\])[，,。.!！~\s]*(?:可以|封(?:了|掉)?吧?|处理吧|同意|好的|谢谢)?[吧啊呀哦的了]*[。.!！~\s]*$/i
const LONGEST = 60
const MOST = 4

/** `yes` and `no` are half a decision, `hearsay` is somebody else's. */
export type VagueKind = 'yes' | 'no' | 'hearsay'

/** Undefined when the sentence says what it wants. “封吧” orders a block where blocks are proposed, and half agrees where they are agreed to. */
export function vagueKind({ command, typed, entities }: Parsed, role?: Role): VagueKind | undefined {
  if (command?.risk === 'approves' && !typed) return command.refuses ? 'no' : 'yes'
  if (typed || (command && !(role && may(role, 'approve-disposal')))) return undefined
  if (isVague(entities.text)) return 'yes'
  return command === null && isHearsay(entities.text) ? 'hearsay' : undefined
}

export async function vagueAnswer(core: Core, tenant: Tenant | undefined, kind: VagueKind, actor: Actor): Promise<string> {
  const requested = tenant ? (await core.disposals.blocked(tenant.id)).filter(disposal => disposal.state === 'requested') : []
  const word = kind === 'no' ? '不同意' : '同意'
  const [first] = requested
  if (!may(actor.role, 'approve-disposal')) {
    if (kind === 'no' && first && may(actor.role, 'undo-disposal')) return `要收回请求，请回复：撤销 ${first.number}`
    return '收到，有进展会在群里说明。需要我做什么，回复“帮助”可以看命令。'
  }
  if (!first) return '收到，目前没有等您确认的事项。'
  const hint = kind === 'hearsay' ? '授权要由授权人本人确认。' : ''
  if (requested.length === 1) return `${hint}是否${word}执行 ${first.number}（${actOf(first)}）？请回复：${word} ${first.number}`
  const list = requested.slice(0, MOST).map(disposal => `${word} ${disposal.number}（${actOf(disposal)}）`)
  return [`${hint}有 ${requested.length} 项等您确认，请逐项回复：`, ...list].join('\n')
}

/** What `understand` says it would ask. */
export function vagueQuestion(kind: VagueKind, number = '加单号'): string {
  if (kind === 'hearsay') return '授权要由授权人本人确认，请本人回复：同意 加单号'
  const word = kind === 'no' ? '不同意' : '同意'
  return `是否${word}执行待确认的处置？请回复：${word} ${number}`
}

export function isVague(text: string): boolean {
  return text.length <= LONGEST && VAGUE.test(text.normalize('NFKC').trim())
}

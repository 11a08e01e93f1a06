// Cards about a disposal: the request for leave (template 3 of domain.md 18.3), its state after a press, the result.
import { disposalActionLabel, type Disposal } from '../../core/disposal/disposal.js'
import { missingSide } from '../../core/disposal/leave.js'
import type { Tenant } from '../../core/tenants/tenant.js'
import { card, clip, clock, duration, hour } from './format.js'
import type { CardWithCommands } from './incident-cards.js'
import type { Card } from '../../core/ports/chat.js'

export interface DisposalView {
  readonly disposal: Disposal
  readonly tenant: Tenant
  readonly deviceName: string
  readonly proposer: string
  readonly incidentNumber?: string | undefined
}

/** `封禁 203.0.113.7`. */
export function actOf({ action, target }: Pick<Disposal, 'action' | 'target'>): string {
  return `${disposalActionLabel[action]} ${target}`
}

function facts({ disposal, tenant, deviceName, proposer, incidentNumber }: DisposalView): Card['facts'] {
  const undo = `回复“撤销 ${disposal.number}”`
  return [
    { name: '影响', value: disposal.effect.lines[1] ?? '只拦截该地址' },
    { name: '时长', value: `${duration(disposal.seconds)}，到期自动恢复` },
    { name: '回退', value: [...undo].length <= 26 ? undo : '回复“撤销”加单号' },
    { name: '有效期', value: `${clock(disposal.expiresAt, tenant.timeZone)} 前` },
    { name: '提出', value: `${clip(proposer, 10)} · ${deviceName}` },
    { name: '单号', value: incidentNumber ?? disposal.number },
  ]
}

const wholeOf = ({ disposal, incidentNumber }: DisposalView) => [
  disposal.target,
  disposal.number,
  ...(incidentNumber ? [incidentNumber] : []),
]

export function approvalCard(view: DisposalView): CardWithCommands {
  const { disposal } = view
  return {
    card: card({
      title: `${disposal.signatures ? '【需要双签】' : '【需要授权】'}${actOf(disposal)}`,
      desc: disposal.signatures ? `${disposal.number}　还缺${missingSide(disposal.signatures) ?? ''}` : disposal.number,
      // The reason may be long: what follows it has its place first.
      text: `原因：${clip(disposal.reason, 40)}。${clip(disposal.effect.lines[0] ?? '', 36)}，${disposal.effect.lines[2] ?? ''}。不做的后果：攻击会继续`,
      facts: facts(view),
      whole: wholeOf(view),
      buttons: [
        { key: 'yes', text: '同意', style: 'primary' },
        { key: 'no', text: '不同意', style: 'danger' },
      ],
    }),
    commands: { yes: `同意 ${disposal.number}`, no: `不同意 ${disposal.number}`, state: '封禁清单' },
  }
}

/** The card as it stands after the decision; the words in the title say who and when, so that nobody presses again. */
export function decidedCard(view: DisposalView, decidedBy: string): Card {
  const { disposal, tenant } = view
  const who = clip(decidedBy, 10)
  const words = disposal.state === 'rejected' ? `${who} 不同意` : `${who} 已同意 · 执行中`
  return card({
    title: `${words} ${hour(disposal.decidedAt, tenant.timeZone)}`,
    text: `${actOf(disposal)}　${disposal.number}`,
    facts: facts(view),
    whole: wholeOf(view),
    buttons: [{ key: 'state', text: disposal.state === 'rejected' ? '已不同意' : '已同意', style: 'plain' }],
  })
}

export function blockedCard(view: DisposalView): CardWithCommands {
  const { disposal, tenant, deviceName } = view
  return {
    card: card({
      title: `【已封禁】${disposal.target}`,
      desc: `${deviceName} 已生效，回读校验通过`,
      facts: [
        { name: '到期', value: `${clock(disposal.leaseUntil, tenant.timeZone)} 自动解除` },
        { name: '批准', value: `${clip(disposal.decidedBy ?? '', 20)} ${hour(disposal.decidedAt, tenant.timeZone)}` },
        { name: '需要您', value: '无需您操作' },
        { name: '单号', value: disposal.number },
      ],
      whole: [disposal.number, disposal.target],
      buttons: [{ key: 'undo', text: '撤销', style: 'plain' }],
    }),
    commands: { undo: `撤销 ${disposal.number}` },
  }
}

// Cards and lines about assets: one asset on one screen, and what a new one looks like (template 7 of domain.md 18.3). Pure.
import { assetStatusLabel, type Asset, type ServiceEndpoint } from '../../core/assets/asset.js'
import type { AssetView } from '../../core/assets/asset-view.js'
import { highRiskPorts } from '../../core/assets/high-risk-ports.js'
import { severities, severityLabel } from '../../core/threats/terms.js'
import type { Tenant } from '../../core/tenants/tenant.js'
import { card, clip, clock, plain } from './format.js'
import type { CardWithCommands } from './incident-cards.js'

/** What a sentence calls it by. */
export const calledBy = ({ address, name }: Asset): string => address || name

export function portList(services: readonly ServiceEndpoint[], most: number): string {
  const shown = services.slice(0, most).map(({ port, name }) => (name === '' ? String(port) : `${port}/${clip(name, 12)}`))
  return services.length === 0 ? '未见开放端口' : `${shown.join(' ')}${services.length > most ? ` 等 ${services.length} 个` : ''}`
}

export function assetCard(
  { asset, services, findings, incidents, openIncidents, attacksBy }: AssetView,
  { timeZone }: Tenant,
): CardWithCommands {
  const who = calledBy(asset)
  const byLevel = severities
    .map(level => [level, findings.filter(({ severity }) => severity === level).length] as const)
    .filter(([level, n]) => n > 0 && level !== 'info')
    .map(([level, n]) => `${severityLabel[level]}${n}`)
  const weak = findings.filter(({ kind }) => kind === 'weak_credential').length
  const risky = services.filter(({ port }) => highRiskPorts.has(port)).length
  const isOwned = asset.ownerName !== ''
  const others = asset.addresses.map(({ address }) => address).filter(address => address !== asset.address)
  const cia = asset.cia ? `C${asset.cia.c} I${asset.cia.i} A${asset.cia.a}` : '未评'
  return {
    card: card({
      title: asset.name === asset.address || asset.address === '' ? asset.name : `${clip(asset.name, 14)} ${asset.address}`,
      desc: [assetStatusLabel[asset.status], asset.business, `价值 ${asset.value}（${cia}）`].filter(Boolean).join('｜'),
      text: [
        `系统 ${asset.os || '未知'}；位置 ${asset.place || '未登记'}`,
        `首见 ${clock(asset.firstSeenAt, timeZone)}，最近在线 ${clock(asset.lastSeenAt, timeZone)}`,
        ...(others.length > 0 ? [`另有地址 ${others.slice(0, 2).join('、')}`] : []),
        ...(asset.proposal ? [`待确认重要性 C${asset.proposal.c} I${asset.proposal.i} A${asset.proposal.a}`] : []),
      ].join('；'),
      facts: [
        { name: '责任人', value: isOwned ? asset.ownerName : '没有人认领' },
        { name: '端口', value: portList(services, 3) },
        { name: '弱点', value: byLevel.length === 0 ? '没有未修复的' : `${byLevel.join(' ')}${weak > 0 ? ` 弱口令${weak}` : ''}` },
        { name: '高危端口', value: risky === 0 ? '无' : `${risky} 个` },
        { name: '威胁', value: incidents.length === 0 ? '近期没有事件' : `事件 ${incidents.length} 起，未闭环 ${openIncidents}` },
        { name: '对外', value: attacksBy === 0 ? '未见它攻击别人' : `疑似攻击别人 ${attacksBy} 起` },
      ],
      whole: asset.address === '' ? [] : [asset.address],
      buttons: [
        { key: 'weak', text: '看漏洞', style: 'primary' },
        { key: 'alerts', text: '看告警', style: 'plain' },
        ...(isOwned ? [] : [{ key: 'mine', text: '是我的', style: 'plain' as const }]),
      ],
    }),
    commands: { weak: `漏洞 ${who}`, alerts: `告警 ${who}`, mine: `认领 ${who}` },
  }
}

export interface NewAssets {
  readonly tenant: Tenant
  /** The riskiest first. */
  readonly assets: readonly { readonly asset: Asset; readonly services: readonly ServiceEndpoint[]; readonly findings: number }[]
  readonly total: number
}

/** Template 7. */
export function newAssetCard({ tenant, assets, total }: NewAssets): CardWithCommands {
  const first = assets[0]
  const who = first ? calledBy(first.asset) : ''
  const risky = first?.services.filter(({ port }) => highRiskPorts.has(port)).map(({ port }) => port) ?? []
  const grave = first !== undefined && (first.findings > 0 || risky.length > 0)
  return {
    card: card({
      title: `【新资产】新增 ${total} 台待认领`,
      desc: first ? `最该看：${who} ${clip(first.asset.os || first.asset.hostname, 12)}`.trim() : '',
      text: `24 小时内未认领将转“影子资产”。不属于贵单位或不认识的，点“不认识，查”，分析师来查`,
      facts: [
        { name: '端口', value: first ? portList(first.services, 3) : '—' },
        {
          name: '风险',
          value: grave
            ? `高，${risky.length > 0 ? `高危端口 ${risky.slice(0, 3).join(' ')}` : `弱点 ${first?.findings ?? 0} 项`}`
            : '未见明显风险',
        },
        { name: '首见', value: clock(first?.asset.firstSeenAt ?? null, tenant.timeZone) },
        { name: '位置', value: first?.asset.place || '交换机口未知' },
        ...(assets.length > 1
          ? [
              {
                name: '其余',
                value: `${assets
                  .slice(1, 2)
                  .map(({ asset }) => calledBy(asset))
                  .join('、')}${total > 2 ? ` 等 ${total - 1} 台` : ''}`,
              },
            ]
          : []),
      ],
      whole: who === '' ? [] : [who],
      buttons: [
        { key: 'mine', text: '是我的', style: 'primary' },
        { key: 'list', text: '看全部', style: 'plain' },
        { key: 'unknown', text: '不认识，查', style: 'danger' },
      ],
    }),
    commands: { mine: `认领 ${who}`, list: '新资产', unknown: `不认识 ${who}` },
  }
}

/** One line of a list; outside text is data. */
export function assetLine(asset: Asset, zone: string, services: readonly ServiceEndpoint[] = []): string {
  const name = asset.name === asset.address ? '' : plain(asset.name, 24)
  const parts = [asset.address || '（地址未知）', name, plain(asset.business, 16), asset.ownerName === '' ? '' : plain(asset.ownerName, 12)]
  const open =
    services.length > 0
      ? `开 ${services
          .slice(0, 4)
          .map(({ port }) => port)
          .join('/')}`
      : ''
  return `· ${[...parts, open].filter(Boolean).join(' ')}　${assetStatusLabel[asset.status]}　${clock(asset.firstSeenAt, zone)}`
}

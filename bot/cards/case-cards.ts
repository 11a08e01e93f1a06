// Cards of exposures, configuration changes, advisories and service orders (domain.md 18.3, templates 2, 6 and 9). Pure.
import { AdvisoryDetails } from '../../core/cases/advisory-service.js'
import type { Case } from '../../core/cases/case.js'
import { ChangeDetails } from '../../core/cases/change-service.js'
import { ExposureDetails } from '../../core/cases/exposure-service.js'
import { relevanceLabel } from '../../core/cases/match-advisory.js'
import { ServiceOrderDetails, type ServiceLetter } from '../../core/cases/service-order.js'
import type { Tenant } from '../../core/tenants/tenant.js'
import { severityLabel } from '../../core/threats/terms.js'
import type { CardWithCommands } from './incident-cards.js'
import { card, clock } from './format.js'

export function openingCard(row: Case, tenant: Tenant): CardWithCommands {
  const { requestedUntil, host, port } = ExposureDetails.parse(row.details)
  const { number } = row
  if (requestedUntil === null)
    return {
      card: card({
        title: `【暴露面】${row.title}`,
        desc: `${severityLabel[row.severity]}，待责任人认领`,
        facts: [
          { name: '位置', value: `${host} ${port}` },
          { name: '需要您', value: '说明是否业务必要，不必要就收敛' },
          { name: '单号', value: number },
        ],
        whole: [number],
        buttons: [
          { key: 'converge', text: '收敛', style: 'primary' },
          { key: 'open', text: '临时开放7天', style: 'plain' },
        ],
      }),
      commands: { converge: `收敛 ${number}`, open: `临时开放 ${number} 7天` },
    }
  return {
    card: card({
      title: '【需要确认】临时开放端口',
      desc: row.title,
      facts: [
        { name: '位置', value: `${host} ${port} 端口` },
        { name: '到期', value: `${clock(requestedUntil, tenant.timeZone)}，到期转违规` },
        { name: '需要您', value: '由申请人以外的授权人确认' },
        { name: '单号', value: number },
      ],
      whole: [number],
      buttons: [
        { key: 'grant', text: '同意开放', style: 'primary' },
        { key: 'refuse', text: '不同意', style: 'plain' },
      ],
    }),
    commands: { grant: `临时开放 ${number}`, refuse: `收敛 ${number} 不同意开放` },
  }
}

export function changeCard(row: Case): CardWithCommands {
  const { lines, watched } = ChangeDetails.parse(row.details)
  const { number } = row
  return {
    card: card({
      title: `【配置变更】${row.title}`,
      desc: `对比基准：${lines[0] ?? '有差异'}`,
      text: lines.slice(1, 4).join('；'),
      facts: [
        { name: '是否报备', value: '未见报备' },
        { name: '风险', value: `${severityLabel[row.severity]}${watched === null ? '' : '（处置后观察期内，升一级）'}` },
        { name: '单号', value: number },
      ],
      whole: [number],
      buttons: [
        { key: 'accept', text: '我们做的，认可', style: 'primary' },
        { key: 'violate', text: '不是我们做的', style: 'danger' },
        { key: 'back', text: '回退', style: 'plain' },
      ],
    }),
    commands: { accept: `认可 ${number}`, violate: `违规 ${number} 不是我们做的`, back: `回退 ${number}` },
  }
}

export function rollBackCard(row: Case, plan: string): CardWithCommands {
  const { number } = row
  return {
    card: card({
      title: `【需要授权】回退：${row.title}`,
      text: `方案：${plan}`,
      facts: [
        { name: '影响', value: '该机配置恢复到基准' },
        { name: '单号', value: number },
      ],
      whole: [number],
      buttons: [
        { key: 'back', text: '同意回退', style: 'primary' },
        { key: 'accept', text: '其实是我们做的', style: 'plain' },
      ],
    }),
    commands: { back: `回退 ${number}`, accept: `变更 ${number}` },
  }
}

export function advisoryCard(row: Case): CardWithCommands {
  const details = AdvisoryDetails.parse(row.details)
  const relevance = details.relevance ?? 'none'
  const { number } = row
  const concerned = relevance !== 'none'
  const yours = {
    affected: `${details.lines.length} 处受影响：${details.lines[0] ?? ''}`,
    possible: `${details.lines.length} 处待核实`,
    none: '未匹配到受影响的资产',
  }
  return {
    card: card({
      source: details.hot ? '热点事件' : '威胁预警',
      title: details.hot ? `【热点】${row.title}` : `【${relevanceLabel[relevance]}】${row.title}`,
      desc: `${details.effect}　在野利用：${details.inTheWild ? '是' : '否或未知'}`,
      text: [`建议：${details.advice}`, ...(details.workaround === '' ? [] : [`临时措施：${details.workaround}`])].join('；'),
      facts: [
        { name: '您这边', value: yours[relevance] },
        { name: '我们已做', value: '比对漏洞与资产记录' },
        { name: '需要您', value: concerned ? '选择由谁处理' : '无需您操作' },
        { name: '单号', value: number },
      ],
      whole: [number],
      buttons: concerned
        ? [
            { key: 'plan', text: '安排升级', style: 'primary' },
            { key: 'own', text: '我们自己处理', style: 'plain' },
            { key: 'list', text: '看受影响清单', style: 'plain' },
          ]
        : [],
    }),
    commands: concerned
      ? { plan: `跟进预警 ${number} 请服务方安排升级`, own: `跟进预警 ${number} 我们自己处理`, list: `影响 ${number}` }
      : {},
  }
}

export function orderCard(row: Case, tenant: Tenant): CardWithCommands {
  const details = ServiceOrderDetails.parse(row.details)
  const { number } = row
  const facts = [
    { name: '服务', value: details.service },
    ...(details.days === null ? [] : [{ name: '人天', value: String(details.days) }]),
    ...(details.letter ? [{ name: '授权书', value: details.letter.number }] : []),
    { name: '单号', value: number },
  ]
  if (row.state === 'scoped')
    return {
      card: card({
        title: `【请确认】${details.service}的范围`,
        text: details.scope ?? '',
        facts,
        whole: [number],
        buttons: [
          { key: 'confirm', text: '确认', style: 'primary' },
          { key: 'cancel', text: '不做了', style: 'plain' },
        ],
      }),
      commands: { confirm: `确认服务 ${number}`, cancel: `服务 取消 ${number} 客户不做了` },
    }
  if (row.state === 'confirmed')
    return {
      card: card({
        title: `【请签署】${details.service}授权书`,
        desc: '盖章件请单独发给机器人，再点签署',
        text: details.letter ? letterWords(details.letter, tenant) : '',
        facts,
        whole: [number],
        buttons: [
          { key: 'sign', text: '签署', style: 'primary' },
          { key: 'show', text: '看授权书', style: 'plain' },
        ],
      }),
      commands: { sign: `签署 ${number}`, show: `授权书 ${number}` },
    }
  return {
    card: card({
      title: `【请验收】${details.service}`,
      text: `交付物：${details.deliverables.map(({ name }) => name).join('、')}`,
      facts,
      whole: [number],
      buttons: [
        { key: 'accept', text: '验收通过', style: 'primary' },
        { key: 'rework', text: '不通过', style: 'plain' },
      ],
    }),
    commands: { accept: `验收 ${number} 通过`, rework: `验收 ${number} 不通过` },
  }
}

export function letterWords(letter: ServiceLetter, tenant: Tenant): string {
  return [
    `目标：${letter.targets.slice(0, 6).join('、')}`,
    ...(letter.exclude.length > 0 ? [`排除：${letter.exclude.slice(0, 6).join('、')}`] : []),
    `期限：${clock(letter.from, tenant.timeZone)} 至 ${clock(letter.to, tenant.timeZone)}`,
    `时段：${letter.window ?? '全天'}`,
    '禁止：拒绝服务、社会工程、导出数据',
  ].join('；')
}

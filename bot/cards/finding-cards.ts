// Cards and lines about findings: lists, one finding with its terms, weak passwords (template 8 of domain.md 18.3), closure certificates. Pure; no password
// is in a finding, and accounts are shown to the owner alone.
import { riskLevelLabel } from '../../core/assets/risk.js'
import { placeOf, type ClosureCertificate } from '../../core/findings/certificate.js'
import type { FindingCase, Retest } from '../../core/findings/finding-case.js'
import type { Listed } from '../../core/findings/find-findings.js'
import { findingStateLabel } from '../../core/findings/finding-states.js'
import type { Finding } from '../../core/findings/finding.js'
import { severityLabel } from '../../core/threats/terms.js'
import { card, clip, clock, plain } from './format.js'
import type { CardWithCommands } from './incident-cards.js'

/** What a weak password is called where others read: the place, never the account. */
export function openName(finding: Pick<Finding, 'kind' | 'title' | 'host' | 'port' | 'protocol' | 'engine'>): string {
  return finding.kind === 'weak_credential' ? `弱口令（${placeOf(finding)}）` : finding.title
}

/** The check behind it, where others read: that of a weak password has the account in its name. */
export const openCheck = ({ kind, engine, checkKey }: Pick<Finding, 'kind' | 'engine' | 'checkKey'>): string =>
  kind === 'weak_credential' ? engine : `${engine}/${checkKey}`

export const effectiveSeverity = ({ finding, row }: Pick<Listed, 'finding' | 'row'>) =>
  row.assessment?.verdict === 'lowered' ? row.assessment.severity : finding.severity

export function findingLine(item: Listed, zone: string): string {
  const { finding, row, asset, priority, isOverdue } = item
  const owner = asset?.ownerName ? plain(asset.ownerName, 10) : '无责任人'
  const name = finding.kind === 'weak_credential' ? '弱口令' : plain(finding.title, 36)
  const due = `${isOverdue ? '**超期** ' : ''}${clock(finding.dueAt, zone)}`
  return `· ${row.number} ${severityLabel[effectiveSeverity(item)]}·R${priority.risk} ${plain(placeOf(finding), 40)} ${name}　${findingStateLabel[finding.state]}　${owner}　${due}`
}

/** Lines of one finding, the terms of its priority among them. */
export function findingStory(
  item: Listed,
  {
    retest,
    certificate,
    zone,
    steps,
  }: { retest: Retest | undefined; certificate: ClosureCertificate | undefined; zone: string; steps: readonly string[] },
): string[] {
  const { finding, row, asset, priority, isOverdue } = item
  const terms = priority.terms.map(({ name, value }) => `${name}=${value}`).join(' ')
  const extension = row.extension
  return [
    `**${row.number}** ${plain(openName(finding), 60)}　${severityLabel[effectiveSeverity(item)]}·${findingStateLabel[finding.state]}${isOverdue ? '·**超期**' : ''}`,
    `位置：${plain(placeOf(finding), 60)}${asset ? `（${plain(asset.name, 20)}，责任人 ${plain(asset.ownerName || '无', 12)}）` : ''}`,
    `优先级：R=${priority.risk} ${riskLevelLabel[priority.level]}（${terms}）`,
    `期限：${clock(finding.dueAt, zone)}；首见 ${clock(finding.firstSeenAt, zone)}，最近 ${clock(finding.lastSeenAt, zone)}，重开 ${finding.reopened} 次${finding.uncoveredSince ? '；最近的扫描没有查到它' : ''}`,
    ...(extension
      ? [
          `延期：至 ${clock(extension.until, zone)}，${{ asked: '待授权人批', granted: '已同意', refused: '未同意' }[extension.state]}（${plain(extension.reason, 40)}）`,
        ]
      : []),
    ...(row.assessment
      ? [
          `专家评估：${severityLabel[row.assessment.before]}→${row.assessment.verdict === 'false_positive' ? '误报' : severityLabel[row.assessment.severity]}，${plain(row.assessment.reason, 60)}`,
        ]
      : []),
    ...(finding.details.solution && finding.kind !== 'weak_credential' ? [`建议：${plain(finding.details.solution, 120)}`] : []),
    ...(retest?.state === 'waiting'
      ? [`复验：${clock(retest.requestedAt, zone)} 已申请，等待同一检查${retest.tries > 0 ? `（${retest.tries} 次没做成）` : ''}`]
      : []),
    ...(certificate ? [`复验凭证：${certificate.hash.slice(0, 16)}（${clock(certificate.issuedAt, zone)}）`] : []),
    ...steps,
  ].slice(0, 12)
}

export function certificateCard({ content, hash, number }: ClosureCertificate, finding: Finding, zone: string): CardWithCommands {
  const { before, after } = content
  const asked = after.coverage ? `${after.coverage.check === '*' ? '全部检查' : '同一检查'} ${content.place}` : content.place
  return {
    card: card({
      title: `【复验通过】${openName(finding)}`,
      desc: `${number} ${content.place}`,
      text:
        finding.kind === 'weak_credential'
          ? '之前：口令可被猜中；之后：同一检查已做完，未再猜中'
          : `之前：${clip(before.evidence || '检查命中', 40)}；之后：${clip(after.evidence, 40)}`,
      facts: [
        { name: '发现于', value: `${clock(before.seenAt, zone)}，共 ${before.occurrences} 次` },
        { name: '复验于', value: after.ranAt ? clock(after.ranAt, zone) : '结果未写明时间' },
        { name: '引擎', value: `${after.engine} ${after.version}`.trim() },
        { name: '覆盖', value: asked },
        { name: '凭证', value: hash.slice(0, 16) },
      ],
      whole: [number],
      buttons: [{ key: 'show', text: '看经过', style: 'plain' }],
    }),
    commands: { show: `漏洞 ${number}` },
  }
}

export interface WeakCredentials {
  /** The most urgent first; with numbers. */
  readonly items: readonly { readonly finding: Finding; readonly row: FindingCase; readonly ownerName: string }[]
  readonly total: number
  readonly zone: string
}

/** Template 8: how many, the most urgent, never an account and never a password. */
export function weakCredentialCard({ items, total, zone }: WeakCredentials): CardWithCommands {
  const first = items[0]
  const places = new Map<string, number>()
  for (const { finding } of items.slice(1)) places.set(serviceName(finding), (places.get(serviceName(finding)) ?? 0) + 1)
  const number = first?.row.number ?? ''
  return {
    card: card({
      title: `【弱口令】发现 ${total} 个账号`,
      desc: first ? `最急：${placeOf(first.finding)}，${clock(first.finding.dueAt, zone)} 前` : '',
      text: '口令不在群里显示；明细仅责任人可看（单聊我说“弱口令 明细”）。改完点“已改”，我们自动复验',
      facts: [
        { name: '责任人', value: first?.ownerName || '没有人认领' },
        {
          name: '其余',
          value:
            places.size === 0
              ? '无'
              : [...places]
                  .slice(0, 3)
                  .map(([name, n]) => `${name} ${n}`)
                  .join('、'),
        },
        { name: '编号', value: number || '—' },
      ],
      whole: number === '' ? [] : [number],
      buttons: [
        { key: 'done', text: '已改', style: 'primary' },
        { key: 'details', text: '领取明细', style: 'plain' },
        { key: 'later', text: '无法修改', style: 'plain' },
      ],
    }),
    commands: { done: `已修复 ${number}`, details: '弱口令', later: `延期 ${number} 7天 暂时无法修改，申请缓解` },
  }
}

const services: Readonly<Record<number, string>> = {
  21: 'FTP',
  22: 'SSH',
  23: 'Telnet',
  161: 'SNMP',
  445: '文件共享',
  1433: '数据库',
  1521: '数据库',
  3306: '数据库',
  3389: '远程桌面',
  5432: '数据库',
  6379: 'Redis',
}
const serviceName = ({ port }: Finding): string => services[port] ?? '其他'

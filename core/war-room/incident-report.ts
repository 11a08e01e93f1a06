// The report on one incident (专报, domain.md 15.3): pure text from what is stored; nothing in it was written for it but the closing words.
import { disposalStateLabel, type Disposal } from '../disposal/disposal.js'
import type { EvidenceItem, RunStep } from '../playbooks/run.js'
import { escapeMarkdown } from '../reports/section.js'
import { localMoment } from '../tenants/local-time.js'
import type { Tenant } from '../tenants/tenant.js'
import type { Incident } from '../threats/incident.js'
import { verdictWords } from '../threats/judgement.js'
import { victimName } from '../threats/incident-title.js'
import { eventTypeLabel, severityLabel } from '../threats/terms.js'
import { incidentStateLabel } from '../tickets/incident-states.js'
import type { Ticket, TicketTransition } from '../tickets/ticket.js'
import type { Moment } from './timeline.js'

export interface ReportFacts {
  readonly tenant: Tenant
  readonly incident: Incident
  readonly ticket: Ticket
  readonly transitions: readonly TicketTransition[]
  readonly moments: readonly Moment[]
  readonly disposals: readonly Disposal[]
  readonly steps: readonly RunStep[]
  readonly evidence: readonly EvidenceItem[]
  /** Userid → name. */
  readonly names: ReadonlyMap<string, string>
}

const MOST_MOMENTS = 200

export function incidentReport(facts: ReportFacts): string {
  const { tenant, incident, ticket, transitions, moments, disposals, steps, evidence } = facts
  const zone = tenant.timeZone
  const out = (text: string, length = 300): string => escapeMarkdown(text.replaceAll(/\s+/g, ' ').slice(0, length))
  const who = (by: string): string => (by === 'system' ? '系统' : out(facts.names.get(by) ?? by, 40))
  const verdict = incident.verdict ?? incident.judgement
  const last = (to: TicketTransition['to']): TicketTransition | undefined => transitions.findLast(step => step.to === to)
  const [contained, resolved, closed] = [last('eradicating'), last('observing'), last('closed')]
  const minutes = (step: TicketTransition | undefined): string =>
    step ? `${Math.max(1, Math.round((Date.parse(step.at) - Date.parse(incident.createdAt)) / 60_000))} 分钟` : '—'
  const cause = last('recovering')?.evidence[0]?.text.replace(/^根因：/, '')
  const improvements = steps.filter(step => step.phase === 'harden' || step.phase === 'lessons')
  const list = (lines: readonly string[], empty: string): string[] => (lines.length === 0 ? [empty] : lines.map(line => `- ${line}`))
  return [
    `# ${out(tenant.name, 60)} 安全事件专报 ${incident.number}`,
    '',
    `${ticket.state === 'closed' ? '' : '（事件未闭环，内容截至生成之时）'}`,
    '## 一、摘要',
    '',
    `- 事件：${out(incident.title)}（${eventTypeLabel[incident.eventType]}，${severityLabel[incident.severity]}，${ticket.priority}）`,
    `- 结论：${out(verdictWords(verdict))}`,
    `- 现状：${incidentStateLabel[ticket.state]}`,
    `- 用时：发现到遏制 ${minutes(contained)}，到复验通过 ${minutes(resolved)}，到闭环 ${minutes(closed)}`,
    '',
    '## 二、时间线',
    '',
    ...list(
      moments.slice(-MOST_MOMENTS).map(({ at, by, words }) => `${localMoment(at, zone)} ${out(words)}（${who(by)}）`),
      '没有记录。',
    ),
    '',
    '## 三、影响',
    '',
    `- 资产：${out(victimName(incident.victim), 120)}`,
    `- 影响：${out(verdict.effect)}`,
    `- 累计命中 ${incident.hits} 次，首次 ${localMoment(incident.firstAt, zone)}，末次 ${localMoment(incident.lastAt, zone)}`,
    '',
    '## 四、根因',
    '',
    cause === undefined ? '尚未确认。' : out(cause, 1_000),
    ...list(
      verdict.reasons.map(reason => `依据：${out(reason)}`),
      '',
    ),
    '',
    '## 五、处置',
    '',
    ...list(
      [
        ...disposals.map(
          ({ number, target, seconds, state, decidedBy }) =>
            `${number} 封禁 ${target} ${Math.round(seconds / 3600)} 小时：${disposalStateLabel[state]}${decidedBy === null ? '' : `，由${who(decidedBy)}答复`}`,
        ),
        ...steps
          .filter(step => step.state !== 'open' && ['contain', 'confirm', 'eradicate', 'verify'].includes(step.phase))
          .map(
            step => `${step.state === 'skipped' ? '未做' : '已做'}：${out(step.words)}${step.note === '' ? '' : `（${out(step.note)}）`}`,
          ),
      ],
      '没有处置动作。',
    ),
    '',
    '## 六、证据清单',
    '',
    ...list(
      evidence.map(
        item =>
          `${out(item.name, 120)}，${item.size} 字节，SHA-256 \`${item.sha256}\`，${localMoment(item.collectedAt, zone)} 由${who(item.collectedBy)}留存，保管链 ${item.custody.length} 条`,
      ),
      '没有留存文件证据。',
    ),
    '',
    '## 七、教训',
    '',
    out(closed?.evidence[0]?.text ?? '闭环时填写。', 1_000),
    '',
    '## 八、改进项',
    '',
    ...list(
      improvements.map(
        step =>
          `${out(step.words)}：${step.state === 'done' ? '已完成' : step.state === 'skipped' ? `不做（${out(step.note)}）` : '待办'}，责任人 ${step.by === null ? '待定' : who(step.by)}`,
      ),
      '没有登记改进项。',
    ),
    '',
    '## 附录 IOC',
    '',
    ...list(
      [
        ...incident.attackers.map(({ ip, hits }) => `地址 ${ip}（${hits} 次）`),
        ...evidence.map(({ sha256, name }) => `哈希 ${sha256}（${out(name, 80)}）`),
      ],
      '没有。',
    ),
    '',
  ].join('\n')
}

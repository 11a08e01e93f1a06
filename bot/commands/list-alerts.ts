// `告警`: merged alerts by level, asset and time, gravest first, each reachable by a button.
import { z } from 'zod'
import type { Core } from '../../core/core.js'
import { daySpan } from '../../core/tenants/local-time.js'
import { PLATFORM, type Tenant } from '../../core/tenants/tenant.js'
import { instant } from '../../core/ports/clock.js'
import type { Alert, Incident } from '../../core/threats/incident.js'
import { victimName } from '../../core/threats/incident-title.js'
import { compareSeverity, severities, severityLabel, type Severity } from '../../core/threats/terms.js'
import { card, clip, clock, hour } from '../cards/format.js'
import { defineCommand, say, type CommandResult } from '../runtime/command.js'

const DAY = 86_400_000
const LOADED = 2_000
const SHOWN = 5
const words: readonly (readonly [RegExp, Severity])[] = [
  [/严重|紧急/, 'critical'],
  [/高危|高风险/, 'high'],
  [/中危|中风险/, 'medium'],
  [/低危|低风险/, 'low'],
  [/提示/, 'info'],
]
/** Words of the question that are no asset. */
const FILLER =
  /严重|紧急|[高中低]危|[高中低]风险|提示|级别?|以上|以下|告警|有?(?:几|多少)[条个起]?|哪些|列表|的|了|吗|呢|最近|有|条|所有|全部|资产|主机|[\s，,。？?：:]/g

interface Question {
  readonly ip?: string | undefined
  readonly day?: string | undefined
  readonly days?: string | undefined
  readonly text?: string | undefined
}

export const listAlerts = defineCommand({
  name: '告警',
  aliases: ['告警列表', '看告警', 'alerts'],
  says: [/(?:严重|[高中低]危)(?:的)?(?:告警)?(?:有)?(?:几|多少)[条个起]?|告警(?:有|是)?(?:几|多少|哪些)/],
  keepsSentence: true,
  capability: 'see-evidence',
  risk: 'read',
  help: { group: '事件', summary: '归并后的告警：按级别、资产、时间筛选', examples: ['告警', '告警 高危 昨天', '告警 10.20.1.5 最近7天'] },
  args: z.object({ ip: z.string().optional(), day: z.string().optional(), days: z.string().optional(), text: z.string().optional() }),
  async run({ args, core, tenant, now }) {
    return list(core, [tenant], args, now)
  },
  async runAcross({ args, core, now }) {
    return list(core, await core.directory.acrossTenantsList(), args, now)
  },
})

async function list(core: Core, tenants: readonly Tenant[], question: Question, now: number): Promise<CommandResult> {
  const zone = tenants.length === 1 ? tenants[0]!.timeZone : 'Asia/Shanghai'
  const [first, last] = question.days?.split(' 至 ') ?? [question.day, question.day]
  const span = first && last ? daySpan(first, last, zone) : { from: now - DAY, to: now }
  const when = first ? (first === last ? first.slice(5) : `${first.slice(5)} 至 ${last!.slice(5)}`) : '近 24 小时'
  const wanted = levels(question.text ?? '')
  const asset = (question.text ?? '').replaceAll(FILLER, '').toLowerCase()
  const ids = tenants.map(tenant => tenant.id).filter(id => id !== PLATFORM)
  const rows = await core.transactions.read(async t => {
    const alerts = await t.alerts.acrossTenantsFind(
      { tenantId: { oneOf: ids }, lastAt: { atLeast: instant(span.from) }, ...(wanted ? { severity: { oneOf: wanted } } : {}) },
      { order: { lastAt: 'desc' }, limit: LOADED },
    )
    const within = alerts.filter(alert => alert.firstAt < instant(span.to))
    const incidents = new Map<string, Incident>()
    for (let at = 0; at < within.length; at += 200) {
      const some = [...new Set(within.slice(at, at + 200).map(alert => alert.incidentId))]
      for (const incident of await t.incidents.acrossTenantsFind({ id: { oneOf: some } })) incidents.set(incident.id, incident)
    }
    return within.flatMap(alert => {
      const incident = incidents.get(alert.incidentId)
      return incident && isAbout(incident, question.ip, asset) ? [{ alert, incident }] : []
    })
  })
  const what = `${when}${wanted ? ` ${wanted.map(level => severityLabel[level]).join('、')}` : ''}${(question.ip ?? asset) ? ` ${clip(question.ip ?? asset, 20)}` : ''}`
  if (rows.length === 0) return say(`${what.trim()}没有告警。`)
  rows.sort((a, b) => compareSeverity(b.alert.severity, a.alert.severity) || (a.alert.lastAt < b.alert.lastAt ? 1 : -1))
  return answer(rows, what, zone)
}

/** `高危以上` means high and critical. */
function levels(text: string): readonly Severity[] | undefined {
  const found = words.filter(([pattern]) => pattern.test(text)).map(([, level]) => level)
  const [only] = found
  if (only && /以上/.test(text)) return severities.slice(0, severities.indexOf(only) + 1)
  return found.length === 0 ? undefined : found
}

function isAbout({ victim, attackers }: Incident, ip: string | undefined, asset: string): boolean {
  if (ip !== undefined && victim.ip !== ip && !attackers.some(attacker => attacker.ip === ip)) return false
  return asset === '' || [victim.host ?? '', victim.ip ?? ''].some(name => name.toLowerCase().includes(asset))
}

function answer(rows: readonly { alert: Alert; incident: Incident }[], what: string, zone: string): CommandResult {
  const shown = rows.slice(0, SHOWN)
  const counts = severities
    .map(level => [level, rows.filter(({ alert }) => alert.severity === level).length] as const)
    .filter(([, n]) => n > 0)
    .map(([level, n]) => `${severityLabel[level]} ${n}`)
  const hits = rows.reduce((sum, { alert }) => sum + alert.count, 0)
  const many = rows.length >= LOADED ? `${LOADED}+` : String(rows.length)
  const incidents = [...new Set(shown.map(({ incident }) => incident.number))].slice(0, 3)
  return {
    answers: [
      {
        message: {
          kind: 'card',
          card: card({
            title: `告警 ${many} 条（${what.trim()}）`,
            desc: `${counts.join('、')}；共 ${hits} 次`,
            facts: [
              ...shown.map(({ alert, incident }) => ({
                name: severityLabel[alert.severity],
                value: `${hour(alert.lastAt, zone)} ${clip(victimName(incident.victim), 12)} ${clip(alert.title, 10)}×${alert.count}`,
              })),
              ...(rows.length > SHOWN ? [{ name: '其余', value: `${rows.length - SHOWN} 条，加级别、资产或日期缩小` }] : []),
            ],
            text: `最近一条 ${clock(
              rows
                .map(({ alert }) => alert.lastAt)
                .sort()
                .at(-1) ?? null,
              zone,
            )}`,
            whole: [],
            buttons: incidents.map((_, index) => ({
              key: `why${index}`,
              text: `为什么${'①②③'[index]!}`,
              style: index === 0 ? 'primary' : 'plain',
            })),
          }),
        },
        commands: Object.fromEntries(incidents.map((number, index) => [`why${index}`, `为什么 ${number}`])),
      },
    ],
  }
}

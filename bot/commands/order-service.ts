// `服务`: asks for a local service, lists orders; the customer manager scopes and schedules with the same word.
import { z } from 'zod'
import { AppError } from '../../core/errors.js'
import { findEntities } from '../runtime/entities.js'
import { caseStateLabel } from '../../core/cases/case-tables.js'
import { instant } from '../../core/ports/clock.js'
import { daySpan } from '../../core/tenants/local-time.js'
import { clock, plain } from '../cards/format.js'
import { defineCommand, say, type CommandContext, type CommandResult } from '../runtime/command.js'

const services = [
  '渗透测试',
  '应急响应',
  '上门处置',
  '安全加固',
  '风险评估',
  '攻防演练',
  '红蓝对抗',
  '安全咨询',
  '安全培训',
  '等保咨询',
  '重保值守',
] as const
const DEFAULT_LETTER_DAYS = 30
const MOST = 8

interface Args {
  readonly text?: string | undefined
}
type Context = CommandContext<Args>

export const orderService = defineCommand<Args>({
  name: '服务',
  aliases: ['服务单'],
  calledWith: after => !/^[器端商没很态]/.test(after),
  capability: 'order-service',
  risk: 'write',
  harmless: true,
  keepsSentence: true,
  help: {
    group: '服务单',
    summary: '申请一项本地服务、看服务单；客户经理用“界定”“排期”“取消”',
    examples: ['服务 申请 渗透测试 官网与 OA', '服务', '服务 界定 SO-uni-261124-001 2人天 目标 10.20.0.0/16 排除 10.20.9.0/24 期限 30天'],
  },
  args: z.object({ text: z.string().max(1_000).optional() }),
  async run(context) {
    const words = context.args.text ?? ''
    const [, verb, rest = ''] = /^\s*(界定|排期|取消|申请)[\s：:]*(.*)$/s.exec(words) ?? []
    if (verb === '界定') return scope(context, rest)
    if (verb === '排期') return schedule(context, rest)
    if (verb === '取消') return cancel(context, rest)
    if (words.trim() === '') return list(context)
    const { actor, tenant, core } = context
    const service = services.find(name => words.includes(name)) ?? /应急|渗透|加固|评估|演练|咨询|培训/.exec(words)?.[0] ?? '本地服务'
    const row = await core.serviceOrders.request(actor, tenant.id, service, verb === '申请' ? rest : words)
    return say(`**${row.number}** 已申请“${service}”，客户经理界定范围与人天后请您确认；未签授权书前不会开展任何操作。`)
  },
})

function numberIn(context: Context, text: string): { number: string; entities: ReturnType<typeof findEntities> } {
  const entities = findEntities(text, context.now, context.tenant.timeZone)
  const number = entities.numbers.find(one => one.startsWith('SO-'))
  if (number === undefined) throw new AppError('ARGUMENT_MISSING', { what: '服务单号', example: '服务 排期 SO-uni-261124-001 明天' })
  return { number, entities }
}

async function scope(context: Context, text: string): Promise<CommandResult> {
  const { number } = numberIn(context, text)
  const [before = '', after = ''] = text.split(/排除/, 2)
  const places = (part: string): string[] => {
    const { ips, cidrs, domains } = findEntities(part, context.now, context.tenant.timeZone)
    return [...cidrs, ...ips, ...domains]
  }
  const days = Number(/(\d{1,4}(?:\.\d)?)\s*(?:个)?人天/.exec(text)?.[1] ?? Number.NaN)
  const validDays = Number(/期限\s*(\d{1,3})\s*天/.exec(text)?.[1] ?? DEFAULT_LETTER_DAYS)
  const window = /([01]\d|2[0-3]):([0-5]\d)\s*[-–至到]\s*([01]\d|2[0-3]):([0-5]\d)/.exec(text)
  await context.core.serviceOrders.scope(context.actor, context.tenant.id, number, {
    days,
    targets: places(before),
    exclude: places(after),
    window: window ? `${window[1]}:${window[2]}-${window[3]}:${window[4]}` : null,
    validDays,
    words: text.replace(number, '').trim().slice(0, 500),
  })
  return say(`**${number}** 范围已界定，已请客户主管确认。`)
}

async function schedule(context: Context, text: string): Promise<CommandResult> {
  const { number, entities } = numberIn(context, text)
  if (entities.day === undefined) throw new AppError('ARGUMENT_MISSING', { what: '日期', example: `服务 排期 ${number} 明天` })
  const at = Math.max(context.now, daySpan(entities.day, entities.day, context.tenant.timeZone).from)
  await context.core.serviceOrders.schedule(context.actor, context.tenant.id, number, instant(at))
  return say(`**${number}** 已排期 ${entities.day}。`)
}

async function cancel(context: Context, text: string): Promise<CommandResult> {
  const { number } = numberIn(context, text)
  await context.core.serviceOrders.cancel(context.actor, context.tenant.id, number, text.replace(number, '').trim() || '取消')
  return say(`**${number}** 已取消。`)
}

async function list({ tenant, core }: Context): Promise<CommandResult> {
  const rows = await core.serviceOrders.list(tenant.id, MOST)
  if (rows.length === 0) return say('还没有服务单。需要时说“服务 申请 渗透测试”。')
  const lines = rows.map(row => `· ${clock(row.createdAt, tenant.timeZone)} ${plain(row.title, 50)}　${caseStateLabel(row)}　${row.number}`)
  return say(['**服务单**', ...lines].join('\n'))
}

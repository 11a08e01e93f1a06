// Checks what the parser found against what the command declares; says in the customer's words what is missing.
import { AppError } from '../../core/errors.js'
import type { Candidate, Command } from './command.js'
import type { Entities } from './entities.js'

const label: Readonly<Record<keyof Candidate, string>> = {
  incident: '事件单号',
  other: '另一个事件单号',
  disposal: '处置单号',
  finding: '漏洞编号',
  ip: '地址',
  cidr: '网段',
  cve: 'CVE 编号',
  severity: '级别（严重、高危、中危、低危）',
  format: '格式',
  asset: '资产',
  priority: '级别（P1 到 P4）',
  seconds: '时长',
  day: '日期',
  days: '日期（只能是一天）',
  patrol: '巡检单号',
  targets: '范围',
  report: '报告单号',
  text: '说明',
  words: '说明',
  case: '单号',
}

/** @throws ARGUMENT_MISSING, ARGUMENT_INVALID */
export function checkArguments<Args>(command: Command<Args>, candidate: Candidate): Args {
  const result = command.args.safeParse(candidate)
  if (result.success) return result.data
  const key = String(result.error.issues[0]?.path[0] ?? '') as keyof Candidate
  const value = candidate[key]
  const facts = { what: command.argumentNames?.[key] ?? label[key] ?? '参数', example: command.help.examples[0] }
  if (value === undefined) throw new AppError('ARGUMENT_MISSING', facts)
  throw new AppError('ARGUMENT_INVALID', { ...facts, value: String(value).slice(0, 64) })
}

/**
 * What acts, acts on one thing: the second of two that are named must not be left out silently.
 * @throws CHOICE_NEEDED, ARGUMENT_INVALID
 */
export function checkOneThing(command: Command, { numbers, ips, cidrs, durationSeconds, text }: Entities): void {
  if (command.risk === 'read') return
  const example = command.help.examples[0]
  for (const prefix of ['IN-', 'DP-', 'FD-', 'TK-', 'AD-', 'SO-', 'PE-']) {
    const found = numbers.filter(number => number.startsWith(prefix))
    const most = prefix === 'IN-' && 'other' in shapeOf(command) ? 2 : 1
    if (found.length > most) throw new AppError('CHOICE_NEEDED', { n: found.length, choices: found.slice(0, 4).join('、') })
  }
  if (!('ip' in shapeOf(command)) || (command.picks?.disposal && numbers.length > 0)) return
  const addresses = [...ips, ...cidrs]
  if (addresses.length > 1 || cidrs.length > 0)
    throw new AppError('ARGUMENT_INVALID', { value: addresses.slice(0, 2).join('、'), what: '单个地址（一次一个）', example })
  const forEver = durationSeconds === undefined ? /永久|永远|无限期/.exec(text)?.[0] : undefined
  if (forEver !== undefined && command.risk === 'needs-approval')
    throw new AppError('ARGUMENT_INVALID', { value: forEver, what: '时长（永久封禁要有客户的书面同意）', example })
}

function shapeOf(command: Command): object {
  return (command.args as { shape?: object }).shape ?? {}
}

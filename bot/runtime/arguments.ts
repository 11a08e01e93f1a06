// Checks what the parser found against what the command declares; says in the customer's words what is missing.
import { AppError } from '../../core/errors.js'
import type { Candidate, Command } from './command.js'

const label: Readonly<Record<keyof Candidate, string>> = {
  incident: '事件单号',
  disposal: '处置单号',
  ip: '地址',
  seconds: '时长',
  day: '日期',
  text: '说明',
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

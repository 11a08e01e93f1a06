// Acts on a host: process, file, account, evidence; made by acts/index.ts. What exactly is meant stands in the disposal's `parameters`.
import { z } from 'zod'
import { AppError } from '../../errors.js'
import type { Host, HostOrder } from '../../ports/host.js'
import { actionRow } from '../actions.js'
import type { Disposal } from '../disposal.js'
import type { Act } from './act.js'

const Path = z.string().min(2).max(1024).startsWith('/')
const parameters = {
  kill_process: z.strictObject({
    pid: z.number().int().min(2).max(4_194_304),
    startedTicks: z
      .string()
      .regex(/^\d{1,20}$/)
      .optional(),
  }),
  quarantine_file: z.strictObject({ path: Path }),
  disable_account: z.strictObject({ account: z.string().regex(/^[A-Za-z_][A-Za-z0-9_.-]{0,31}\$?$/) }),
  snapshot_evidence: z.strictObject({ paths: z.array(Path).min(1).max(100) }),
} as const

/** @throws ARGUMENT_INVALID when the parameters are not those of the action */
export function hostOrder(action: HostOrder['action'], given: unknown): HostOrder {
  const parsed = parameters[action].safeParse(given)
  if (!parsed.success) {
    const field = parsed.error.issues[0]?.path.join('.') ?? ''
    throw new AppError('ARGUMENT_INVALID', { value: field, what: `${actionRow(action).label}的参数`, example: '/tmp/x.sh' })
  }
  return { action, ...parsed.data } as HostOrder
}

export function hostAct(host: Host, disposal: Disposal, action: HostOrder['action']): Act {
  const order = hostOrder(action, disposal.parameters ?? {})
  return {
    before: () => host.before(order, disposal.number),
    perform: before => host.perform(order, disposal.number, before),
    look: before => host.look(order, disposal.number, before),
    ...(actionRow(action).undo !== null && { undo: before => host.undo(order, disposal.number, before) }),
  }
}

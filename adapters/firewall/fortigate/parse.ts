// Understands what FortiOS answers: pure, from an answer to port types or to a catalogue error; called by the driver.
import { z } from 'zod'
import { AppError } from '../../../core/errors.js'
import type { BlockedAddress } from '../../../core/ports/firewall.js'
import { answerJson, type DeviceAnswer, type DeviceWeb, refusal } from '../../shared/device-http.js'
import { misconfigured } from '../../shared/ssh-address.js'
import { canonicalFromDevice, isReference } from '../checked-order.js'
import { addressOfName } from './requests.js'

const Status = z.object({ error: z.number().optional(), status: z.string().optional(), vdom: z.string().optional() })
const Group = z.object({
  results: z.array(z.object({ q_ref: z.number().optional(), member: z.array(z.object({ name: z.string() })) })).min(1),
})
const Objects = z.object({ results: z.array(z.object({ name: z.string(), comment: z.string().optional() })) })

/** FortiOS: entry exists already; entry not found; entry is in use. */
const DUPLICATE = -5
const NOT_FOUND = -3
const IN_USE = -23

export type Outcome = 'done' | 'duplicate' | 'absent' | 'in-use'

/** @throws DEVICE_MISCONFIGURED (token, rights, vdom), DEVICE_BUSY, DEVICE_UNREACHABLE, DEVICE_REFUSED */
export function outcome(web: DeviceWeb, vdom: string, answer: DeviceAnswer): Outcome {
  const said = Status.safeParse(answerJson(answer)).data
  if (said?.vdom !== undefined && said.vdom !== vdom)
    throw misconfigured(web.device, `设备在 ${said.vdom.slice(0, 31)} 里执行，不是 ${vdom}`)
  if (answer.status === 200 && said?.status === 'success') return 'done'
  if (said?.error === DUPLICATE) return 'duplicate'
  if (answer.status === 404 || said?.error === NOT_FOUND) return 'absent'
  if (said?.error === IN_USE) return 'in-use'
  throw refusal(web, answer)
}

/** Members of the group that have an object of ours, if the group is used anywhere. @throws DEVICE_REFUSED when it cannot be understood */
export function parseListing(web: DeviceWeb, groupAnswer: DeviceAnswer, objectsAnswer: DeviceAnswer): readonly BlockedAddress[] {
  const [group] = read(web, Group, groupAnswer).results
  // A group in no policy stops nothing.
  if (group === undefined || group.q_ref === 0) return []
  const members = new Set(group.member.map(({ name }) => name))
  return read(web, Objects, objectsAnswer).results.flatMap(({ name, comment }) => {
    const ip = members.has(name) ? canonicalFromDevice(addressOfName(name) ?? '') : undefined
    return ip === undefined ? [] : [{ ip, ...(isReference(comment) && { reference: comment }) }]
  })
}

function read<T>(web: DeviceWeb, schema: z.ZodType<T>, answer: DeviceAnswer): T {
  const parsed = schema.safeParse(answerJson(answer))
  if (!parsed.success)
    throw new AppError(
      'DEVICE_REFUSED',
      { device: web.device, answer: `unreadable: ${answer.body.slice(0, 200)}` },
      { cause: parsed.error },
    )
  return parsed.data
}

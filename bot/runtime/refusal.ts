// What is said when a command is refused: one sentence that names who may do it, and a line that rings that person.
import { clip, plain } from '../cards/format.js'
import type { Core } from '../../core/core.js'
import type { AppError } from '../../core/errors.js'
import { capabilities, isStaff, roleLabel, type Capability, type Role } from '../../core/tenants/roles.js'
import type { Person } from '../../core/tenants/tenant.js'

export interface Refusal {
  /** Markdown; what the person wrote and the directory's names are escaped in it. */
  readonly text: string
  readonly mention?: { readonly text: string; readonly userIds: readonly string[] }
  /** Set when the refusal is about rights and belongs into the audit trail. */
  readonly audit?: { readonly code: string; readonly subject: string }
}

const aboutRights = new Set([
  'NOT_ALLOWED',
  'OWN_PROPOSAL',
  'OTHER_TENANT',
  'NOT_KNOWN_HERE',
  'CARD_FORWARDED',
  'CARD_EXPIRED',
  'APPROVAL_EXPIRED',
])
const MOST_NAMES = 3
const LONGEST = 600

export async function explainRefusal(
  { transactions, logger }: Core,
  place: { readonly chatId: string; readonly userId: string },
  failure: AppError,
): Promise<Refusal> {
  const subject = String(failure.facts['number'] ?? failure.facts['subject'] ?? '').slice(0, 64)
  const audit = aboutRights.has(failure.code) ? { audit: { code: failure.code, subject } } : {}
  const capability = failure.facts['capability']
  if (typeof capability !== 'string' || !(capability in capabilities)) return { text: plain(failure.reply, LONGEST), ...audit }
  try {
    const group = (await transactions.read(t => t.groups.acrossTenantsFind({ chatId: place.chatId }, { limit: 1 })))[0]
    if (group?.kind !== 'butler') return { text: plain(failure.reply, LONGEST), ...audit }
    const roles: Role[] = (capabilities[capability as Capability] as readonly Role[]).filter(role => !isStaff(role))
    const people = await transactions.read(t =>
      t.people.find(group.tenantId, { role: { oneOf: roles }, userId: { not: place.userId.toLowerCase() } }, { limit: 20 }),
    )
    // The matrix names the owner before the approver; the approver is asked first.
    const rank = (person: Person) => roles.findIndex(role => role === person.role)
    const named = people.sort((a, b) => rank(b) - rank(a)).slice(0, MOST_NAMES)
    const [first] = named
    if (!first) return { text: plain(failure.reply, LONGEST), ...audit }
    const who = named.map(nameWithRole).join('或')
    const roleNames = String(failure.facts['who'] ?? '')
    const text = roleNames === '' ? failure.reply : failure.reply.replace(roleNames, () => who)
    // Only the person whose leave is missing is rung; a viewer who asks for evidence does not wake anybody.
    return {
      text: plain(text, LONGEST),
      ...audit,
      ...(capability === 'approve-disposal' && subject !== ''
        ? { mention: { text: `${subject} 需要${nameWithRole(first)}确认`, userIds: [first.userId] } }
        : {}),
    }
  } catch (error) {
    logger.warn({ error }, 'people who may could not be named')
    return { text: plain(failure.reply, LONGEST), ...audit }
  }
}

function nameWithRole(person: Person): string {
  return `${clip(person.name, 20)}（${roleLabel[person.role]}）`
}

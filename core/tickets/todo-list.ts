// What waits for one person, or for the whole ops room, most urgent first; asked by `待办`.
import { disposalActionLabel } from '../disposal/disposal.js'
import { missingSide } from '../disposal/leave.js'
import { escalationReasonLabel } from '../escalations/escalation.js'
import { regulatoryStateLabel } from '../regulatory/regulatory-case.js'
import type { Instant } from '../ports/clock.js'
import type { Tables } from '../ports/transaction.js'
import type { Role } from '../tenants/roles.js'
import { incidentStateLabel, openStates } from './incident-states.js'

const MOST = 500

export interface Todo {
  /** Number of what waits. */
  readonly number: string
  readonly what: string
  readonly due: Instant | null
  /** What settles it, as it would be typed; `label` is the button's. */
  readonly command: string
  readonly label: string
}

export interface TodoQuestion {
  readonly userId: string
  readonly role: Role
  readonly tenantIds: readonly string[]
  /** Only the person reads it: what a group must not read may be named. */
  readonly isPrivate: boolean
  readonly now: Instant
}

export async function todoList(t: Tables, question: TodoQuestion): Promise<Todo[]> {
  const { role, tenantIds } = question
  if (tenantIds.length === 0) return []
  const found = [
    ...(await requests(t, question)),
    ...(role === 'senior_expert' ? await forExperts(t, question) : []),
    ...(role === 'analyst' || role === 'senior_expert' ? await cases(t, question) : []),
    ...(role === 'owner' && question.isPrivate ? await toReport(t, question) : []),
  ]
  return found.sort((a, b) => ((a.due ?? '9') < (b.due ?? '9') ? -1 : 1))
}

async function requests(t: Tables, { role, tenantIds, now }: TodoQuestion): Promise<Todo[]> {
  const rows = await t.disposals.acrossTenantsFind(
    { tenantId: { oneOf: [...tenantIds] }, state: 'requested', expiresAt: { atLeast: now } },
    { order: { expiresAt: 'asc' }, limit: MOST },
  )
  const decides = role === 'owner' || role === 'approver'
  return rows.flatMap((row): Todo[] => {
    const missing = row.signatures ? missingSide(row.signatures) : '客户授权人'
    const what = `${disposalActionLabel[row.action]} ${row.target}，还缺${missing ?? ''}${row.signatures ? '签字' : '同意'}`
    const base = { number: row.number, what, due: row.expiresAt }
    if (decides) return missing?.includes('客户') ? [{ ...base, command: `同意 ${row.number}`, label: '同意' }] : []
    if (role === 'senior_expert' && missing?.includes('专家')) return [{ ...base, command: `会签 ${row.number}`, label: '会签' }]
    const withdraws = role === 'analyst' || role === 'senior_expert'
    return [{ ...base, command: withdraws ? `撤销 ${row.number}` : '封禁清单', label: withdraws ? '撤销' : '查看' }]
  })
}

async function forExperts(t: Tables, { tenantIds, userId }: TodoQuestion): Promise<Todo[]> {
  const where = { tenantId: { oneOf: [...tenantIds] } }
  const escalations = await t.escalations.acrossTenantsFind(
    { ...where, state: { oneOf: ['requested', 'accepted'] } },
    { order: { requestedAt: 'asc' }, limit: MOST },
  )
  const graded = await t.regulatoryCases.acrossTenantsFind({ ...where, state: { oneOf: ['suggested', 'filed'] } }, { limit: MOST })
  return [
    ...escalations
      .filter(item => item.state === 'requested' || item.acceptedBy === userId)
      .map(item => ({
        number: item.subject,
        what: `升级（${escalationReasonLabel[item.reason]}）`,
        due: item.startsAt,
        ...(item.state === 'requested'
          ? { command: `受理升级 ${item.subject}`, label: '受理升级' }
          : { command: `事件 ${item.subject}`, label: '查看' }),
      })),
    ...graded.map(item => ({
      number: item.subject,
      what: `国标定级：${regulatoryStateLabel[item.state]}`,
      due: item.dueAt,
      command: `事件 ${item.subject}`,
      label: '查看',
    })),
  ]
}

async function cases(t: Tables, { tenantIds, userId }: TodoQuestion): Promise<Todo[]> {
  const rows = await t.tickets.acrossTenantsFind(
    { tenantId: { oneOf: [...tenantIds] }, state: { oneOf: openStates.filter(state => !['suspended', 'observing'].includes(state)) } },
    { order: { createdAt: 'asc' }, limit: MOST },
  )
  const mine = rows.filter(row => row.state === 'new' || row.assignee === userId)
  if (mine.length === 0) return []
  const incidents = await t.incidents.acrossTenantsFind({ id: { oneOf: mine.map(row => row.subjectId) } })
  const timers = await t.timers.acrossTenantsFind(
    { ticketId: { oneOf: mine.map(row => row.id) }, doneAt: null, pausedAt: null },
    { order: { dueAt: 'asc' }, limit: 10 * MOST },
  )
  return mine.flatMap(row => {
    const incident = incidents.find(item => item.id === row.subjectId)
    if (!incident) return []
    const what = `${row.priority} ${incident.title}（${incidentStateLabel[row.state]}）`
    const due = timers.find(timer => timer.ticketId === row.id)?.dueAt ?? null
    const { number } = incident
    return [
      {
        number,
        what,
        due,
        ...(row.state === 'new' ? { command: `认领 ${number}`, label: '认领' } : { command: `事件 ${number}`, label: '查看' }),
      },
    ]
  })
}

async function toReport(t: Tables, { tenantIds }: TodoQuestion): Promise<Todo[]> {
  const rows = await t.regulatoryCases.acrossTenantsFind(
    { tenantId: { oneOf: [...tenantIds] }, state: { not: 'decided' }, dueAt: { not: null } },
    { limit: MOST },
  )
  return rows.map(row => ({
    number: row.subject,
    what: '法定上报倒计时',
    due: row.dueAt,
    command: `上报草稿 ${row.subject}`,
    label: '看草稿',
  }))
}

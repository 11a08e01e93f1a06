// The form of a declaration file (design.md section 5): what `guanjia apply` understands. Unknown keys are faults.
import { z } from 'zod'
import { indicatorKinds, tlpLevels } from '../../threats/indicators/indicator.js'
import { checkRota } from '../../duty/check-rota.js'
import { eventTypes, priorities } from '../../threats/terms.js'
import { feedColumns, feedFormats } from '../../intel/feed.js'
import { roadIds } from '../../ports/road.js'
import { reporterKinds } from '../../regulatory/grade.js'
import { isStaff, roleLabel, type CustomerRole, type Role, type StaffRole } from '../roles.js'
import { industryLabel, type Industry } from '../tenant.js'
import {
  AesKey,
  CallbackToken,
  ChatId,
  Code,
  Credential,
  Day,
  DeviceAddress,
  line,
  Mail,
  Network,
  Networks,
  Phone,
  seconds,
  TimeWindow,
  TimeZone,
  Token,
  url,
  UserId,
} from './fields.js'

/** Bodies the intake can take apart; a new one is one word here. */
export const sourceTypes = ['syslog', 'raw', 'json', 'alertmanager', 'suricata', 'wazuh', 'file'] as const
export const letterKinds = ['discovery', 'vulnerability', 'weak_password'] as const
export const groupForms = ['provider_internal', 'tenant_internal', 'linked_corp', 'external_relay', 'simulated'] as const

const roles = Object.keys(roleLabel) as Role[]
const staffRoles = roles.filter(isStaff)
const customerRoles = roles.filter((role): role is CustomerRole => !isStaff(role))

function strict<S extends z.core.$ZodShape>(shape: S): z.ZodObject<S, z.core.$strict> {
  const allowed = `这里可以写 ${Object.keys(shape).join('、')}`
  return z.strictObject(shape, { error: issue => (issue.code === 'unrecognized_keys' ? allowed : undefined) })
}

const Robot = strict({
  name: line(64).refine(name => !(roadIds as readonly string[]).includes(name), '这个名字留给发送方式，请换一个'),
  botId: line(128),
  mode: z.enum(['connection', 'callback']).default('connection'),
  secret: line(500).optional(),
  wsUrl: url(['ws:', 'wss:'], 500).optional(),
  token: CallbackToken.optional(),
  aesKey: AesKey.optional(),
}).superRefine((robot, context) => {
  const [needed, other] =
    robot.mode === 'callback'
      ? ([
          ['token', 'aesKey'],
          ['secret', 'wsUrl'],
        ] as const)
      : ([['secret'], ['token', 'aesKey']] as const)
  for (const key of needed)
    if (robot[key] === undefined) context.addIssue({ code: 'custom', path: [key], message: `缺少 ${key}（mode 为 ${robot.mode}）` })
  for (const key of other)
    if (robot[key] !== undefined) context.addIssue({ code: 'custom', path: [key], message: `mode 为 ${robot.mode} 的机器人没有 ${key}` })
})

const Staff = strict({
  userid: UserId,
  name: line(200),
  role: z.enum<StaffRole[]>(staffRoles),
  mail: Mail.optional(),
  phone: Phone.optional(),
})
const Person = strict({
  userid: UserId,
  name: line(200),
  role: z.enum<CustomerRole[]>(customerRoles),
  mail: Mail.optional(),
  phone: Phone.optional(),
})

const chat = {
  chatid: ChatId,
  form: z.enum(groupForms).default('provider_internal'),
  robot: line(64),
  webhook: url(['http:', 'https:'], 2000).optional(),
}
const Group = strict({ ...chat, name: line(200) })
const Room = strict({ ...chat, name: line(200).optional() })

/** Absolute; `*` and `?` in the last part only. */
const Path = z
  .string()
  .max(500)
  .regex(/^\/[^\0]*$/, '要写绝对路径')
  .refine(path => !path.split('/').includes('..'), '路径里不能有 ..')
  .refine(path => !/[*?].*\//.test(path), '* 和 ? 只能出现在最后一段')

const Source = strict({
  name: line(64),
  type: z.enum(sourceTypes),
  token: Token.optional(),
  from: Networks.optional(),
  path: z.union([Path, z.array(Path).min(1).max(100)]).optional(),
}).superRefine((source, context) => {
  if (source.type === 'file') {
    if (source.path === undefined) context.addIssue({ code: 'custom', path: ['type'], message: 'file 类型的日志源要写 path' })
    if (source.token !== undefined) context.addIssue({ code: 'custom', path: ['token'], message: 'file 类型的日志源不用 token' })
    return
  }
  if (source.path !== undefined) context.addIssue({ code: 'custom', path: ['path'], message: '只有 file 类型的日志源才写 path' })
  if (source.from && source.type !== 'syslog')
    context.addIssue({ code: 'custom', path: ['from'], message: '只有 syslog 按发送地址认领，其他来源请去掉 from' })
  if (!source.token && !(source.type === 'syslog' && source.from && source.from.length > 0))
    context.addIssue({ code: 'custom', path: ['token'], message: '缺少 token（只有写了 from 的 syslog 可以没有）' })
})

const Device = strict({
  name: line(64),
  kind: z.string().regex(/^[a-z0-9][a-z0-9_-]{0,31}$/, '只能是 1 到 32 个小写字母、数字和 _ -'),
  address: DeviceAddress,
  credential: Credential.optional(),
  protects: Networks.default([]),
})

/** `30m`, `6h`, `1d` → seconds. */
const Every = z
  .string()
  .regex(/^\d{1,3}[mhd]$/, '要写成“30m”“6h”或“1d”')
  .transform(text => Number.parseInt(text) * { m: 60, h: 3600, d: 86_400 }[text.at(-1) as 'm' | 'h' | 'd'])
  .refine(total => total >= 300 && total <= 30 * 86_400, '要在 5 分钟到 30 天之间')

const Feed = strict({
  name: line(64),
  url: url(['http:', 'https:', 'file:'], 1000),
  format: z.enum(feedFormats).default('auto'),
  every: Every.default(86_400),
  kind: z.enum(indicatorKinds).default('malware'),
  confidence: z.number().min(0, '要在 0 到 1 之间').max(1, '要在 0 到 1 之间').default(0.8),
  columns: z.partialRecord(z.enum(feedColumns), line(64)).default({}),
  tlp: z.enum(tlpLevels).nullable().default(null),
  validDays: z.int().min(1).max(3650).nullable().default(null),
  credential: Credential.optional(),
})

/** A letter for the whole internet is no scope. */
const Target = Network.refine(network => !network.endsWith('/0'), '授权范围不能是整个互联网')

const Letter = strict({
  id: line(64),
  targets: z.array(Target).min(1, '至少写一个目标').max(1000, '最多 1000 个'),
  exclude: Networks.default([]),
  from: Day,
  to: Day,
  window: TimeWindow.optional(),
  kinds: z.array(z.enum(letterKinds)).min(1, '至少写一种'),
}).refine(letter => letter.from <= letter.to, { path: ['to'], message: '不能早于 from' })

/** What YAML can say and JSON, in which settings are stored, cannot. */
function hasFiniteNumbers(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value)
  return typeof value !== 'object' || value === null || Object.values(value).every(hasFiniteNumbers)
}

const DAY = 86_400
const observe = seconds(0, 90 * DAY).optional()
const Settings = strict({
  firstReportWaitSeconds: seconds(0, 3600).optional(),
  growthReportSeconds: seconds(1, DAY).optional(),
  observeSeconds: strict({ P1: observe, P2: observe, P3: observe, P4: observe }).optional(),
  approvalSeconds: seconds(5, 7 * DAY).optional(),
  attention: strict({
    quiet: TimeWindow.nullable().optional(),
    wakes: z.enum(priorities).optional(),
    atOnce: z.enum(priorities).optional(),
    perHour: z.int().min(1).max(100_000).optional(),
    perDay: z.int().min(1).max(100_000).optional(),
    muted: z.array(z.enum(eventTypes)).optional(),
  }).optional(),
  spokenProbeHours: z.int().min(1).max(168).optional(),
  protectedAddresses: z
    .array(strict({ network: Network, why: line(100) }))
    .max(1000, '最多 1000 个')
    .optional(),
  reporterKind: z.enum(reporterKinds).optional(),
  valuedNetworks: z
    .array(strict({ network: Network, value: z.int().min(1).max(5) }))
    .max(1000, '最多 1000 个')
    .optional(),
  clauses: z
    .array(
      strict({
        id: line(32),
        actions: z.array(z.enum(['block_ip'])).min(1, '至少写一种'),
        networks: Networks.default([]),
        hours: TimeWindow.nullable().default(null),
        maxSeconds: seconds(60, 30 * DAY),
      }),
    )
    .max(50, '最多 50 条')
    .refine(clauses => new Set(clauses.map(clause => clause.id)).size === clauses.length, '条款编号重复')
    .optional(),
  models: z
    .record(
      z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/, '要写成检测模型的编号'),
      z.unknown().refine(hasFiniteNumbers, '数不能是 .inf 或 .nan'),
      '要写成“模型编号: 参数”',
    )
    .optional(),
})

/**
 * `code` and `name` are needed. Every other key that is absent leaves what is there as it is; a new tenant then gets the defaults of
 * plan-tenant-row.ts. A list that is present is the whole list: what is not in it is removed.
 */
const Tenant = strict({
  code: Code,
  name: line(200),
  industry: z.enum(Object.keys(industryLabel) as Industry[]).optional(),
  mlpsLevel: z.int().min(1).max(5).optional(),
  authorizationMode: z.enum(['notify', 'collaborate', 'preauthorized']).optional(),
  timeZone: TimeZone.optional(),
  manager: UserId.nullable().optional(),
  settings: Settings.optional(),
  people: z.array(Person).optional(),
  groups: z.array(Group).optional(),
  sources: z.array(Source).optional(),
  devices: z.array(Device).optional(),
  letters: z.array(Letter).optional(),
})

const Rotation = { rotation: z.array(UserId).min(1, '至少写一个人').max(50, '最多 50 人'), turnDays: z.int().min(1).max(31) }
/** The rota of the service; who is on it must be staff (check-plan.ts). */
const Duty = strict({
  anchor: Day,
  shifts: z
    .array(
      strict({
        ...Rotation,
        name: line(16),
        at: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$/, '要写成“20:00-08:00”'),
        days: z.enum(['every', 'workdays', 'days-off']).default('every'),
        turnDays: Rotation.turnDays.default(1),
      }).transform(({ at, rotation, ...shift }) => ({ ...shift, people: rotation, from: at.slice(0, 5), to: at.slice(6) })),
    )
    .min(1, '至少写一班')
    .max(12, '最多 12 班'),
  experts: strict({ ...Rotation, turnDays: Rotation.turnDays.default(7) }).transform(({ rotation, turnDays }) => ({
    people: rotation,
    turnDays,
  })),
  swaps: z
    .array(strict({ day: Day, shift: line(16), person: UserId }))
    .max(500)
    .default([]),
  away: z
    .array(strict({ person: UserId, from: Day, to: Day }))
    .max(200)
    .default([]),
  holidays: z.record(Day, z.boolean()).default({}),
}).superRefine((plan, context) => {
  for (const { path, problem } of checkRota(plan)) context.addIssue({ code: 'custom', path: [...path], message: problem })
})

/** Robots, staff, rooms and feeds are shared by the files of all tenants: being absent from one file removes nothing, `retired` does. */
export const DeclarationContent = strict({
  robots: z.array(Robot).default([]),
  staff: z.array(Staff).default([]),
  rooms: strict({ ops: Room.optional(), expert: Room.optional() }).default({}),
  feeds: z.array(Feed).max(64, '最多 64 个').default([]),
  duty: Duty.optional(),
  tenants: z.array(Tenant).default([]),
  retired: strict({
    staff: z.array(UserId).default([]),
    robots: z.array(line(64)).default([]),
    feeds: z.array(line(64)).default([]),
  }).default({ staff: [], robots: [], feeds: [] }),
})
export type DeclarationContent = z.output<typeof DeclarationContent>
export type DeclaredTenant = DeclarationContent['tenants'][number]

// The shape of a baseline: what is collected once, and checks that only look at collected text. One YAML file per class of targets in content/baselines.
import { z } from 'zod'

const Name = z.string().regex(/^[a-z][a-z0-9_]{0,40}$/, '只能是小写字母开头的字母、数字和 _')
const Pattern = z.string().min(1).max(600)
const Scalar = z.union([z.string().max(400), z.number(), z.boolean()])

export const conversions = ['text', 'int', 'size', 'duration', 'list', 'version'] as const
export type Conversion = (typeof conversions)[number]
export const operators = [
  'eq',
  'ne',
  'lt',
  'le',
  'gt',
  'ge',
  'in',
  'not-in',
  'contains',
  'not-contains',
  'subset',
  'disjoint',
  'regex',
] as const
export type Operator = (typeof operators)[number]

/** What it means that a setting is not there: its default does, or does not, fit; or has this value. */
const Absent = z.union([z.enum(['fail', 'pass', 'na']), z.strictObject({ value: Scalar })])

const compare = { as: z.enum(conversions).default('text'), op: z.enum(operators), value: z.union([Scalar, z.array(Scalar).max(100)]) }
const where = { in: Name.optional() }

const Match = z.strictObject({ ...where, match: Pattern })
const AbsentMatch = z.strictObject({ ...where, 'absent-match': Pattern })
const Capture = z.strictObject({
  ...where,
  capture: Pattern,
  pick: z.enum(['first', 'last', 'each']).default('last'),
  ...compare,
  absent: Absent.default('fail'),
})
const Count = z.strictObject({ ...where, count: Pattern, op: z.enum(operators), value: z.number() })
const Pair = z.strictObject({ ...where, kv: z.string().min(1).max(100), ...compare, absent: Absent.default('fail') })
/** Columns count from 1; every pattern given must fit. */
const Columns = z.record(z.string().regex(/^[1-9]\d?$/), Pattern)
const Rows = z.strictObject({
  ...where,
  rows: z.strictObject({
    /** Text between the columns; absent: any white space. */
    split: z.string().max(3).optional(),
    where: Columns.default({}),
    that: Columns.default({}),
    /** How many of the rows chosen by `where` fit `that`. */
    expect: z.enum(['none', 'some', 'all']),
    /** What no chosen row at all means. */
    empty: z.enum(['pass', 'fail', 'na']).default('pass'),
  }),
})
/** Lines of `stat -c '%a %U %G %n'`. */
const Mode = z.strictObject({
  ...where,
  mode: z.strictObject({
    path: Pattern,
    'at-most': z.string().regex(/^0?[0-7]{3,4}$/),
    owner: z.string().max(40).optional(),
    absent: z.enum(['pass', 'fail', 'na']).default('na'),
  }),
})
/** An attribute of every element of that path (`Server/Service/Connector`); only elements whose attributes fit `where`. */
const Xml = z.strictObject({
  ...where,
  xml: z.strictObject({
    path: z.string().min(1).max(200),
    attribute: z.string().min(1).max(80),
    where: z.record(z.string(), Pattern).default({}),
  }),
  ...compare,
  absent: Absent.default('fail'),
  /** What it means that there is no such element. */
  'absent-element': z.enum(['pass', 'fail', 'na']).default('fail'),
})

export type Leaf =
  | z.output<typeof Match>
  | z.output<typeof AbsentMatch>
  | z.output<typeof Capture>
  | z.output<typeof Count>
  | z.output<typeof Pair>
  | z.output<typeof Rows>
  | z.output<typeof Mode>
  | z.output<typeof Xml>

export interface BlockTest {
  readonly in?: string | undefined
  /** First line of each block that is judged for itself; the worst result counts. */
  readonly block: string
  readonly test: Test
  readonly 'absent-block': 'pass' | 'fail' | 'na'
}

export type Test =
  | { readonly all: readonly Test[] }
  | { readonly any: readonly Test[] }
  | { readonly none: readonly Test[] }
  | { readonly not: Test }
  | BlockTest
  | Leaf

export const Test: z.ZodType<Test> = z.lazy(() =>
  z.union([
    z.strictObject({ all: z.array(Test).min(1).max(50) }),
    z.strictObject({ any: z.array(Test).min(1).max(50) }),
    z.strictObject({ none: z.array(Test).min(1).max(50) }),
    z.strictObject({ not: Test }),
    z.strictObject({ ...where, block: Pattern, test: Test, 'absent-block': z.enum(['pass', 'fail', 'na']).default('na') }),
    Match,
    AbsentMatch,
    Capture,
    Count,
    Pair,
    Rows,
    Mode,
    Xml,
  ]),
)

/** Domain.md 1.2. */
export const checkCategories = ['账号', '口令', '授权', '日志', '路由', '服务', '补丁', '其他'] as const

const Sample = z.strictObject({ given: z.record(Name, z.string().max(20_000)), outcome: z.enum(['pass', 'fail', 'na', 'unknown']) })

const Check = z.strictObject({
  id: z.string().regex(/^[A-Z]{2,4}-\d{2,3}$/),
  title: z.string().min(2).max(80),
  category: z.enum(checkCategories),
  severity: z.enum(['高', '中', '低']),
  /** Control point of GB/T 22239-2019 for level three, e.g. `8.1.4.1 a`. */
  clause: z.string().regex(/^8\.1\.\d+\.\d+(?: [a-h])*$/),
  /** Where it does not hold the check does not apply. */
  when: Test.optional(),
  test: Test,
  /** For a person; nothing is repaired by itself. */
  fix: z.string().min(2).max(400),
  rollback: z.string().max(400).default('恢复原值'),
  samples: z.array(Sample).min(2).max(20),
})
export type Check = z.output<typeof Check>

const Input = z.strictObject({
  file: z.string().max(300).optional(),
  run: z.string().max(600).optional(),
  privilege: z.enum(['user', 'root']).default('user'),
  /** Seconds. */
  timeout: z.number().int().min(1).max(60).default(10),
  /** Never kept as evidence. */
  secret: z.boolean().default(false),
})

export const Baseline = z.strictObject({
  baseline: z.strictObject({
    id: z.string().regex(/^[a-z][a-z0-9-]{1,40}$/),
    title: z.string().min(2).max(60),
    version: z.string().regex(/^\d+\.\d+\.\d+$/),
    target: z.string().regex(/^[a-z][a-z0-9-]{1,30}$/),
  }),
  inputs: z.record(Name, Input),
  params: z.record(Name, z.strictObject({ default: Scalar, title: z.string().max(60) })).default({}),
  checks: z.array(Check).min(1).max(200),
})
export type Baseline = z.output<typeof Baseline>

// What a format file may say, checked field by field; read by compile-format.ts. How to write one: docs/how-to/add-a-log-format.md.
import { z } from 'zod'

const text = z.string().min(1).max(500)
const texts = z.union([text, z.array(text).min(1).max(200)]).transform(value => (typeof value === 'string' ? [value] : value))
const scalar = z.union([z.string().max(500), z.number(), z.boolean()])
const scalars = z
  .union([scalar, z.array(scalar).min(1).max(200)])
  .transform(value => (Array.isArray(value) ? value : [value]).map(item => String(item).toLowerCase()))

/** All that is given must hold. */
export const Condition = z.strictObject({
  /** Name of the program in the envelope, one of these; `*` at the end stands for anything. */
  app: texts.optional(),
  /** All of these stand in the line. */
  contains: texts.optional(),
  /** At least one of these stands in the line. */
  any: texts.optional(),
  /** None of these stands in the line. */
  lacks: texts.optional(),
  /** The message begins with one of these. */
  starts: texts.optional(),
  /** The line matches (RE2 syntax, linear time). */
  regex: text.optional(),
  /** Host name of the envelope matches (RE2 syntax). Only ever a further proof: hosts are named by their owners. */
  host: text.optional(),
  /** All of these keys were read. */
  keys: texts.optional(),
  /** These keys were read with one of these values, upper and lower case alike; `*` at the end stands for anything. */
  values: z.record(z.string(), scalars).optional(),
  /** The source's type as declared. */
  source: texts.optional(),
  /** Vendor and product of a CEF or LEEF header, upper and lower case alike; `*` at the end stands for anything. */
  header: z.strictObject({ vendor: texts.optional(), product: texts.optional() }).optional(),
})

const pairOptions = z.strictObject({
  /** What stands between pairs; a blank stands for any number of blanks. */
  pair: texts.default([' ']),
  /** What stands between key and value. */
  assign: text.default('='),
  /** Characters that may enclose a value. */
  quote: z.string().max(3).default('"'),
  /** Keys may hold blanks (`Show Name=`). */
  blanks: z.boolean().default(false),
  of: z.string().optional(),
  optional: z.boolean().default(false),
})

/** What is read, and from where: `of` is a key read before, `message` (default), or `line` with its envelope. */
const Step = z.union([
  z.enum(['kv', 'cef', 'leef', 'json', 'xml']),
  z.strictObject({ grok: texts, of: z.string().optional(), optional: z.boolean().default(false) }),
  z.strictObject({ regex: texts, of: z.string().optional(), optional: z.boolean().default(false) }),
  z.strictObject({ kv: pairOptions }),
  z.strictObject({
    json: z.strictObject({ of: z.string().optional(), optional: z.boolean().default(false), prefix: z.string().default('') }),
  }),
  z.strictObject({
    csv: z.strictObject({
      columns: z.array(z.string()).min(1).max(300),
      separator: z.string().min(1).max(4).default(','),
      /** At least this many columns, else it is no such line. */
      min: z.number().int().min(1).optional(),
      of: z.string().optional(),
      optional: z.boolean().default(false),
    }),
  }),
])
export type Step = z.infer<typeof Step>

export const converters = [
  'auto',
  'ip',
  'port',
  'integer',
  'number',
  'time',
  'utc',
  'lower',
  'upper',
  'endpoint',
  'url',
  'request',
  'list',
  'boolean',
  'text',
] as const

/** Where a key goes: an ECS name, several, or with a conversion and a table of values. */
const Target = z.union([
  texts,
  z.strictObject({
    to: texts,
    as: z.enum(converters).default('auto'),
    /** From what the line says (lower case) to what the event says; `*` for everything else, an empty text for nothing. */
    map: z.record(z.string(), scalar).optional(),
  }),
])
export type Target = z.infer<typeof Target>

const constant = z.union([scalar, z.array(scalar)])

/** By the value of a key: what the event is then. */
const Decision = z.strictObject({
  key: z.string(),
  when: z.record(z.string(), z.record(z.string(), constant)),
})

export const Shape = z.strictObject({
  name: z.string().max(100).optional(),
  when: Condition.default({}),
  read: z
    .union([Step, z.array(Step)])
    .transform(value => (Array.isArray(value) ? value : [value]))
    .optional(),
  fields: z.record(z.string(), Target).default({}),
  set: z.record(z.string(), constant).default({}),
  decide: z.array(Decision).max(20).default([]),
  /** Another product of the same vendor writes this shape. */
  product: text.optional(),
  vendor: text.optional(),
  dataset: text.optional(),
  priority: z.number().int().min(0).max(100).optional(),
})

export const Sample = z.union([
  z
    .string()
    .max(20_000)
    .transform(line => ({ line, expect: {}, product: undefined })),
  z.strictObject({ line: z.string().max(20_000), expect: z.record(z.string(), z.unknown()).default({}), product: z.string().optional() }),
])

/** One product's file. */
export const Format = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9-]{1,80}$/),
  vendor: text,
  product: text,
  dataset: z.string().regex(/^[a-z0-9][a-z0-9_.-]{0,63}$/),
  /** Of several that fit the higher one wins; 50 is ordinary, below 30 are families that more special files refine. */
  priority: z.number().int().min(0).max(100).default(50),
  /** Holds for every shape. */
  when: Condition.default({}),
  read: z
    .union([Step, z.array(Step)])
    .transform(value => (Array.isArray(value) ? value : [value]))
    .optional(),
  shapes: z
    .array(Shape)
    .min(1)
    .max(200)
    .default([{ when: {}, fields: {}, set: {}, decide: [] }]),
  fields: z.record(z.string(), Target).default({}),
  set: z.record(z.string(), constant).default({}),
  decide: z.array(Decision).max(20).default([]),
  /** Usual names of keys (src, sip, 源IP …) are understood without being listed. */
  usual: z.boolean().default(true),
  /** Where the format is described, who can confirm it. */
  reference: z.string().max(500).optional(),
  samples: z.array(Sample).min(1).max(200),
  ignores: z.array(z.string().max(20_000)).max(200).default([]),
})
export type Format = z.infer<typeof Format>
export type Condition = z.infer<typeof Condition>

// Indicators of a STIX 2.x bundle or TAXII envelope to entries; called by read-feed.ts.
import { z } from 'zod'
import type { ReadEntry } from './entry.js'
import { readPattern } from './stix-pattern.js'

const text = z.string().max(20_000)
const Stix = z.object({
  type: z.literal('indicator'),
  pattern: text,
  pattern_type: text.optional(),
  valid_from: text.optional(),
  valid_until: text.optional(),
  confidence: z.number().min(0).max(100).optional(),
  name: text.optional(),
  labels: z.array(text).max(100).optional(),
  indicator_types: z.array(text).max(100).optional(),
  object_marking_refs: z.array(text).max(100).optional(),
  revoked: z.boolean().optional(),
})

/** The marking definitions every producer refers to: STIX 2.1 section 7.2.1.4 (TLP 1.0) and the OASIS list for TLP 2.0. */
const tlpMarkings: Readonly<Record<string, string>> = {
  'marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9': 'clear',
  'marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da': 'green',
  'marking-definition--f88d31f6-486f-44da-b317-01333bde0b82': 'amber',
  'marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed': 'red',
  'marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487': 'clear',
  'marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb': 'green',
  'marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421': 'amber',
  'marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003': 'amber+strict',
  'marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1': 'red',
}

export function* readStix(value: unknown): Generator<ReadEntry> {
  const objects = Array.isArray(value) ? value : ((value as { objects?: unknown }).objects ?? [])
  if (!Array.isArray(objects)) {
    yield { problem: 'objects 不是列表' }
    return
  }
  for (const object of objects as unknown[]) {
    if ((object as { type?: unknown } | null)?.type !== 'indicator') continue
    const read = Stix.safeParse(object)
    if (!read.success) {
      yield { problem: `指标缺 ${read.error.issues[0]?.path.join('.') ?? '内容'}` }
      continue
    }
    const { data } = read
    if (data.revoked) continue
    if (data.pattern_type !== undefined && data.pattern_type !== 'stix') {
      yield { problem: `不支持 ${data.pattern_type.slice(0, 20)} 模式` }
      continue
    }
    const values = readPattern(data.pattern)
    if (typeof values === 'string') {
      yield { problem: values }
      continue
    }
    const kind = [...(data.labels ?? []), ...(data.indicator_types ?? []), data.name ?? ''].join(' ')
    const tlp = data.object_marking_refs?.map(ref => tlpMarkings[ref]).find(Boolean)
    for (const { type, value: one } of values)
      yield {
        entry: {
          type,
          value: one,
          kind,
          tlp,
          confidence: percent(data.confidence),
          firstSeen: data.valid_from,
          expires: data.valid_until,
          note: data.name,
        },
      }
  }
}

/** STIX always counts to 100. */
function percent(confidence: number | undefined): number | undefined {
  return confidence === undefined ? undefined : confidence / 100
}

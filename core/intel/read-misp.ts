// MISP events (one, a list, or a search's response) to entries; called by read-feed.ts. Only attributes meant for detection (to_ids) are taken.
import { z } from 'zod'
import type { IndicatorType } from '../threats/indicators/indicator.js'
import type { FeedEntry, ReadEntry } from './entry.js'

const text = z.string().max(20_000)
const Tag = z.object({ name: text })
const Attribute = z.object({
  type: text,
  value: text,
  to_ids: z.union([z.boolean(), z.literal(0), z.literal(1), z.literal('0'), z.literal('1')]).optional(),
  timestamp: z.union([z.string(), z.number()]).optional(),
  first_seen: text.nullish(),
  last_seen: text.nullish(),
  comment: text.nullish(),
  category: text.nullish(),
  deleted: z.boolean().optional(),
  Tag: z.array(Tag).max(200).optional(),
})
type Attribute = z.output<typeof Attribute>

/** Type of the attribute → type of each part of its value; a part without one is passed over. */
const types: Readonly<Record<string, readonly (IndicatorType | 'ip' | 'host' | undefined)[]>> = {
  'ip-src': ['ip'],
  'ip-dst': ['ip'],
  domain: ['host'],
  hostname: ['host'],
  'domain|ip': ['host', 'ip'],
  url: ['url'],
  uri: ['url'],
  md5: ['md5'],
  sha1: ['sha1'],
  sha256: ['sha256'],
  'filename|md5': [undefined, 'md5'],
  'filename|sha1': [undefined, 'sha1'],
  'filename|sha256': [undefined, 'sha256'],
  'malware-sample': [undefined, 'md5'],
}

export function* readMisp(value: unknown): Generator<ReadEntry> {
  for (const event of events(value)) {
    const { Attribute: own, Object: objects, Tag: tags, info } = event as Record<string, unknown>
    const eventTags = names(tags)
    const attributes = [
      ...list(own).map(attribute => [attribute, eventTags] as const),
      ...list(objects).flatMap(object =>
        list((object as Record<string, unknown> | null)?.['Attribute']).map(attribute => [attribute, eventTags] as const),
      ),
    ]
    for (const [attribute, tagged] of attributes) yield* entries(attribute, tagged, typeof info === 'string' ? info : undefined)
  }
}

function events(value: unknown): unknown[] {
  const response = (value as { response?: unknown }).response ?? value
  const all: unknown[] = Array.isArray(response) ? (response as unknown[]) : [response]
  return all.map(one => (one as { Event?: unknown } | null)?.Event ?? one).filter(one => typeof one === 'object' && one !== null)
}

function* entries(given: unknown, eventTags: readonly string[], info: string | undefined): Generator<ReadEntry> {
  const read = Attribute.safeParse(given)
  if (!read.success) {
    yield { problem: `属性缺 ${read.error.issues[0]?.path.join('.') ?? '内容'}` }
    return
  }
  const attribute = read.data
  if (attribute.deleted || !isForDetection(attribute)) return
  const parts = attribute.value.split('|')
  const facts = factsOf(attribute, [...names(attribute.Tag), ...eventTags], info)
  if (/^ip-(?:src|dst)\|port$/.test(attribute.type)) {
    const [ip = '', port = ''] = parts
    yield { entry: { value: ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`, ...facts } }
    return
  }
  const known = types[attribute.type]
  if (known === undefined) return
  for (const [index, type] of known.entries()) {
    const value = parts[index]
    if (type === undefined || value === undefined) continue
    yield { entry: { value, ...(type === 'ip' || type === 'host' ? {} : { type }), ...facts } }
  }
}

function isForDetection({ to_ids: flag }: Attribute): boolean {
  return flag === undefined || flag === true || flag === 1 || flag === '1'
}

function factsOf(attribute: Attribute, tags: readonly string[], info: string | undefined): Omit<FeedEntry, 'value' | 'type'> {
  const family = tags
    .map(tag => /^misp-galaxy:(?:malpedia|malware|ransomware|mitre-malware|tool|botnet)="([^"]{1,100})"/.exec(tag)?.[1])
    .find(Boolean)
  return {
    kind: [attribute.category, attribute.comment, ...tags, info].filter(Boolean).join(' '),
    tlp: tags.find(tag => /^tlp:/i.test(tag)),
    family,
    firstSeen: attribute.first_seen ?? attribute.timestamp,
    lastSeen: attribute.last_seen ?? undefined,
    note: attribute.comment ?? info,
  }
}

const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : [])
const names = (tags: unknown): string[] =>
  list(tags).flatMap(tag => {
    const name = (tag as { name?: unknown } | null)?.name
    return typeof name === 'string' ? [name] : []
  })

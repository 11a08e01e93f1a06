// Scores one file of recorded lines as its README says: product by the data's own label, named fields by what it expects; run by the campaign log-formats and by tests.
import { FormatSet } from '../../../core/normalise/formats/format-set.js'
import { normalise } from '../../../core/normalise/normalise.js'
import type { EcsEvent } from '../../../core/events/event.js'
import { shippedFormats } from '../log-lines.js'
import { type DeviceLabel, namesDevice, namesLabel } from './label-words.js'
import { sameMoment, sameText, sameUrl } from './same-value.js'
import { flatten, type Wanted, wantedOfCrowdsec, wantedOfDatadog, wantedOfEcs, wantedOfNetworkOs, written } from './wanted-fields.js'

export interface LabelledLine {
  readonly raw: string
  readonly device?: DeviceLabel
  readonly format?: string
  readonly sourcetype?: string
  readonly expected?: Record<string, unknown>
  readonly meta?: Record<string, unknown>
  /** Who made the expectations: the file's name. */
  readonly kind: 'cn-devices' | 'crowdsec' | 'ecs' | 'network-os' | 'datadog' | 'source-detection'
}

export interface Score {
  lines: number
  labelled: number
  /** Lines whose product is named as the label says. */
  named: number
  unknown: number
  wanted: number
  found: number
  right: number
  readonly misses: string[]
}

const formats = new FormatSet(shippedFormats())
export const understood = (raw: string): EcsEvent =>
  normalise({ raw, type: 'raw', receivedAt: '2026-01-01T00:00:00.000Z' }, { formats, utcOffsetMinutes: 0 })

function wantedOf(line: LabelledLine): Wanted[] {
  switch (line.kind) {
    case 'crowdsec':
      return wantedOfCrowdsec(line.meta ?? {}, line.raw)
    case 'datadog':
      return wantedOfDatadog(line.expected ?? {})
    case 'network-os':
      return wantedOfNetworkOs(line.expected ?? {})
    default:
      return wantedOfEcs(line.expected)
  }
}

function isNamed(line: LabelledLine, event: EcsEvent): boolean | undefined {
  if (line.device !== undefined) return namesDevice(event, line.device)
  const label = line.sourcetype ?? line.format?.replace(/^network-os\./, '')
  return label === undefined ? undefined : namesLabel(event, label)
}

export function scoreLines(lines: readonly LabelledLine[]): Score {
  const score: Score = { lines: 0, labelled: 0, named: 0, unknown: 0, wanted: 0, found: 0, right: 0, misses: [] }
  for (const line of lines) {
    const event = understood(line.raw)
    const label = line.device === undefined ? (line.sourcetype ?? line.format ?? '') : Object.values(line.device).join('/')
    const says = `${event.observer?.vendor}/${event.observer?.product} ${event.event.dataset}`
    score.lines += 1
    if (event.event.dataset === 'unknown') score.unknown += 1
    const named = isNamed(line, event)
    if (named !== undefined) {
      score.labelled += 1
      if (named) score.named += 1
      else score.misses.push(`PRODUCT ${label} | ${says} | ${line.raw.slice(0, 300)}`)
    }
    const flat = flatten(event)
    for (const { field, at, value } of wantedOf(line)) {
      const got = at.map(path => flat[path]).filter(item => item !== undefined)
      score.wanted += 1
      if (got.length === 0) {
        score.misses.push(`ABSENT ${field}=${written(value)} | ${label} | ${says} | ${line.raw.slice(0, 400)}`)
        continue
      }
      score.found += 1
      const right =
        field === '@timestamp'
          ? sameMoment(got[0], value, line.raw)
          : field === 'url.original'
            ? sameUrl(got, value)
            : got.some(item => (Array.isArray(value) ? value : [value]).some(one => sameText(item, one)))
      if (right) score.right += 1
      else score.misses.push(`WRONG ${field}=${written(value)} got ${written(got[0])} | ${label} | ${says} | ${line.raw.slice(0, 400)}`)
    }
  }
  return score
}

export interface Figures {
  readonly lines: number
  readonly product: number | null
  readonly unknown: number
  readonly wanted: number
  readonly recall: number | null
  readonly precision: number | null
}
const share = (part: number, whole: number): number | null => (whole === 0 ? null : Math.round((part / whole) * 10_000) / 10_000)

export function figures(score: Score): Figures {
  return {
    lines: score.lines,
    product: share(score.named, score.labelled),
    unknown: score.unknown,
    wanted: score.wanted,
    recall: share(score.right, score.wanted),
    precision: share(score.right, score.found),
  }
}

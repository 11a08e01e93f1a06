// One entry of an indicator file, checked field by field; used by parse-indicators.ts.
import ipaddr from 'ipaddr.js'
import { z } from 'zod'
import type { Indicator, IndicatorKind, IndicatorType, Tlp } from '../../core/threats/indicators/indicator.js'

// Records, so that the compiler misses none of the core's words.
const types: Readonly<Record<IndicatorType, (value: string) => boolean>> = {
  ipv4: value => ipaddr.IPv4.isValidFourPartDecimal(value),
  ipv6: value => ipaddr.IPv6.isValid(value),
  'ipv4:port': value => {
    const [, ip = '', port] = /^([\d.]+):(\d{1,5})$/.exec(value) ?? []
    return ipaddr.IPv4.isValidFourPartDecimal(ip) && Number(port) <= 65_535
  },
  'ipv6:port': value => {
    const [, ip = '', port] = /^\[([0-9a-f:.]+)\]:(\d{1,5})$/i.exec(value) ?? []
    return ipaddr.IPv6.isValid(ip) && Number(port) <= 65_535
  },
  cidr: value => ipaddr.isValidCIDR(value),
  domain: value => /^(?:\*\.)?(?:[^\s./:@]{1,63}\.)+[^\s./:@]{2,63}\.?$/.test(value),
  url: value => /^(?:[a-z][a-z0-9+.-]{0,15}:\/\/)?[^\s/]+\/\S*$/i.test(value),
  md5: value => /^[0-9a-f]{32}$/i.test(value),
  sha1: value => /^[0-9a-f]{40}$/i.test(value),
  sha256: value => /^[0-9a-f]{64}$/i.test(value),
}
const kinds: Readonly<Record<IndicatorKind, true>> = {
  c2: true,
  malware: true,
  mining: true,
  ransomware: true,
  botnet: true,
  phishing: true,
  scanner: true,
  bruteforce: true,
  exploit: true,
  anonymizer: true,
}
const tlps: Readonly<Record<Tlp, true>> = { clear: true, green: true, amber: true, 'amber+strict': true, red: true }

/** A date, or a time with its zone; becomes an instant. */
const moment = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:\d{2}))?$/)
  .refine(text => Number.isFinite(Date.parse(text)))
  .transform(text => new Date(text).toISOString())

export const IndicatorEntry = z
  .strictObject({
    type: z.enum(Object.keys(types) as [IndicatorType, ...IndicatorType[]]),
    value: z.string().min(1).max(2_048),
    kind: z.enum(Object.keys(kinds) as [IndicatorKind, ...IndicatorKind[]]),
    confidence: z.number().min(0).max(1),
    source: z.string().min(1).max(200),
    firstSeen: moment.optional(),
    lastSeen: moment.optional(),
    expires: moment.optional(),
    tlp: z.enum(Object.keys(tlps) as [Tlp, ...Tlp[]]).optional(),
    family: z.string().min(1).max(100).optional(),
    note: z.string().max(500).optional(),
  })
  .refine(entry => types[entry.type](entry.value), { path: ['value'], message: '与 type 不符' })

/** The entry as the core knows it, or what is wrong with it. */
export function readIndicator(value: unknown): { indicator: Indicator } | { problem: string } {
  const read = IndicatorEntry.safeParse(value, { error: z.locales.zhCN().localeError })
  if (!read.success) return { problem: read.error.issues.map(issue => [issue.path.join('.'), issue.message].filter(Boolean).join('：')).join('；') }
  const { type, value: text, kind, confidence, source, ...more } = read.data
  // What is absent is absent, not undefined.
  const given = Object.fromEntries(Object.entries(more).filter(([, one]) => one !== undefined))
  return { indicator: { type, value: text, kind, confidence, source, ...given } }
}

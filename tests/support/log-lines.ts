// Log lines by the number, made from the samples of the shipped formats with a seed; for benchmarks, campaigns and tests of the formats.
import { join } from 'node:path'
import { loadFormats } from '../../adapters/content/load-content.js'
import type { Format } from '../../core/normalise/formats/format.js'
import { readFormats } from '../../core/normalise/formats/read-format.js'

export function shippedFormats(): Format[] {
  return readFormats(loadFormats([join(import.meta.dirname, '..', '..', 'content')], [])).formats
}

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let value = Math.imul(state ^ (state >>> 15), state | 1)
    value ^= value + Math.imul(value ^ (value >>> 7), value | 61)
    return ((value ^ (value >>> 14)) >>> 0) / 4_294_967_296
  }
}

const HOSTILE = [
  '%{',
  '<14>',
  '="',
  '",',
  ': ',
  ' = ',
  '\\',
  '|',
  '\t',
  '\ufeff',
  '\u0000',
  '{"',
  '}]',
  'CEF:0|a|b|',
  'LEEF:2.0|a|b|c|d|x09|',
  '[[',
  '((',
  '\ud800',
  '中文',
  '%%01A/1/B(l):',
  '__proto__=1 ',
]

/** A line damaged as lines get damaged, and as attackers would: cut, doubled, spliced with another, flooded with one text. */
export function damaged(line: string, other: string, random: () => number): string {
  const at = Math.floor(random() * line.length)
  const length = Math.floor(random() * Math.min(80, line.length))
  const text = HOSTILE[Math.floor(random() * HOSTILE.length)]!
  switch (Math.floor(random() * 8)) {
    case 0:
      return line.slice(0, at)
    case 1:
      return line.slice(at)
    case 2:
      return line.slice(0, at) + text + line.slice(at)
    case 3:
      return line.slice(0, at) + other.slice(Math.floor(random() * other.length))
    case 4:
      return line.slice(0, at) + line.slice(at + length)
    case 5:
      return line.slice(0, at) + line.slice(at, at + length).repeat(1 + Math.floor(random() * 40)) + line.slice(at)
    case 6:
      return line.slice(0, at) + text.repeat(1 + Math.floor(random() * random() * 4_000)) + line.slice(at)
    default:
      return line.replace(/[^\x00-\x20]/gu, char => (random() < 0.03 ? String.fromCodePoint(Math.floor(random() * 0x3000)) : char))
  }
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const FRENCH = ['janv.', 'févr.', 'mars', 'avr.', 'mai', 'juin', 'juil.', 'août', 'sept.', 'oct.', 'nov.', 'déc.']
const HEAD = /^(<\d{1,3}>)?( ?)([A-Z][a-z]{2}) {1,2}(\d{1,2}) (\d{2}:\d{2}:\d{2})(?: (\S+))? /

/** The same record as other roads bring it; the name says what is different. */
export function variants(line: string): [name: string, line: string][] {
  const out: [string, string][] = [
    ['mark in front', `\ufeff${line}`],
    ['relayed', `<13>Feb  3 04:05:06 relay-7 ${line}`],
    ['relayed as RFC 5424', `<13>1 2026-02-03T04:05:06Z relay-7 - - - - ${line}`],
    ['blank behind', `${line}  `],
  ]
  const head = HEAD.exec(line)
  if (/^<\d{1,3}>/.test(line)) out.push(['no priority', line.replace(/^<\d{1,3}>/, '')])
  else out.push(['a priority', `<134>${line}`])
  if (head !== null) {
    const [whole, priority = '', , month = '', day = '', clock = '', host] = head
    const rest = line.slice(whole.length)
    // What stands before an @ or behind a semicolon is not the host's name.
    const name = host === undefined ? '' : ` ${host.endsWith(':') ? host : host.replace(/^((?:[^@]*@)?)[^;]*/, '$1other-host.example.net')}`
    const number = String(MONTHS.indexOf(month) + 1).padStart(2, '0')
    if (host !== undefined && !host.endsWith(':'))
      out.push(['other host', `${priority}${month} ${day.padStart(2)} ${clock}${name} ${rest}`])
    out.push(['month of another language', `${priority}${FRENCH[MONTHS.indexOf(month)] ?? month} ${day} ${clock}${name} ${rest}`])
    out.push(['ISO time', `${priority}2026-${number}-${day.padStart(2, '0')}T${clock}+08:00${name} ${rest}`])
  }
  return out
}

// The XML in which WeCom talks with applications: builds callbacks, reads passive answers; pure.
import { XMLParser } from 'fast-xml-parser'
import { asFields, type Fields } from './json-fields.js'
import { WecomRefusal } from './wecom-refusal.js'

/** Text becomes CDATA, a number stays bare, an object nests, a list repeats its element. */
export type XmlValue = string | number | bigint | XmlFields | readonly (string | XmlFields)[]
export interface XmlFields {
  readonly [name: string]: XmlValue | undefined
}

export function toXml(fields: XmlFields): string {
  return `<xml>${inner(fields)}</xml>`
}

function inner(fields: XmlFields): string {
  return Object.entries(fields)
    .flatMap(([name, value]) => (isList(value) ? value : [value]).map(one => (one === undefined ? '' : tag(name, one))))
    .join('')
}

function isList(value: XmlValue | undefined): value is readonly (string | XmlFields)[] {
  return Array.isArray(value)
}

function tag(name: string, value: Exclude<XmlValue, readonly unknown[]>): string {
  if (typeof value === 'number' || typeof value === 'bigint') return `<${name}>${value}</${name}>`
  if (typeof value === 'object') return `<${name}>${inner(value)}</${name}>`
  // XML knows no way to write most control characters, and `]]>` would end the text early.
  const clean = value.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '').replaceAll(']]>', ']]]]><![CDATA[>')
  return `<${name}><![CDATA[${clean}]]></${name}>`
}

const lists = new Set(['HorizontalContentList', 'VerticalContentList', 'JumpList', 'ButtonList', 'SelectList', 'OptionList', 'ActionList'])
const parser = new XMLParser({
  ignoreAttributes: true,
  parseTagValue: false,
  trimValues: true,
  ignoreDeclaration: true,
  isArray: name => lists.has(name),
})
const longestXml = 256 * 1024

/** What is inside `<xml>`; every leaf is a text. @throws WecomRefusal -40002 */
export function fromXml(text: string): Fields {
  const unreadable = new WecomRefusal(-40002, 'answer is no XML')
  if (text.length > longestXml || text.includes('<!DOCTYPE') || text.includes('<!ENTITY')) throw unreadable
  let parsed: unknown
  try {
    parsed = parser.parse(text)
  } catch {
    throw unreadable
  }
  const fields = asFields(asFields(parsed)?.['xml'])
  if (!fields) throw unreadable
  return fields
}

const numbers = new Set(['type', 'style', 'desc_color', 'mode', 'aspect_ratio'])
const flags = new Set(['is_checked', 'disable'])
const irregular: Readonly<Record<string, string>> = {
  KeyName: 'keyname',
  CheckBox: 'checkbox',
  AppId: 'appid',
  PagePath: 'pagepath',
  UserId: 'userid',
}

/** `<TemplateCard>` in CamelCase as the JSON that message/send takes. */
export function cardOfXml(fields: Fields, depth = 0): Fields {
  if (depth > 8) throw new WecomRefusal(41016, 'template_card nested too deeply')
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => {
      const key = irregular[name] ?? name.replace(/(?<!^)([A-Z])/g, '_$1').toLowerCase()
      return [key, convert(key, value, depth)]
    }),
  )
}

function convert(key: string, value: unknown, depth: number): unknown {
  if (Array.isArray(value)) return value.map(entry => cardOfXml(asFields(entry) ?? {}, depth + 1))
  const nested = asFields(value)
  if (nested) return cardOfXml(nested, depth + 1)
  if (numbers.has(key)) return Number(value)
  if (flags.has(key)) return value === 'true' || value === '1'
  return value
}

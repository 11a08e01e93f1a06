// From a sentence to a command and its arguments; pure, and what `guanjia understand` prints.
import type { Candidate, Command } from './command.js'
import { findEntities, type Entities } from './entities.js'
import type { Guesser } from './likeness.js'
import { isHearsay, toneOf, type Tone } from './tone.js'

export interface Parsed {
  readonly command: Command | null
  readonly candidate: Candidate
  readonly entities: Entities
  /** The command was called by its word and nothing in the sentence speaks against it; otherwise it was guessed. */
  readonly typed: boolean
  /** Only likeness to other sentences speaks for it. */
  readonly likely?: true
}

export interface ParseInput {
  readonly text: string
  readonly quote?: string
  readonly now: number
  readonly zone: string
  /** Codes and names of tenants that may be named in the sentence. */
  readonly tenantWords?: readonly string[]
  /** Asked where words and patterns are not certain; without one they alone decide. */
  readonly guesser?: Guesser
}

const NUMBERS = /(?<![0-9A-Za-z])(?:AL|IN|TK|DP|AD|SO|AU|RP|PE)-[0-9a-z]{1,32}-\d{6}-\d{1,6}(?![0-9A-Za-z])/gi
/** Prefixes of numbers of cases beside incidents and disposals. */
const CASES = ['TK', 'AD', 'SO', 'PE']

/** From here on likeness is believed where nothing else is known, and against a pattern or a word that merely begins the sentence. */
const LIKELY = 0.3
const MORE_LIKELY = 0.55

/** What may stand before a command's word without changing it. */
const LEAD =
  /^(?:[，,。.!！~、：:;；\s/]+|请|麻烦(?:你|您|大家)?|劳烦|烦请|帮(?:我们|忙|我)?|给我们?|替我|能不能|能否|可不可以|可以|可否|能|我们?|本人|想|需?要|来(?:个|一?份)?|现在|马上|立[即刻]|赶紧|尽快|直接|先|再|那就?|好的?|行|嗯+|ok(?![a-z])|收到|没问题|你好|您好|@?管家|@\S{1,20}\s|把|将|对|查[看询]?|看看?|发[个份我]?|出[个份]?|生成|导出|列出|说说?|讲讲|告诉|了解|一[下份]|[下个份的]|这个?|那个?|关于)/i
/** More politeness than this is no politeness. */
const MOST_LEADS = 12
/** Before an agreement only what one says for oneself: “请同意” is asked of somebody else. */
const OWN_LEAD =
  /^(?:[，,。.!！~、：:;；\s/]|@?管家|@\S{1,20}\s|我们?|本人|好的?|行|嗯+|ok|收到|没问题|可以[，,。\s]|那就?|先|现在|正式|确认)*$/i
/** Where a word of Chinese ends: nothing marks it but what comes next. */
const BOUNDARY = /^(?:$|[\s，,。.：:；;!！?？~、（(“"'「]|一下|吧|掉|该|这个|这条|那个|它)/
/** Agreement to something other than what was asked. */
const CONDITION = /但|不过|除非|如果|要是|假如|等|别|不|只|仅|暂|前提|改/
const AGREED_THING = /^(?:(?:执行|处置|封禁?|这个|这条|该|此|请求|申请|操作|吧|[\s，,。.!！~：:、])+)/
const TAIL =
  /[\s，,。.!！~、；;：:]*(?:谢谢(?:你|您|啦|了)?|多谢|感谢|辛苦(?:了|啦)?|麻烦(?:你|您)?了?|拜托了?|(?:可以|好|行)(?:吗|么|不)[?？]?)?[\s，,。!！~、；;：:]*$/
const HEAD = /^(?:[\s，,：:。、；;!！]|一下|吧|掉)+/
/** Short words that mean a command only where they are what is asked for. */
const ASKED_FOR = '(?:看|查|发|给|要|说|出|拿|调|开|问|列|的|下|份|个)\\s*'

export function parse(commands: readonly Command[], input: ParseInput): Parsed {
  const entities = findEntities(input.text, input.now, input.zone)
  const line = (input.tenantWords ?? []).reduce(removeWord, entities.rest)
  const tone = toneOf(line)
  // Some words of what is only looked at have a day in them: 今天怎么样.
  const called =
    findCalled(commands, line) ??
    findCalled(
      commands.filter(({ risk }) => risk === 'read'),
      entities.text,
    )
  const typed = called && isMeant(called, entities, tone) ? called : undefined
  const half = called?.command.inFull && !typed && !tone.asks && BOUNDARY.test(called.after) ? said(called.command) : undefined
  const spoken = typed ? undefined : (findSpoken(commands, entities.text, tone) ?? half)
  const command = typed?.command ?? spoken?.command ?? null
  const like =
    typed && isCalledAlone(typed) ? undefined : likeliest(commands, { command, typed: typed !== undefined }, entities, tone, input.guesser)
  if (like) {
    const words = takesWords(like) ? entities.text : undefined
    return { command: like, candidate: candidateOf(entities, input, line, words), entities, typed: false, likely: true }
  }
  return {
    command,
    candidate: candidateOf(
      entities,
      input,
      typed ? explanation(typed, entities) : spoken ? spoken.left(line) : line,
      takesWords(command) ? (typed ? asWritten(typed, entities) : entities.text) : undefined,
    ),
    entities,
    typed: typed !== undefined,
  }
}

/** Nothing follows the word that could turn it into the beginning of a sentence about something else: 漏洞已经补上了 is no question about 漏洞. */
function isCalledAlone({ after }: Called): boolean {
  return /^(?:$|[\s,，:：。.!！~])/.test(after) || clean(after) === undefined
}

/**
 * The command that sentences like this one mean, when it is another than words and patterns found and those only look something up. What
 * is called by its word as an order stays one.
 */
function likeliest(
  commands: readonly Command[],
  { command: found, typed }: { readonly command: Command | null; readonly typed: boolean },
  entities: Entities,
  tone: Tone,
  guesser: Guesser | undefined,
): Command | undefined {
  if (!guesser || (found && found.risk !== 'read' && typed)) return undefined
  const { word, probability } = guesser.guess(entities)
  if (word === null || probability < (found ? MORE_LIKELY : LIKELY)) return undefined
  const like = commands.find(({ name }) => name === word)
  if (!like || like === found) return undefined
  if (like.risk === 'needs-approval' && !tone.orders) return undefined
  // What somebody else is said to have allowed is answered as such (vague-answer.ts).
  if (like.risk === 'approves' && isHearsay(entities.text)) return undefined
  return like
}

/** Guessed, it is not run: the person is asked to say it in full. */
export function needsFullWords({ command, typed, likely }: Parsed): boolean {
  if (!command || typed) return false
  return command.inFull === true || (likely === true && command.risk === 'write' && !command.harmless)
}

interface Called {
  readonly command: Command
  readonly word: string
  readonly before: string
  readonly after: string
}

/** The command whose word begins the sentence, politeness aside. The longest word wins: 封禁清单 is not 封禁. */
function findCalled(commands: readonly Command[], line: string): Called | undefined {
  const words = commands
    .flatMap(command => [command.name, ...command.aliases].map(word => ({ word, command })))
    .sort((a, b) => b.word.length - a.word.length)
  let left = line
  for (let leads = 0; leads <= MOST_LEADS; leads++) {
    const found = words.find(({ word, command }) => startsWithWord(left, word) && (command.calledWith?.(left.slice(word.length)) ?? true))
    if (found) return { ...found, before: line.slice(0, line.length - left.length), after: left.slice(found.word.length) }
    const lead = LEAD.exec(left)
    if (!lead) return undefined
    left = left.slice(lead[0].length)
  }
  return undefined
}

function asWritten({ word }: Called, { text }: Entities): string {
  const at = text.toLowerCase().indexOf(word.toLowerCase())
  return at >= 0 ? text.slice(at + word.length) : text
}

/** What was said about it; a command that takes nothing else gets it as it was written, days and durations included. */
function explanation({ command, word, after }: Called, { text }: Entities): string {
  const at = text.toLowerCase().indexOf(word.toLowerCase())
  return at >= 0 && ['text', 'report,text'].includes(Object.keys(shapeOf(command)).join()) ? text.slice(at + word.length) : after
}

/** Whether the word is the order it looks like. “授权人是谁”, “恢复了吗” and “封禁先不要” begin with the word of an order and are none. */
function isMeant({ command, before, after }: Called, { numbers, ips, durationSeconds }: Entities, tone: Tone): boolean {
  if (command.risk === 'read') return true
  const named = numbers.length > 0 || ips.length > 0
  const explained = command.risk === 'write' && numbers.length > 0 && takesText(command)
  // What needs no number cannot meet the wrong thing.
  if (command.risk === 'write' && !command.picks) return !tone.asks
  if (!BOUNDARY.test(after) && !AGREED_THING.test(after) && !explained) return false
  if (command.risk === 'needs-approval') return tone.orders
  if (command.risk === 'write' && !command.inFull) return explained || !tone.asks
  const more = clean(after.replace(AGREED_THING, ''))
  if (command.risk === 'write') return !tone.asks && (named || more === undefined)
  if (!OWN_LEAD.test(before)) return false
  if (command.refuses) return numbers.length > 0 || !tone.asks
  const asAsked = durationSeconds === undefined && !CONDITION.test(more ?? '')
  return !tone.asks && asAsked && (named || more === undefined)
}

interface Spoken {
  readonly command: Command
  /** What of the line is left when what called the command is taken out. */
  left(line: string): string
}

function said(command: Command): Spoken {
  return { command, left: line => line }
}

/** What is only looked at is preferred to what acts, and nothing acts on a question or against a “别”. */
function findSpoken(commands: readonly Command[], text: string, tone: Tone): Spoken | undefined {
  const acting = commands.filter(command => command.risk === 'approves' || command.isWish || (command.risk !== 'read' && tone.orders))
  // What takes back comes before what it takes back: 取消封禁 has 封禁 in it.
  const careful = [...acting.filter(({ inFull }) => inFull), ...acting.filter(({ inFull }) => !inFull)]
  for (const command of [...commands.filter(({ risk }) => risk === 'read'), ...careful]) {
    const pattern = command.says?.find(says => (typeof says === 'function' ? says(text) : says.test(text)))
    if (!pattern) continue
    const cut = command.keepsSentence || typeof pattern === 'function' ? undefined : pattern
    return { command, left: line => (cut ? line.replace(cut, ' ') : line) }
  }
  const words = commands
    .filter(({ risk }) => risk === 'read')
    .flatMap(command => [command.name, ...command.aliases].map(word => ({ word, command })))
    .filter(({ word }) => /^\p{Script=Han}{2,}$/u.test(word))
    .sort((a, b) => b.word.length - a.word.length)
  const found = words.find(({ word }) => new RegExp(word.length > 2 ? word : `${ASKED_FOR}${word}|${word}[。.!！?？~\\s]*$`).test(text))
  return found && { command: found.command, left: line => line.replace(found.word, ' ') }
}

function candidateOf(entities: Entities, input: ParseInput, text: string, words: string | undefined): Candidate {
  const quoted = input.quote ? findEntities(input.quote, input.now, input.zone) : undefined
  const of = (prefix: string) => {
    const starts = (number: string) => number.startsWith(`${prefix}-`)
    // A list that is quoted says nothing about which of it is meant.
    return entities.numbers.find(starts) ?? (entities.numbers.length === 0 ? only(quoted?.numbers.filter(starts)) : undefined)
  }
  const several = entities.period !== undefined && entities.day === undefined
  return {
    ...optional('incident', of('IN')),
    ...optional('other', entities.numbers.filter(number => number.startsWith('IN-'))[1]),
    ...optional('disposal', of('DP')),
    ...optional('finding', of('FD')),
    ...optional('cidr', entities.cidrs[0]),
    ...optional('cve', entities.cves[0]),
    ...optional('severity', entities.severity),
    ...optional('ip', entities.ips[0] ?? only(quoted?.ips)),
    ...optional('asset', entities.asset),
    ...optional('priority', entities.priority),
    ...optional('seconds', entities.durationSeconds),
    ...optional('day', entities.day),
    ...optional('days', several ? `${entities.period.from} 至 ${entities.period.to}` : undefined),
    ...optional('patrol', of('PT')),
    ...optional('targets', [...entities.ips, ...entities.cidrs, ...entities.domains].join(' ') || undefined),
    ...optional('report', of('RP')),
    ...optional('format', entities.format),
    ...optional('text', clean(text)),
    ...optional('words', words === undefined ? undefined : clean(words.replaceAll(NUMBERS, ' ').replaceAll(/ +/g, ' '))),
    ...optional(
      'case',
      CASES.map(of).find(number => number !== undefined),
    ),
  }
}

function only<T>(items: readonly T[] = []): T | undefined {
  return items.length === 1 ? items[0] : undefined
}

function shapeOf(command: Command): object {
  return (command.args as { shape?: object }).shape ?? {}
}

function takesWords(command: Command | null | undefined): boolean {
  return command !== null && command !== undefined && 'words' in shapeOf(command)
}

function takesText(command: Command): boolean {
  return 'text' in shapeOf(command) || 'words' in shapeOf(command)
}

function clean(text: string): string | undefined {
  const left = text.replace(TAIL, '').replace(HEAD, '').trim()
  return left === '' ? undefined : left
}

function startsWithWord(line: string, word: string): boolean {
  if (line.slice(0, word.length).toLowerCase() !== word.toLowerCase()) return false
  // A Latin word must end there: "block" is not the start of "blockade". Chinese has no such mark.
  return !/^[a-z]/i.test(word) || !/^[0-9a-z]/i.test(line.slice(word.length))
}

function removeWord(text: string, word: string): string {
  if (word.length < 2) return text
  const at = text.toLowerCase().indexOf(word.toLowerCase())
  const isPart = /^\w+$/.test(word) && (/\w/.test(text[at - 1] ?? '') || /\w/.test(text[at + word.length] ?? ''))
  return at < 0 || isPart ? text : `${text.slice(0, at)} ${text.slice(at + word.length)}`
}

function optional<K extends string, V>(key: K, value: V | undefined): { [P in K]?: V } {
  return (value === undefined ? {} : { [key]: value }) as { [P in K]?: V }
}

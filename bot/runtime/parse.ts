// From a sentence to a command and its arguments; pure, and what `guanjia understand` prints.
import type { Candidate, Command } from './command.js'
import { findEntities, type Entities } from './entities.js'

export interface Parsed {
  readonly command: Command | null
  readonly candidate: Candidate
  readonly entities: Entities
  /** The command was called by its word, not guessed from the sentence. */
  readonly typed: boolean
}

export interface ParseInput {
  readonly text: string
  readonly quote?: string
  readonly now: number
  readonly zone: string
  /** Codes and names of tenants that may be named in the sentence. */
  readonly tenantWords?: readonly string[]
}

const POLITE = /^(?:请|麻烦|帮我|帮忙|给我|能不能|可以|可否|我想|我要|[，,。.!！~\s/])+/

export function parse(commands: readonly Command[], input: ParseInput): Parsed {
  const entities = findEntities(input.text, input.now, input.zone)
  const line = entities.rest.replace(POLITE, '')
  // The longest word wins, so that 封禁清单 is not taken for 封禁.
  const words = commands
    .flatMap(command => [command.name, ...command.aliases].map(word => ({ word, command })))
    .sort((a, b) => b.word.length - a.word.length)
  const typed = words.find(({ word }) => startsWithWord(line, word))
  const guessed = typed ? undefined : commands.find(command => command.says?.some(pattern => pattern.test(input.text)))
  const command = typed?.command ?? guessed ?? null
  let text = typed ? line.slice(typed.word.length) : line
  for (const word of input.tenantWords ?? []) text = removeWord(text, word)
  const quoted = input.quote ? findEntities(input.quote, input.now, input.zone).numbers : []
  const numbers = [...entities.numbers, ...(entities.numbers.length === 0 ? quoted : [])]
  const of = (prefix: string) => numbers.find(number => number.startsWith(`${prefix}-`))
  const rest = text.replace(/^[\s，,：:。]+|[\s，,。]+$/g, '')
  const candidate: Candidate = {
    ...optional('incident', of('IN')),
    ...optional('disposal', of('DP')),
    ...optional('ip', entities.ips[0]),
    ...optional('seconds', entities.durationSeconds),
    ...optional('day', entities.day),
    ...optional('text', rest === '' ? undefined : rest),
  }
  return { command, candidate, entities, typed: typed !== undefined }
}

function startsWithWord(line: string, word: string): boolean {
  if (!line.toLowerCase().startsWith(word.toLowerCase())) return false
  // A Latin word must end there: "block" is not the start of "blockade". Chinese has no such mark.
  return !/^[a-z]/i.test(word) || !/^[0-9a-z]/i.test(line.slice(word.length))
}

function removeWord(text: string, word: string): string {
  if (word.length < 2) return text
  const at = text.toLowerCase().indexOf(word.toLowerCase())
  return at < 0 ? text : `${text.slice(0, at)} ${text.slice(at + word.length)}`
}

function optional<K extends string, V>(key: K, value: V | undefined): { [P in K]?: V } {
  return (value === undefined ? {} : { [key]: value }) as { [P in K]?: V }
}

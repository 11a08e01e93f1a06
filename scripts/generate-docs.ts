// Writes the pages of docs/ that repeat declarations: run by `npm run docs`, compared by tests/generated-docs.test.ts.
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import type { Verb } from '../app/cli/verb.js'
import { Environment } from '../app/config.js'
import { commands } from '../bot/commands/index.js'
import type { Command, Place } from '../bot/runtime/command.js'
import { catalogue } from '../core/errors.js'
import { statesLines } from './states-page.js'
import { capabilities, isStaff, roleLabel, type Capability, type Role } from '../core/tenants/roles.js'

const root = new URL('../', import.meta.url)

/** One line of the list in app/cli.ts. */
export interface ListedVerb {
  readonly name: string
  /** Name in app/cli, without `.ts`. */
  readonly file: string
  readonly exported: string
}

/** Read as text, because importing app/cli.ts runs the command. */
export function listedVerbs(): ListedVerb[] {
  const text = readFileSync(new URL('app/cli.ts', root), 'utf8')
  const line = /^ {2}'?([a-z -]+?)'?: async \(\) => \(await import\('\.\/cli\/([a-z-]+)\.js'\)\)\.(\w+),$/gm
  return [...text.matchAll(line)].map(([, name = '', file = '', exported = '']) => ({ name, file, exported }))
}

/** Path from the root → text, for every generated page. */
export async function pages(): Promise<Map<string, string>> {
  const verbs = await Promise.all(
    listedVerbs().map(async ({ file, exported }) => {
      const module = (await import(new URL(`app/cli/${file}.ts`, root).href)) as Record<string, Verb>
      return module[exported]!
    }),
  )
  return new Map([
    ['docs/commands.md', commandsPage(commands, verbs)],
    ['docs/configuration.md', configurationPage()],
    ['docs/errors.md', errorsPage()],
    ['docs/states.md', page('States', 'the tables of core/', statesLines(table))],
  ])
}

const roomWords: Readonly<Record<Place['room'], string>> = {
  butler: '管家群 (butler group)',
  ops: '运营群 (ops room)',
  expert: '专家群 (expert room)',
  single: '单聊 (single chat)',
  war: '战情群 (war room)',
}

const riskWords: Readonly<Record<Command['risk'], string>> = {
  read: 'changes nothing',
  write: 'changes our records, or takes back an act',
  'needs-approval': 'asks; nothing happens before another person has agreed',
  approves: 'is that agreement: what was asked for is done, or refused for good',
}

function commandsPage(chat: readonly Command[], verbs: readonly Verb[]): string {
  const groups = [...new Set(chat.map(command => command.help.group))]
  return page('Commands', 'bot/commands/ and app/cli/', [
    '## In the chat',
    '',
    'In a group the robot hears only what mentions it: `@管家 封禁 203.0.113.7 12h`. In a single chat the mention is left out. The words of a',
    'command may come in any order after its name, most commands are also understood in plain Chinese (`npx guanjia understand TEXT` tells),',
    'and every button of a card stands for one of these commands. Who may is checked anew each time; the default is no.',
    '',
    ...groups.flatMap(group => [
      `### ${group}`,
      '',
      ...chat.filter(command => command.help.group === group).flatMap(command => [...chatCommand(command), '']),
    ]),
    '## In the shell',
    '',
    '`npx guanjia <verb>`; `--help` explains each. Exit code 0: done, 1: failed, 2: used wrongly. Data goes to stdout, talk to stderr.',
    '',
    ...verbs.flatMap(verb => [
      '```',
      `guanjia ${verb.usage}`,
      '```',
      '',
      [verb.summary, verb.details]
        .filter(text => text !== undefined)
        .map(sentence)
        .join(' '),
      '',
    ]),
  ])
}

function chatCommand(command: Command): string[] {
  return [
    `#### ${command.name}`,
    '',
    `${command.help.summary}。`,
    '',
    ...(command.aliases.length > 0 ? [`- Also: ${command.aliases.map(code).join(' ')}`] : []),
    `- Examples: ${command.help.examples.map(code).join(' · ')}`,
    `- Who may: ${whoMay(command.capability)}`,
    `- Where: ${command.rooms ? command.rooms.map(room => roomWords[room]).join(', ') : 'everywhere'}`,
    `- Risk: ${riskWords[command.risk]}`,
    ...(command.runAcross ? ['- In a staff room without a customer named: answered for all customers'] : []),
  ]
}

function whoMay(capability: Capability): string {
  const able: readonly Role[] = capabilities[capability]
  const customers = (Object.keys(roleLabel) as Role[]).filter(role => !isStaff(role))
  const every = customers.every(role => able.includes(role))
  const named = able.filter(role => !every || isStaff(role)).map(role => `${roleLabel[role]} (${role})`)
  return [...(every ? ['客户全体 (every customer role)'] : []), ...named].join(', ')
}

function configurationPage(): string {
  return page('Configuration', 'app/config.ts', [
    'The environment is read once, at the start. With nothing set the product runs in one process on SQLite, the in-process queue and the',
    'WeCom sandbox. A faulty environment stops the start and names every fault at once. An empty variable counts as absent.',
    '',
    '**Every `NAME` may come from a file instead**: set `NAME_FILE` to its path, and its content without blanks and line ends around it is the',
    'value. `NAME` wins when both are set.',
    '',
    'What differs from customer to customer is not here: robots, groups, sources and devices are declared, see',
    '[declare-customers](how-to/declare-customers.md).',
    '',
    ...table(
      ['Name', 'Default', 'Values', 'Meaning'],
      Object.entries(Environment.shape).map(([name, schema]) => {
        const json = z.toJSONSchema(schema, { io: 'output', unrepresentable: 'any' })
        return [code(name), defaultOf(json), valuesOf(json), json.description ?? '']
      }),
    ),
  ])
}

type JsonSchema = z.core.JSONSchema.BaseSchema

function defaultOf({ default: value }: JsonSchema): string {
  if (value === undefined) return '–'
  return code(typeof value === 'string' ? value : JSON.stringify(typeof value === 'boolean' ? Number(value) : value))
}

function valuesOf({ enum: values, type, minimum, maximum, minLength, format }: JsonSchema): string {
  if (values) return values.map(value => code(String(value))).join(' ')
  if (type === 'boolean') return `${code('1')} or ${code('0')}`
  if (type === 'integer') return `${minimum} to ${maximum}`
  if (format === 'uri') return 'URL'
  return minLength !== undefined && minLength > 1 ? `at least ${minLength} characters` : 'text'
}

function errorsPage(): string {
  return page('Errors', 'core/errors.ts', [
    'A code is part of the API and never used again for something else. In the chat the sentence is said; in an HTTP answer it stands beside',
    'the code under the status below. `{name}` is filled from the facts of the case.',
    '',
    '| Kind | Whose turn it is | Logged |',
    '|---|---|---|',
    '| user | the person: what they gave or what they may do; the sentence says how to put it right | info |',
    '| operational | a device or the network: the product tries again where that makes sense | warn |',
    '| bug | us: the reference number in the sentence finds the full record in the log | error |',
    '',
    ...table(
      ['Code', 'Kind', 'HTTP', 'Sentence'],
      Object.entries(catalogue).map(([name, { kind, status, reply }]) => [code(name), kind, String(status), reply]),
    ),
  ])
}

function page(title: string, source: string, lines: readonly string[]): string {
  const text = [`# ${title}`, '', `<!-- Generated from ${source} by \`npm run docs\`; do not edit. -->`, '', ...lines].join('\n')
  return `${text.trimEnd()}\n`
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) => `| ${cells.map(cell => cell.replaceAll('|', '\\|').replaceAll('<', '&lt;')).join(' | ')} |`
  return [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)]
}

function code(text: string): string {
  return `\`${text}\``
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const [path, text] of await pages()) {
    writeFileSync(new URL(path, root), text)
    process.stdout.write(`${path}\n`)
  }
}

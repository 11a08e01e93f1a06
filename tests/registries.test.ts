// Every list agrees with its folder, every command word with one command, and every name used in one place exists in the other.
import { readFileSync, readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { makeFirewallDrivers } from '../adapters/firewall/index.js'
import { builtCommands, commands as listedCommands } from '../bot/commands/index.js'
import { pushes } from '../bot/push/index.js'
import { checkArguments } from '../bot/runtime/arguments.js'
import type { Command } from '../bot/runtime/command.js'
import { parse } from '../bot/runtime/parse.js'
import { actionLabel } from '../core/audit/action-label.js'
import { catalogue } from '../core/errors.js'
import { parsers } from '../core/normalise/parsers/index.js'
import { sections } from '../core/reports/sections/index.js'
import { jobs } from '../core/scheduling/jobs/index.js'
import { models } from '../core/threats/models/index.js'
import { migrations } from '../migrations/index.js'
import { listedVerbs } from '../scripts/generate-docs.js'

const commands: readonly Command[] = listedCommands
const root = new URL('../', import.meta.url)
const read = (path: string): string => readFileSync(new URL(path, root), 'utf8')

/** Names in a folder, without `.ts`, of the files that declare something with `mark`; tests aside. */
function declaring(folder: string, mark: RegExp): string[] {
  const files = readdirSync(new URL(`${folder}/`, root)).filter(name => name.endsWith('.ts') && !name.endsWith('.test.ts'))
  return files.filter(name => name !== 'index.ts' && mark.test(read(`${folder}/${name}`))).map(name => name.slice(0, -'.ts'.length))
}

/** What a list imports from its own folder. */
function imported(list: string): { name: string; file: string }[] {
  const line = /^import \{ (\w+) \} from '\.\/([\w-]+)(?:\/index)?\.js'$/gm
  return [...read(list).matchAll(line)].map(([, name = '', file = '']) => ({ name, file }))
}

const camelCase = (file: string): string => file.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())

const registries = [
  { folder: 'bot/commands', mark: /(?:=|return) (?:define|preference|personal)Command[(<]/, list: builtCommands, ids: undefined },
  { folder: 'bot/push', mark: /(?:=|return) definePush\(/, list: pushes, ids: pushes.map(push => push.kind) },
  { folder: 'core/reports/sections', mark: /(?:=|return) defineSection[(<]/, list: sections, ids: sections.map(section => section.id) },
  { folder: 'core/scheduling/jobs', mark: /(?:=|return) defineJob\(/, list: jobs, ids: jobs.map(job => job.id) },
  { folder: 'core/threats/models', mark: /(?:=|return) defineModel\(/, list: models, ids: models.map(model => model.id) },
  { folder: 'core/normalise/parsers', mark: /(?:=|return) defineParser\(/, list: parsers, ids: parsers.map(parser => parser.id) },
]

describe.each(registries.map(registry => [registry.folder, registry] as const))('the list of %s', (folder, { mark, list, ids }) => {
  const files = declaring(folder, mark).sort()

  it('has exactly the files of the folder, each once', () => {
    const listed = imported(`${folder}/index.ts`).map(({ file }) => file)

    expect(listed.filter(file => files.includes(file)).sort()).toEqual(files)
    expect(new Set<unknown>(list).size).toBe(files.length)
    expect(list).toHaveLength(files.length)
  })

  it('calls each thing by the name of its file', () => {
    for (const { name, file } of imported(`${folder}/index.ts`)) {
      const plain = camelCase(file)
      expect([plain, `make${plain[0]?.toUpperCase()}${plain.slice(1)}`], file).toContain(name)
    }
    if (ids) expect([...ids].sort()).toEqual(files)
  })
})

describe('the list of bot/commands', () => {
  it('has no file beside it that is not a command', () => {
    expect(declaring('bot/commands', /^/).sort()).toEqual(
      declaring('bot/commands', /(?:=|return) (?:define|preference|personal)Command[(<]/).sort(),
    )
  })
})

describe('the list of adapters/firewall', () => {
  it('has every driver folder, under the id that is the name of the folder', () => {
    const folders = readdirSync(new URL('adapters/firewall/', root), { withFileTypes: true }).filter(entry => entry.isDirectory())

    const ids = makeFirewallDrivers({ simulatedFolder: '/nowhere' }).map(driver => driver.id)

    expect([...ids].sort()).toEqual(folders.map(({ name }) => name).sort())
  })
})

describe('the list of migrations', () => {
  it('has every file, oldest first, each with a class named like the file', () => {
    const files = readdirSync(new URL('migrations/', root)).filter(name => name !== 'index.ts' && !name.endsWith('.test.ts'))

    const names = files.sort().map(file => {
      const [, at = '', words = ''] = /^(\d{13})-([a-z0-9-]+)\.ts$/.exec(file) ?? []
      return `${camelCase(`-${words}`)}${at}`
    })

    expect(migrations.map(migration => migration.name)).toEqual(names)
  })
})

describe('the verbs of the command', () => {
  it('are the files of app/cli that declare one', () => {
    expect(
      listedVerbs()
        .map(({ file }) => file)
        .sort(),
    ).toEqual(declaring('app/cli', /: Verb = \{/).sort())
  })

  it('are called like their file, and their usage begins with their name', () => {
    for (const { name, file, exported } of listedVerbs()) {
      expect(name.replaceAll(' ', '-')).toBe(file)
      expect([camelCase(file), `${camelCase(file)}Verb`]).toContain(exported)
      expect(read(`app/cli/${file}.ts`)).toMatch(new RegExp(`\\busage:\\s+'${name}(?: |')`))
    }
  })
})

describe('the words of commands', () => {
  const now = Date.parse('2026-11-24T08:30:00Z')
  const parsed = (text: string) => parse(commands, { text, now, zone: 'Asia/Shanghai' })

  it('no word calls two commands', () => {
    const words = commands.flatMap(({ name, aliases }) => [name, ...aliases].map(word => word.toLowerCase()))

    expect(words.filter((word, index) => words.indexOf(word) !== index)).toEqual([])
  })

  it.each(commands.flatMap(({ name, aliases }) => [name, ...aliases].map(word => [word, name] as const)))(
    'saying %s reaches %s',
    (word, name) => {
      expect(parsed(word).command?.name).toBe(name)
    },
  )

  it.each(commands.flatMap(command => command.help.examples.map(example => [example, command] as const)))(
    'the example %s is a complete call of its command',
    (example, command) => {
      const { command: found, typed, candidate } = parsed(example)

      expect(found?.name).toBe(command.name)
      expect(typed).toBe(true)
      expect(() => checkArguments(command, candidate)).not.toThrow()
    },
  )
})

interface Source {
  readonly path: string
  readonly text: string
}

const sources: Source[] = ['app', 'bot', 'core', 'adapters', 'web'].flatMap(folder =>
  readdirSync(new URL(`${folder}/`, root), { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .map(name => ({ path: `${folder}/${name}`, text: read(`${folder}/${name}`) })),
)

/** The object given to each `<something>.<method>(…)`, without what is inside its own braces and brackets. */
function givenTo(method: string): { path: string; object: string }[] {
  return sources.flatMap(({ path, text }) =>
    [...text.matchAll(new RegExp(`\\.${method}\\(`, 'g'))].map(found => ({
      path,
      object: outerPart(text.slice(found.index + found[0].length)),
    })),
  )
}

function outerPart(text: string): string {
  let depth = 0
  let outer = ''
  for (const sign of text) {
    if ('}])'.includes(sign)) depth--
    if (depth <= 1) outer += sign
    if (depth <= 0 && '})'.includes(sign)) break
    if ('{[('.includes(sign)) depth++
  }
  return outer
}

const quoted = (text: string): string[] => [...text.matchAll(/'([^'\n]+)'/g)].map(([, inner = '']) => inner)

describe('what is announced', () => {
  const kinds = pushes.map(push => push.kind)
  const calls = givenTo('announce').map(({ path, object }) => ({ path, kind: /\bkind: ([^,\n}]+)/.exec(object)?.[1] ?? '' }))
  const literal = calls.filter(({ kind }) => kind.startsWith("'")).map(({ path, kind }) => ({ path, kind: kind.slice(1, -1) }))
  // A kind that is handed through a function is written out somewhere in the same file.
  const handed = calls.filter(({ kind }) => /^\w+$/.test(kind)).flatMap(({ path }) => quoted(read(path)))

  it('says its kind in every call', () => {
    expect(calls.length).toBeGreaterThan(10)
    expect(calls.filter(({ kind }) => !/^(?:'[a-z-]+'|\w+)$/.test(kind))).toEqual([])
  })

  it('has a file in bot/push', () => {
    expect(literal.filter(({ kind }) => !kinds.includes(kind))).toEqual([])
  })

  it('is everything bot/push has a file for', () => {
    const announced = new Set([...literal.map(({ kind }) => kind), ...handed])

    expect(kinds.filter(kind => !announced.has(kind))).toEqual([])
  })
})

describe('what is audited', () => {
  const labels = [...read('core/audit/action-label.ts').matchAll(/^ {2}'?([a-z.-]+)'?: '/gm)].map(([, action = '']) => action)
  const calls = givenTo('audit').map(({ path, object }) => ({ path, action: /\baction: ([^,\n]+)/.exec(object)?.[1] ?? '' }))

  it('has a Chinese label for every action', () => {
    const unnamed = calls.filter(({ action }) => {
      const written = quoted(action)
      // `disposal.${…}` is as good as its parts: at least one label must fit.
      const pattern = /^`([a-z.-]*)\$\{\}([a-z.-]*)`$/.exec(action)
      if (pattern) return !labels.some(label => label.startsWith(pattern[1] ?? '') && label.endsWith(pattern[2] ?? ''))
      return written.length === 0 || written.some(name => actionLabel(name) === name)
    })

    expect(calls.length).toBeGreaterThan(10)
    expect(unnamed).toEqual([])
  })

  it('reads in Chinese', () => {
    for (const action of labels) expect(actionLabel(action)).toMatch(/^[\p{Script=Han}（）、]+$/u)
  })
})

describe('the catalogue of errors', () => {
  // Agreed on for acts that are not built yet; a code that gets used leaves this list.
  const notYetUsed = ['RULE_INVALID', 'WRITTEN_LEAVE_NEEDED']

  it('has no code that nobody uses', () => {
    const used = new Set(sources.filter(({ path }) => path !== 'core/errors.ts').flatMap(({ text }) => quoted(text)))

    expect(
      Object.keys(catalogue)
        .filter(code => !used.has(code))
        .sort(),
    ).toEqual(notYetUsed)
  })

  it.each(Object.entries(catalogue).map(([code, { reply }]) => [code, reply] as const))('%s is a sentence people can read', (_, reply) => {
    const words = reply.replaceAll(/\{[a-z][A-Za-z]*\}/g, '')

    expect(reply).toMatch(/(?:[。！？]|：\{\w+\})$/)
    expect(words).not.toMatch(/[{}$%<>,;!?]/)
    expect(words).toMatch(/\p{Script=Han}/u)
  })
})

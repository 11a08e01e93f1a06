// The rules of .dependency-cruiser.cjs bite: each is broken on purpose in a small tree of its own, and the real tree breaks none.
import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('../', import.meta.url))
const layers = ['app', 'bot', 'core', 'adapters', 'web', 'migrations']

interface Outcome {
  readonly summary: {
    readonly violations: readonly { readonly from: string; readonly to: string; readonly rule: { readonly name: string } }[]
    readonly totalCruised: number
    readonly totalDependenciesCruised: number
  }
}

/** The program of `npm run check`, which finds the tree in its working directory. */
function cruise(folder: string): Outcome['summary'] {
  const program = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs')
  const args = [program, '--config', '.dependency-cruiser.cjs', '--output-type', 'json', ...layers]
  const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8', maxBuffer: 256 * 1024 * 1024 })
  if (!stdout.startsWith('{')) throw new Error(`dependency-cruiser did not run: ${stderr}`)
  return (JSON.parse(stdout) as Outcome).summary
}

const line = (to: string, words = '{ thing }') => `import ${words} from '${to}'\nexport const used = thing\n`
const typeLine = (to: string) => `import type { Thing } from '${to}'\nexport type Used = Thing\n`

/** Files that others import; they import nothing themselves. */
const leaves = [
  'app/compose.ts',
  'adapters/firewall/acme/index.ts',
  'adapters/queue/bull/index.ts',
  'adapters/shared/ssh.ts',
  'bot/commands/index.ts',
  'core/disposal/guard.ts',
  'core/errors.ts',
  'core/ports/firewall.ts',
  'migrations/index.ts',
  'web/api/ingest.ts',
]

/** What is refused: rule → file → its text. Each file imports one thing it must not. */
const refused: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'core-stays-in-its-lane': {
    'core/takes-adapter.ts': line('../adapters/firewall/acme/index.js'),
    'core/takes-bot.ts': line('../bot/commands/index.js'),
    'core/takes-web.ts': line('../web/api/ingest.js'),
    'core/takes-adapter-type.ts': typeLine('../adapters/firewall/acme/index.js'),
  },
  'bot-stays-in-its-lane': {
    'bot/takes-adapter.ts': line('../adapters/firewall/acme/index.js'),
    'bot/takes-web.ts': line('../web/api/ingest.js'),
    'bot/takes-migration.ts': line('../migrations/index.js'),
  },
  'web-stays-in-its-lane': {
    'web/takes-bot.ts': line('../bot/commands/index.js'),
    'web/takes-adapter.ts': line('../adapters/firewall/acme/index.js'),
  },
  'adapters-stays-in-its-lane': {
    'adapters/mail/takes-core-service.ts': line('../../core/disposal/guard.js'),
    'adapters/mail/takes-bot.ts': line('../../bot/commands/index.js'),
  },
  'migrations-stays-in-its-lane': { 'migrations/takes-core.ts': line('../core/errors.js') },
  'adapters-do-not-import-each-other': {
    'adapters/mail/takes-other-adapter.ts': line('../queue/bull/index.js'),
    'adapters/mail/takes-type-of-other-adapter.ts': typeLine('../firewall/acme/index.js'),
  },
  'core-does-no-io': {
    'core/takes-database.ts': line('typeorm'),
    'core/takes-web-server.ts': line('@koa/router'),
    'core/takes-database-type.ts': typeLine('typeorm'),
  },
  'adapters-know-no-entrance': { 'adapters/mail/takes-type-of-bot.ts': typeLine('../../bot/commands/index.js') },
  'core-reaches-no-system': { 'core/takes-files.ts': line('node:fs') },
  'nobody-imports-app': {
    'core/takes-app.ts': line('../app/compose.js'),
    'bot/takes-app.ts': line('../app/compose.js'),
    'web/takes-app.ts': line('../app/compose.js'),
    'adapters/mail/takes-app.ts': line('../../app/compose.js'),
    'migrations/takes-app.ts': line('../app/compose.js'),
  },
  'no-circles': {
    'core/hen.ts': line('./egg.js'),
    'core/egg.ts': line('./hen.js'),
    'bot/type-of-hen.ts': typeLine('./type-of-egg.js'),
    'bot/type-of-egg.ts': typeLine('./type-of-hen.js'),
  },
}

/** The roads that are open. */
const allowed: Readonly<Record<string, string>> = {
  'app/joins-adapter-and-core.ts': line('../adapters/firewall/acme/index.js') + typeLine('../core/errors.js'),
  'app/joins-bot.ts': line('../bot/commands/index.js'),
  'bot/asks-core.ts': line('../core/disposal/guard.js'),
  'web/asks-core.ts': line('../core/disposal/guard.js'),
  'core/asks-core.ts': line('./ports/firewall.js'),
  'core/takes-pure-library.ts': line('zod'),
  'core/takes-hashing.ts': line('node:crypto'),
  'adapters/mail/serves-port.ts': line('../../core/ports/firewall.js'),
  'adapters/mail/takes-type-of-core.ts': typeLine('../../core/disposal/guard.js'),
  'adapters/mail/takes-shared.ts': line('../shared/ssh.js'),
  'adapters/mail/takes-io.ts': line('typeorm'),
  'core/tried-with-adapter.test.ts': line('../adapters/firewall/acme/index.js'),
}

let folder: string
let violations: Outcome['summary']['violations']

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'guanjia-layers-'))
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  for (const file of ['.dependency-cruiser.cjs', 'tsconfig.json']) copyFileSync(join(root, file), join(folder, file))
  write('package.json', readFileSync(join(root, 'package.json'), 'utf8'))
  for (const name of ['typeorm', '@koa/router', 'zod']) {
    write(`node_modules/${name}/package.json`, JSON.stringify({ name, version: '1.0.0', main: 'index.js', types: 'index.d.ts' }))
    write(`node_modules/${name}/index.js`, 'exports.thing = 1\n')
    write(`node_modules/${name}/index.d.ts`, 'export declare const thing: number\nexport type Thing = number\n')
  }
  for (const path of leaves) write(path, 'export const thing = 1\nexport type Thing = number\n')
  for (const files of [...Object.values(refused), allowed]) for (const [path, text] of Object.entries(files)) write(path, text)
  violations = cruise(folder).violations
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('the boundaries', () => {
  it.each(Object.entries(refused).flatMap(([rule, files]) => Object.keys(files).map(path => [rule, path] as const)))(
    '%s refuses %s',
    (rule, path) => {
      // A circle is told once, by one of its ends.
      expect(violations.filter(({ from, to }) => from === path || to === path).map(violation => violation.rule.name)).toContain(rule)
    },
  )

  it.each(Object.keys(allowed))('nobody refuses %s', path => {
    expect(violations.filter(({ from }) => from === path)).toEqual([])
  })

  it('every rule has been tried', () => {
    const names = [...new Set(violations.map(({ rule }) => rule.name))]

    expect(Object.keys(refused).sort()).toEqual(names.sort())
    expect(ruleNames().sort()).toEqual(names.sort())
  })

  it('the real tree breaks none', () => {
    const real = cruise(root)

    expect(real.totalCruised).toBeGreaterThan(300)
    expect(real.totalDependenciesCruised).toBeGreaterThan(1000)
    expect(real.violations.map(({ rule, from, to }) => `${rule.name}: ${from} → ${to}`)).toEqual([])
  })
})

function ruleNames(): string[] {
  const script = "process.stdout.write(JSON.stringify(require('./.dependency-cruiser.cjs').forbidden.map(rule => rule.name)))"
  return JSON.parse(spawnSync(process.execPath, ['-e', script], { cwd: root, encoding: 'utf8' }).stdout) as string[]
}

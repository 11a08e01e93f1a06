// Tries the pieces of scripts/bootstrap.mjs and bin/guanjia.mjs without installing anything.
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

/** Plain JavaScript has no types of its own; these are the shapes the scripts promise. */
interface Scripts {
  needsInstall(root: string): boolean
  markInstalled(root: string): void
  missing(needed: { what: string; debianPackage: string; found?: () => boolean }[]): { what: string }[]
  withoutServices<T>(work: () => Promise<T>, policy: string): Promise<T>
  summaryLine(file: string): string | undefined
}
const root = fileURLToPath(new URL('..', import.meta.url))
const load = (file: string): Promise<unknown> => import(join(root, 'scripts', file))
const scripts = Object.assign(
  {},
  ...(await Promise.all(['install-stamp.mjs', 'fresh-machine.mjs', 'test-summary.mjs'].map(load))),
) as unknown as Scripts

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'guanjia-scripts-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))
const write = (name: string, content: unknown): void => writeFileSync(join(folder, name), JSON.stringify(content))

describe('packages are installed when they must be', () => {
  const lock = (version: string): object => ({
    packages: { '': {}, 'node_modules/a': { version }, 'node_modules/only-elsewhere': { version: '1.0.0', optional: true } },
  })

  it('on a fresh clone, and again when the lock file has changed', () => {
    write('package-lock.json', lock('1.0.0'))
    expect(scripts.needsInstall(folder)).toBe(true)
    mkdirSync(join(folder, 'node_modules'))
    expect(scripts.needsInstall(folder)).toBe(true)

    scripts.markInstalled(folder)
    expect(scripts.needsInstall(folder)).toBe(false)

    write('package-lock.json', lock('1.0.1'))
    expect(scripts.needsInstall(folder)).toBe(true)
  })

  it('not when somebody has run npm ci by hand', () => {
    mkdirSync(join(folder, 'node_modules'))
    write('package-lock.json', lock('1.0.0'))
    write('node_modules/.package-lock.json', { packages: { 'node_modules/a': { version: '1.0.0' } } })
    expect(scripts.needsInstall(folder)).toBe(false)

    write('node_modules/.package-lock.json', { packages: { 'node_modules/a': { version: '0.9.0' } } })
    expect(scripts.needsInstall(folder)).toBe(true)
    write('node_modules/.package-lock.json', { packages: {} })
    expect(scripts.needsInstall(folder)).toBe(true)
  })
})

describe('a fresh machine', () => {
  it('lacks what is neither a program nor found', () => {
    const needed = [
      { what: 'sh', debianPackage: 'dash' },
      { what: 'no-such-program-here', debianPackage: 'x' },
      { what: 'a thing', debianPackage: 'y', found: () => false },
      { what: 'another thing', debianPackage: 'z', found: () => true },
    ]

    expect(scripts.missing(needed).map(({ what }) => what)).toEqual(['no-such-program-here', 'a thing'])
  })

  it('starts no service while packages are installed, and afterwards is as before', async () => {
    const policy = join(folder, 'policy-rc.d')

    const code = await scripts.withoutServices(async () => spawnSync(policy).status, policy)
    expect(code).toBe(101)
    expect(existsSync(policy)).toBe(false)

    await expect(scripts.withoutServices(() => Promise.reject(new Error('apt broke')), policy)).rejects.toThrow('apt broke')
    expect(existsSync(policy)).toBe(false)
  })

  it('keeps a policy of its own', async () => {
    const policy = join(folder, 'policy-rc.d')
    writeFileSync(policy, '#!/bin/sh\nexit 0\n')
    chmodSync(policy, 0o755)

    const code = await scripts.withoutServices(async () => spawnSync(policy).status, policy)

    expect(code).toBe(0)
    expect(readFileSync(policy, 'utf8')).toBe('#!/bin/sh\nexit 0\n')
  })
})

describe('the last line of npm test', () => {
  it('counts passed, failed and skipped; a file that could not be loaded is a failure', () => {
    const good = { status: 'passed', assertionResults: [{}] }
    const unloaded = { status: 'failed', assertionResults: [] }
    write('r.json', { numPassedTests: 7, numFailedTests: 1, numPendingTests: 2, numTodoTests: 1, testResults: [good, unloaded] })

    expect(scripts.summaryLine(join(folder, 'r.json'))).toBe('7 passed, 2 failed, 3 skipped')
    expect(scripts.summaryLine(join(folder, 'none.json'))).toBeUndefined()
  })
})

describe('commands', () => {
  const bootstrap = join(root, 'scripts', 'bootstrap.mjs')

  it('an unknown verb is used wrongly', () => {
    const done = spawnSync(process.execPath, [bootstrap, 'nonsense'], { encoding: 'utf8' })

    expect(done.status).toBe(2)
    expect(done.stderr).toContain('start|check|test|bench|campaign')
  })

  it('a benchmark that does not exist, or lies elsewhere, is not run', () => {
    for (const name of ['no-such-benchmark', '../../scripts/bootstrap']) {
      expect(spawnSync(process.execPath, [bootstrap, 'bench', name]).status).toBe(2)
    }
  })

  it('a signal reaches the child, and its own exit code comes back', async () => {
    const child = `process.on('SIGTERM',()=>process.exit(7));setInterval(()=>{},1000);console.log('up')`
    const parent = `import { runChild } from ${JSON.stringify(join(root, 'scripts', 'run-child.mjs'))}
      process.exitCode = await runChild(process.execPath, ['-e', ${JSON.stringify(child)}])`
    const running = spawn(process.execPath, ['--input-type=module', '-e', parent], { stdio: ['ignore', 'pipe', 'inherit'] })
    await once(running.stdout, 'data')

    running.kill('SIGTERM')

    expect(await once(running, 'exit')).toEqual([7, null])
  })

  it('guanjia without its packages says what to run', () => {
    cpSync(join(root, 'bin'), join(folder, 'bin'), { recursive: true })

    const done = spawnSync(process.execPath, [join(folder, 'bin', 'guanjia.mjs')], { encoding: 'utf8' })

    expect(done.status).toBe(1)
    expect(done.stderr).toContain('npm ci')
  })

  it('guanjia runs the source of a checkout, else the build', () => {
    cpSync(join(root, 'bin'), join(folder, 'bin'), { recursive: true })
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
    write('package.json', { type: 'module' })
    mkdirSync(join(folder, 'dist', 'app'), { recursive: true })
    writeFileSync(join(folder, 'dist', 'app', 'cli.js'), `console.log('built', ...process.argv.slice(2))`)
    const run = (): string => spawnSync(process.execPath, [join(folder, 'bin', 'guanjia.mjs'), 'say'], { encoding: 'utf8' }).stdout

    expect(run()).toBe('built say\n')
    mkdirSync(join(folder, 'app'))
    writeFileSync(join(folder, 'app', 'part.ts'), `export const word: string = 'source'`)
    writeFileSync(join(folder, 'app', 'cli.ts'), `import { word } from './part.js'\nconsole.log(word, ...process.argv.slice(2))`)
    expect(run()).toBe('source say\n')
  })
})

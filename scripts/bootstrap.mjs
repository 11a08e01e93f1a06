// The one entrance of `npm start`, `npm test`, `npm run check`, `bench`, `campaign` and `train`: installs what a fresh clone lacks, then does it.
// Plain Node without dependencies, because it runs before there are any.
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ensureMachine } from './fresh-machine.mjs'
import { markInstalled, needsInstall } from './install-stamp.mjs'
import { runChild } from './run-child.mjs'
import { buildArguments, needsScreen } from './screen.mjs'
import { summaryLine } from './test-summary.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const node = process.execPath

/** A program of node_modules, started without npx: one process less between a signal and the program. */
const tool = (file, args, options) => runChild(node, [join(root, 'node_modules', file), ...args], { cwd: root, ...options })

async function ensurePackages() {
  if (!needsInstall(root)) return 0
  process.stderr.write('Installing packages (npm ci) …\n')
  // npm's talk goes to stderr: stdout belongs to what was asked for.
  const npm = process.env.npm_execpath
  const options = { cwd: root, stdio: ['inherit', process.stderr, process.stderr] }
  const code = npm?.endsWith('.js') ? await runChild(node, [npm, 'ci'], options) : await runChild('npm', ['ci'], options)
  if (code === 0) markInstalled(root)
  return code
}

/** Vite's talk goes to stderr as npm's does. An installation without development packages has been built before. */
async function ensureScreen() {
  if (!needsScreen(root) || !existsSync(join(root, 'node_modules', 'vite'))) return 0
  process.stderr.write('Building the big screen (vite build) …\n')
  return tool('vite/bin/vite.js', buildArguments, { stdio: ['inherit', process.stderr, process.stderr] })
}

async function start(args) {
  const built = await ensureScreen()
  if (built !== 0) return built

  const { WECOM_WS_URL, WECOM_WS_URL_FILE, DEMO } = process.env
  // A robot of the real WeCom is configured: this is no try-out.
  const env = { ...process.env, DEMO: DEMO ?? (WECOM_WS_URL || WECOM_WS_URL_FILE ? '0' : '1') }
  return runChild(node, [join(root, 'bin', 'guanjia.mjs'), 'start', ...args], { env })
}

async function check() {
  const layers = ['app', 'bot', 'core', 'adapters', 'web', 'migrations'].filter(folder => existsSync(join(root, folder)))
  const steps = [
    ['tsc --noEmit', 'typescript/bin/tsc', ['--noEmit']],
    ['tsc -p web/dashboard', 'typescript/bin/tsc', ['--noEmit', '-p', 'web/dashboard']],
    ['eslint .', 'eslint/bin/eslint.js', ['.']],
    ['prettier --check .', 'prettier/bin/prettier.cjs', ['--check', '.']],
    ['depcruise', 'dependency-cruiser/bin/dependency-cruise.mjs', ['--config', '.dependency-cruiser.cjs', ...layers]],
  ]
  for (const [title, file, args] of steps) {
    process.stderr.write(`> ${title}\n`)
    const code = await tool(file, args)
    if (code !== 0) return code
  }
  return 0
}

async function test(args) {
  if (!(await ensureMachine()) || (await ensureScreen()) !== 0) return 1
  const folder = mkdtempSync(join(tmpdir(), 'guanjia-results-'))
  const results = join(folder, 'results.json')
  try {
    const code = await tool('vitest/vitest.mjs', ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${results}`, ...args])
    const summary = summaryLine(results)
    process.stdout.write(`${summary ?? 'vitest left no result'}\n`)
    return summary === undefined && code === 0 ? 1 : code
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Runs `<folder>/<name>.ts`; without a name, or with a wrong one, says which there are. */
function script(folders, [name, ...args]) {
  const there = folders.filter(folder => existsSync(join(root, folder)))
  const file = there.map(folder => join(root, folder, `${name}.ts`)).find(existsSync)
  if (name === undefined || !/^[a-z0-9-]+$/.test(name) || !file) {
    const names = there.flatMap(folder => readdirSync(join(root, folder)).filter(entry => /^[a-z0-9-]+\.ts$/.test(entry)))
    process.stderr.write(`Name one of: ${names.map(entry => entry.slice(0, -3)).join(', ') || '(none yet)'}\n`)
    return 2
  }
  return runChild(node, ['--import', 'tsx', file, ...args], { cwd: root })
}

const verbs = {
  start,
  check,
  test,
  bench: args => script(['tests/bench', 'bench'], args),
  campaign: args => script(['tests/campaigns'], args),
  train: args => script(['scripts/train'], args),
}

const [verb = '', ...args] = process.argv.slice(2)
if (!Object.hasOwn(verbs, verb)) {
  process.stderr.write(`usage: node scripts/bootstrap.mjs ${Object.keys(verbs).join('|')} [arguments]\n`)
  process.exit(2)
}
const installed = await ensurePackages()
process.exitCode = installed === 0 ? await verbs[verb](args) : installed

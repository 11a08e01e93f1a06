import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, expect, it } from 'vitest'
import { EngineWorkshop, type EngineRun } from './run-engine.js'

const base = mkdtempSync(join(tmpdir(), 'guanjia-engine-'))
afterAll(() => rmSync(base, { recursive: true, force: true }))

const workshop = new EngineWorkshop(join(base, 'work'))
/** A program that leaves two children behind which heed no polite signal. */
const stubborn = join(base, 'stubborn.sh')
writeFileSync(
  stubborn,
  '#!/bin/sh\ntrap "" TERM INT\necho secret > restore.state\n(trap "" TERM INT; exec sleep 97.31) &\n(trap "" TERM INT; exec sleep 97.31) &\necho begun\nexec sleep 97.31\n',
  { mode: 0o755 },
)

const run = (set: Partial<EngineRun> & Pick<EngineRun, 'program' | 'args'>): EngineRun => ({
  idleSeconds: 30,
  totalSeconds: 30,
  signal: new AbortController().signal,
  ...set,
})
function sleepers(): number {
  return readdirSync('/proc').filter(pid => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('97.31')
    } catch {
      return false
    }
  }).length
}

it('hands out what was written and removes it', async () => {
  const seen = await workshop.run(run({ program: '/bin/cat', args: ['list', '-'], files: { list: 'one' } }), outcome =>
    Promise.resolve({ ...outcome, mode: statSync(join(outcome.folder, 'list')).mode & 0o777 }),
  )

  expect(seen).toMatchObject({ end: 'ended', stdout: 'one', mode: 0o600 })
  expect(existsSync(seen.folder)).toBe(false)
})

it('arguments are never read by a shell', async () => {
  const hostile = '$(touch /tmp/guanjia-owned); `id` "x'
  expect(await workshop.run(run({ program: '/bin/echo', args: [hostile] }), ({ stdout }) => Promise.resolve(stdout))).toBe(`${hostile}\n`)
})

it('a program that is not there is told as missing', async () => {
  expect(await workshop.run(run({ program: '/nowhere/nmap', args: [] }), ({ end }) => Promise.resolve(end))).toBe('missing')
})

it.each(['stopped', 'idle', 'late'] as const)('%s: the whole group is gone, with what it wrote', async why => {
  const stopping = new AbortController()
  const ending = workshop.run(
    run({
      program: stubborn,
      args: [],
      signal: stopping.signal,
      ...(why === 'idle' ? { idleSeconds: 0.5 } : why === 'late' ? { totalSeconds: 0.5 } : {}),
    }),
    ({ end, stdout }) => Promise.resolve({ end, stdout }),
  )
  if (why === 'stopped') {
    while (sleepers() < 3) await sleep(20)
    stopping.abort()
  }

  expect(await ending).toEqual({ end: why, stdout: 'begun\n' })
  expect(sleepers()).toBe(0)
  expect(readdirSync(join(base, 'work'))).toEqual([])
})

it('the death of this process leaves nothing running and no file', async () => {
  const script = `import { EngineWorkshop } from ${JSON.stringify(resolve('adapters/scanner/process/run-engine.ts'))}
await new EngineWorkshop(${JSON.stringify(join(base, 'other'))}).run({ program: ${JSON.stringify(stubborn)}, args: [], idleSeconds: 60, totalSeconds: 60, signal: new AbortController().signal }, async () => undefined)`
  const file = join(base, 'victim.mts')
  writeFileSync(file, script)
  const victim = spawn(process.execPath, ['--import', 'tsx', file], { stdio: 'ignore' })
  while (sleepers() < 3) await sleep(50)
  victim.kill('SIGKILL')

  for (let tries = 0; tries < 100 && sleepers() > 0; tries++) await sleep(100)
  expect(sleepers()).toBe(0)
  expect(readdirSync(join(base, 'other'))).toEqual([])
})

// Acts on a real host: real processes, files and accounts of this machine, once directly and once over a real sshd.
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmod, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Host, HostOrder } from '../../../core/ports/host.js'
import { codeOf } from '../../../tests/contracts/firewall.js'
import { startSshd, type PrivateSshd } from '../../../tests/support/sshd.js'
import { openDevice } from '../../shared/open-device.js'
import { runProcess } from '../../shared/run-process.js'
import { evidenceFolder } from './evidence-folder.js'
import { makeSshHost } from './index.js'
import { QUARANTINE } from './programs.js'
import { readTar } from './read-tar.js'

const root = process.getuid?.() === 0
if (!root) process.stderr.write('WARNING: acts on hosts are not tested, which needs root\n')
const sha = (content: string | Buffer) => createHash('sha256').update(content).digest('hex')
const program = async (file: string, ...args: string[]) =>
  (await runProcess(file, args, { timeoutMilliseconds: 20_000, maxOutputBytes: 100_000 })).stdout
let serial = 0
const newReference = () => `DP-test-${process.pid}-${++serial}`

describe.skipIf(!root)('a host', () => {
  let folder: string
  let sshd: PrivateSshd
  let host: Host
  let local: Host
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gj-host-'))
    sshd = await startSshd()
    const driver = makeSshHost(evidenceFolder(join(folder, 'evidence')))
    const credential = JSON.stringify({ privateKey: sshd.privateKey, hostKeySha256: sshd.hostKeyFingerprint })
    host = openDevice(driver, { address: `ssh://${sshd.user}@127.0.0.1:${sshd.port}`, credential, timeoutMilliseconds: 20_000 })
    local = openDevice(driver, { address: 'local:', timeoutMilliseconds: 20_000 })
  })
  afterAll(async () => {
    await sshd?.stop()
    await rm(folder, { recursive: true, force: true })
    for (let n = 1; n <= serial; n++) await rm(`${QUARANTINE}/DP-test-${process.pid}-${n}`, { recursive: true, force: true })
  })

  it('ends one process, also one that will not listen, and says when it is gone', async () => {
    for (const script of ['exec sleep 600', 'trap "" TERM; while :; do sleep 1; done']) {
      const child = spawn('sh', ['-c', script], { stdio: 'ignore' })
      const order: HostOrder = { action: 'kill_process', pid: child.pid! }
      const before = await host.before(order, 'DP-1')
      expect(await host.look(order, 'DP-1', before)).toMatchObject({ holds: false })

      await host.perform(order, 'DP-1', before)

      expect(await host.look(order, 'DP-1', before)).toMatchObject({ holds: true })
      // The number may belong to somebody else by now: nothing more is killed.
      expect((await host.perform(order, 'DP-1', before)).answer).toBe('gone already')
    }
  })

  it('does not kill another process that got the number', async () => {
    const child = spawn('sleep', ['600'], { stdio: 'ignore' })
    const order: HostOrder = { action: 'kill_process', pid: child.pid! }

    expect(await codeOf(local.before({ ...order, startedTicks: '1' }, 'DP-1'))).toBe('DEVICE_REFUSED')
    expect((await local.perform(order, 'DP-1', { ticks: '1' })).answer).toBe('gone already')

    expect(child.exitCode).toBe(null)
    expect((await stat(`/proc/${child.pid}`)).isDirectory()).toBe(true)
    child.kill('SIGKILL')
  })

  it('quarantines a file with a name full of tricks, twice without harm, and restores it as it was', async () => {
    const path = join(folder, `a 'b' $(touch x) "c";d`)
    await writeFile(path, 'evil')
    await chmod(path, 0o4755)
    const order: HostOrder = { action: 'quarantine_file', path }
    const reference = newReference()

    const before = await host.before(order, reference)
    await host.perform(order, reference, before)
    await host.perform(order, reference, before)

    expect(before).toMatchObject({ sha256: sha('evil'), mode: '4755', bytes: '4' })
    expect(await codeOf(stat(path))).toContain('ENOENT')
    expect(await host.look(order, reference, before)).toMatchObject({ holds: true })
    expect((await stat(`${QUARANTINE}/${reference}/file`)).mode & 0o777).toBe(0)

    await host.undo(order, reference, before)
    await host.undo(order, reference, before)
    expect(await readFile(path, 'utf8')).toBe('evil')
    expect((await stat(path)).mode & 0o7777).toBe(0o4755)
    expect(await host.look(order, reference, before)).toMatchObject({ holds: false })
  })

  it('leaves a file alone that changed meanwhile, and does not overwrite one that came to its place', async () => {
    const path = join(folder, 'changing')
    await writeFile(path, 'one')
    const order: HostOrder = { action: 'quarantine_file', path }
    const reference = newReference()
    const before = await local.before(order, reference)
    await writeFile(path, 'two')
    expect(await codeOf(local.perform(order, reference, before))).toBe('DEVICE_REFUSED')
    expect(await readFile(path, 'utf8')).toBe('two')

    await writeFile(path, 'one')
    await local.perform(order, reference, before)
    await writeFile(path, 'three')
    expect(await codeOf(local.undo(order, reference, before))).toBe('DEVICE_REFUSED')
    expect(await readFile(path, 'utf8')).toBe('three')
    await symlink('/etc/passwd', join(folder, 'link'))
    expect(await codeOf(local.before({ action: 'quarantine_file', path: join(folder, 'link') }, reference))).toBe('DEVICE_REFUSED')
  })

  it('locks an account and opens it again as it was', async () => {
    const account = `gjt${process.pid}`
    await program('useradd', '-M', '-e', '2030-01-02', account)
    try {
      await runProcess('chpasswd', [], { stdin: `${account}:S0me-pass\n`, timeoutMilliseconds: 20_000, maxOutputBytes: 10_000 })
      const order: HostOrder = { action: 'disable_account', account }
      const was = await program('getent', 'shadow', account)

      const before = await host.before(order, 'DP-1')
      await host.perform(order, 'DP-1', before)
      await host.perform(order, 'DP-1', before)
      expect(await host.look(order, 'DP-1', before)).toMatchObject({ holds: true })
      expect(await program('getent', 'shadow', account)).toMatch(new RegExp(`^${account}:!`))

      await host.undo(order, 'DP-1', before)
      expect(await host.look(order, 'DP-1', before)).toMatchObject({ holds: false })
      expect(await program('getent', 'shadow', account)).toBe(was)
    } finally {
      await program('userdel', account)
    }
    expect(await codeOf(local.before({ action: 'disable_account', account: 'root' }, 'DP-1'))).toBe('ARGUMENT_INVALID')
    expect(await codeOf(local.before({ action: 'disable_account', account: 'nobody-here' }, 'DP-1'))).toBe('DEVICE_REFUSED')
  })

  it('takes evidence whose hashes hold, with a custody record', async () => {
    const binary = Buffer.from(Array.from({ length: 300_000 }, (_, i) => i % 251))
    const paths = [join(folder, 'log 中文.bin'), join(folder, `${'long'.repeat(40)}.txt`)]
    await writeFile(paths[0]!, binary)
    await writeFile(paths[1]!, 'second')
    const order: HostOrder = { action: 'snapshot_evidence', paths }
    const reference = newReference()

    const { evidence } = await host.perform(order, reference, await host.before(order, reference))

    expect(evidence?.files.map(({ path, sha256 }) => [path, sha256])).toEqual(
      [
        [paths[0], sha(binary)],
        [paths[1], sha('second')],
      ].toSorted((a, b) => (a[0]! < b[0]! ? -1 : 1)),
    )
    const tar = await readFile(join(folder, 'evidence', `${evidence!.id}.tar`))
    expect(sha(tar)).toBe(evidence!.sha256)
    expect(readTar(tar)).toEqual(evidence!.files)
    const custody = JSON.parse(await readFile(join(folder, 'evidence', `${evidence!.id}.json`), 'utf8')) as object
    expect(custody).toMatchObject({ reference, files: evidence!.files, archive: { sha256: evidence!.sha256 } })
  })

  it('takes no evidence that is too large, missing, or no file', async () => {
    const big = join(folder, 'big')
    await writeFile(big, Buffer.alloc(11 * 1024 * 1024))

    for (const path of [big, join(folder, 'missing'), folder])
      expect(await codeOf(local.before({ action: 'snapshot_evidence', paths: [path] }, 'DP-1'))).toBe('DEVICE_REFUSED')
  })

  it.each(['relative', '/proc/1/mem', '/etc/../etc/shadow', '/a\nb', '/dir/', '', '/a//b', '/dev/sda'])(
    'refuses the path %j',
    async path => {
      expect(await codeOf(local.plan({ action: 'quarantine_file', path }, 'DP-1'))).toBe('ARGUMENT_INVALID')
      expect(await codeOf(local.plan({ action: 'snapshot_evidence', paths: [path] }, 'DP-1'))).toBe('ARGUMENT_INVALID')
    },
  )

  it('plans without asking, and cannot undo what cannot be undone', async () => {
    expect(await local.plan({ action: 'kill_process', pid: 4321 }, 'DP-1')).toEqual(['kill -TERM 4321, after 2 s kill -KILL 4321'])
    expect(await codeOf(local.undo({ action: 'kill_process', pid: 4321 }, 'DP-1', {}))).toBe('ARGUMENT_INVALID')
  })
})

describe('an archive', () => {
  it.each([Buffer.alloc(0), Buffer.alloc(511), Buffer.alloc(700, 0x41)])('that is none is not read %#', tar => {
    expect(readTar(tar)).toBe(undefined)
  })
})

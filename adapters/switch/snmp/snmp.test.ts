// The SNMP driver on Debian's real snmpd: it shuts and opens a real interface of this machine, by SNMPv3 and by v2c.
import { randomBytes } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { isAppError } from '../../../core/errors.js'
import { codeOf } from '../../../tests/contracts/firewall.js'
import { switchContract } from '../../../tests/contracts/switch.js'
import { netnsAvailable } from '../../../tests/support/netns.js'
import { needProgram, onExit, startProcess, temporaryFolder } from '../../../tests/support/private-process.js'
import { openDevice } from '../../shared/open-device.js'
import { snmp } from './index.js'

const community = 'community-planted'
const user = { user: 'guanjia', authKey: 'auth-key-planted', privKey: 'priv-key-planted' }

async function freeUdpPort(): Promise<number> {
  const socket = createSocket('udp4')
  await new Promise<void>(resolve => socket.bind(0, '127.0.0.1', resolve))
  const { port } = socket.address()
  await new Promise<void>(resolve => socket.close(() => resolve()))
  return port
}

/** A cable whose both ends are here, and an agent that may shut them. */
async function startAgent() {
  const snmpd = needProgram('snmpd', 'snmpd')
  const folder = temporaryFolder()
  const port = await freeUdpPort()
  const [a, b] = ['a', 'b'].map(side => `gj${side}${randomBytes(3).toString('hex')}`) as [string, string]
  const ip = (...args: string[]) => spawnSync('ip', args, { encoding: 'utf8' })
  ip('link', 'add', a, 'type', 'veth', 'peer', 'name', b)
  for (const each of [a, b]) ip('link', 'set', each, 'up')
  const forget = onExit(() => ip('link', 'del', a))
  const config = join(folder.path, 'snmpd.conf')
  writeFileSync(
    config,
    [
      `agentAddress udp:127.0.0.1:${port}`,
      `rwcommunity ${community} 127.0.0.1`,
      `rocommunity only-reading 127.0.0.1`,
      `createUser ${user.user} SHA-256 "${user.authKey}" AES "${user.privKey}"`,
      `rwuser ${user.user} priv`,
      'interface_replace_old yes',
      '',
    ].join('\n'),
  )
  const agent = startProcess(snmpd, ['-f', '-C', '-c', config, '-Lf', join(folder.path, 'log')], {
    ...process.env,
    SNMP_PERSISTENT_DIR: folder.path,
  })
  const open = (credential: object, at = port, timeoutMilliseconds = 8000) =>
    openDevice(snmp, { address: `snmp://127.0.0.1:${at}/?never=lo`, credential: JSON.stringify(credential), timeoutMilliseconds })
  for (let i = 0; i < 60 && (await codeOf(open(user, port, 1000).state(a))) !== 'done'; i++) await sleep(250)
  return {
    open,
    a,
    b,
    async close() {
      await agent.end('SIGKILL')
      ip('link', 'del', a)
      forget()
      folder.remove()
    },
  }
}

const { ok, reason } = netnsAvailable()
if (!ok) process.stderr.write(`WARNING: SNMP is not tested on real interfaces: ${reason}\n`)

describe.skipIf(!ok)('SNMP on a real agent', () => {
  switchContract('snmp', async () => {
    const { open, a, b, close } = await startAgent()
    return { device: open(user), unreachable: open(user, 1, 600), port: a, other: b, never: 'lo', close }
  })

  it('works with a community, and names what is wrong without showing secrets', async () => {
    const { open, a, close } = await startAgent()

    await open({ community }).shut(a)
    expect(await open({ community }).state(a)).toMatchObject({ enabled: false })
    await open({ community }).open(a)

    for (const [credential, code] of [
      [{ community: 'only-reading' }, 'DEVICE_MISCONFIGURED'],
      [{ ...user, authKey: 'another-auth-key' }, 'DEVICE_MISCONFIGURED'],
      [{ ...user, user: 'nobody' }, 'DEVICE_MISCONFIGURED'],
    ] as const) {
      const error: unknown = await open(credential)
        .shut(a)
        .catch((thrown: unknown) => thrown)
      expect(isAppError(error) ? error.code : error, JSON.stringify(credential)).toBe(code)
      const said = `${String(error)} ${JSON.stringify(isAppError(error) ? error.facts : '')}`
      for (const secret of ['only-reading', 'planted', 'another-auth-key']) expect(said).not.toContain(secret)
    }
    await close()
  })
})

describe('the row of an SNMP switch', () => {
  it.each([
    ['snmp://h', '{}'],
    ['snmp://u@h', '{"community":"c"}'],
    ['http://h', '{"community":"c"}'],
    ['snmp://h/?x=1', '{"community":"c"}'],
    ['snmp://h', '{"user":"u","authKey":"short","privKey":"short"}'],
    ['snmp://h', 'not json'],
  ])('%s with %s is refused', async (address, credential) => {
    expect(await codeOf((async () => openDevice(snmp, { address, credential, timeoutMilliseconds: 1000 }))())).toBe('DEVICE_MISCONFIGURED')
  })
})

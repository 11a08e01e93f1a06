// Shows that the private servers of the tests are what they claim, so that a test built on them proves something.
import { createConnection } from 'mysql2/promise'
import { Redis } from 'ioredis'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { Client } from 'ssh2'
import { expect, it } from 'vitest'
import { needProgram } from './private-process.js'
import { createDatabase, makeNetns, netnsAvailable, startMariaDb, startRedis, startSshd } from './servers.js'

it('a missing program is an error that says what to install', () => {
  expect(() => needProgram('no-such-program-here', 'some-package')).toThrow('apt-get install some-package')
})

it('MariaDB gives every caller a fresh database, keeps it over kill -9, and is gone after stop', async () => {
  const server = await startMariaDb()
  const [one, two] = [await createDatabase(server), await createDatabase(server)]
  const first = await createConnection(one)
  await first.query('CREATE TABLE t (a varchar(20))')
  await first.query("INSERT INTO t VALUES ('管家')")
  first.on('error', () => undefined)
  const oldPid = server.pid

  await server.kill()
  first.destroy()
  await server.restart()

  const again = await createConnection(one)
  const other = await createConnection(two)
  expect((await again.query('SELECT a FROM t'))[0]).toEqual([{ a: '管家' }])
  expect((await other.query('SHOW TABLES'))[0]).toEqual([])
  await again.end()
  await other.end()
  expect(server.pid).not.toBe(oldPid)
  const pid = server.pid
  await server.stop()
  expect(existsSync(`/proc/${pid}`)).toBe(false)
})

it('Redis restarts empty on the same port', async () => {
  const server = await startRedis()
  const client = new Redis(server.url)
  client.on('error', () => undefined)
  await client.set('a', '1')

  await server.kill()
  await server.restart()

  expect(await client.get('a')).toBeNull()
  client.disconnect()
  await server.stop()
})

it('sshd lets in the key, shows the host key it told, and refuses passwords', async () => {
  const server = await startSshd()
  const seen: string[] = []
  const hostVerifier = (key: Buffer): boolean => {
    seen.push(`SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`)
    return true
  }
  const login = (way: { privateKey: string } | { password: string }): Promise<string> =>
    new Promise((resolve, reject) => {
      const client = new Client()
      client.once('error', reject)
      client.once('ready', () =>
        client.exec('echo in', (error, stream) => {
          if (error) return reject(error)
          stream.on('data', (data: Buffer) => {
            client.end()
            resolve(data.toString())
          })
        }),
      )
      client.connect({ host: server.host, port: server.port, username: server.user, hostVerifier, ...way })
    })

  expect(await login({ privateKey: server.privateKey })).toBe('in\n')
  expect(seen).toEqual([server.hostKeyFingerprint])
  await expect(login({ password: 'guess' })).rejects.toMatchObject({ level: 'client-authentication' })
  await server.stop()
})

const namespaces = netnsAvailable()
if (!namespaces.ok) console.warn(`skipped, real packets are not tested: ${namespaces.reason}`)
it.skipIf(!namespaces.ok)('a packet crosses the two namespaces until the firewall drops its source', async () => {
  const net = await makeNetns()
  const { client, client6, other, other6 } = net.addresses
  const reach = (): Promise<boolean[]> => Promise.all([client, other, client6, other6].map(from => net.canReach(from)))
  expect(await reach()).toEqual([true, true, true, true])

  const rules = 'table inet t { chain c { type filter hook input priority 0; ip saddr 203.0.113.7 drop; ip6 saddr 2001:db8::7 drop; }; }'
  expect(await net.exec('nft', rules)).toMatchObject({ code: 0 })

  expect(await reach()).toEqual([false, true, false, true])
  await expect(net.canReach('192.0.2.1')).rejects.toThrow('no address')
  await net.remove()
})

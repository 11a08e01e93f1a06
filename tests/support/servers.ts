// Private throw-away servers for tests: each call starts one on a free port in a temporary folder. Tests never skip for want of a server.
import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { createConnection } from 'mysql2/promise'
import { freePort, needProgram, type PrivateProcess, startProcess, temporaryFolder, waitUntilReady } from './private-process.js'

export { makeNetns, netnsAvailable, type Netns } from './netns.js'
export { startSshd, type PrivateSshd } from './sshd.js'

export interface PrivateServer {
  readonly url: string
  readonly port: number
  /** Of the running process; changes with `restart`. */
  readonly pid: number
  /** As kill -9. */
  kill(): Promise<void>
  /** Starts it again on the same port and folder after `kill`; resolves when it answers. */
  restart(): Promise<void>
  /** Ends it and removes its folder. */
  stop(): Promise<void>
}

const isRoot = process.getuid?.() === 0

/** A MariaDB with an empty database `guanjia`; `url` is `mysql://root@127.0.0.1:PORT/guanjia`. It keeps its data over `kill` and `restart`. */
export async function startMariaDb(): Promise<PrivateServer> {
  const program = needProgram('mariadbd', 'mariadb-server')
  const install = needProgram('mariadb-install-db', 'mariadb-server')
  const asRoot = isRoot ? ['--user=root'] : []
  const server = await startServer(async folder => {
    const data = join(folder, 'data')
    mkdirSync(data)
    const options = ['--no-defaults', `--datadir=${data}`, '--auth-root-authentication-method=normal', '--skip-test-db', ...asRoot]
    await promisify(execFile)(install, options)
    return {
      scheme: 'mysql://root@',
      path: '/guanjia',
      start: port =>
        startProcess(program, [
          '--no-defaults',
          `--datadir=${data}`,
          `--socket=${join(folder, 's')}`,
          `--pid-file=${join(folder, 'pid')}`,
          `--port=${port}`,
          '--bind-address=127.0.0.1',
          '--character-set-server=utf8mb4',
          '--innodb-buffer-pool-size=64M',
          '--innodb-flush-log-at-trx-commit=2', // survives the death of the process, which is all a test can bring about
          ...asRoot,
        ]),
      ready: async port => {
        const connection = await createConnection({ host: '127.0.0.1', port, user: 'root' })
        await connection.query('SELECT 1')
        await connection.end()
      },
    }
  })
  await query(server, 'CREATE DATABASE guanjia CHARACTER SET utf8mb4')
  return server
}

/** Creates an empty database on the server and returns its URL. */
export async function createDatabase(server: PrivateServer): Promise<string> {
  const name = `t_${randomUUID().replaceAll('-', '')}`
  await query(server, `CREATE DATABASE ${name} CHARACTER SET utf8mb4`)
  const url = new URL(server.url)
  url.pathname = `/${name}`
  return url.href
}

async function query(server: PrivateServer, sql: string): Promise<void> {
  const connection = await createConnection({ host: '127.0.0.1', port: server.port, user: 'root' })
  try {
    await connection.query(sql)
  } finally {
    await connection.end()
  }
}

/** An empty Redis; `restart` brings back an empty one. */
export async function startRedis(): Promise<PrivateServer> {
  const program = needProgram('redis-server', 'redis-server')
  return startServer(async folder => ({
    scheme: 'redis://',
    path: '',
    start: port =>
      startProcess(program, ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', '', '--appendonly', 'no']),
    ready: redisAnswers,
  }))
}

async function redisAnswers(port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('PING\r\n'))
    socket.setTimeout(2_000, () => socket.destroy(new Error('no answer')))
    socket.once('error', reject)
    socket.once('close', () => reject(new Error('closed')))
    socket.once('data', data => {
      socket.destroy()
      if (data.toString().startsWith('+PONG')) resolve()
      else reject(new Error(data.toString()))
    })
  })
}

interface ServerKind {
  readonly scheme: string
  readonly path: string
  start(port: number): PrivateProcess
  ready(port: number): Promise<unknown>
}

async function startServer(prepare: (folder: string) => Promise<ServerKind>): Promise<PrivateServer> {
  const folder = temporaryFolder()
  const kind = await prepare(folder.path)
  const port = await freePort()
  let running = kind.start(port)
  await waitUntilReady(running, () => kind.ready(port))
  return {
    url: `${kind.scheme}127.0.0.1:${port}${kind.path}`,
    port,
    get pid() {
      return running.pid
    },
    kill: () => running.end('SIGKILL'),
    async restart() {
      await running.end('SIGKILL')
      running = kind.start(port)
      await waitUntilReady(running, () => kind.ready(port))
    },
    async stop() {
      await running.end('SIGTERM')
      folder.remove()
    },
  }
}

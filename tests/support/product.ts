// Starts the product as its users do: as processes, embedded in one or split over several, in a folder of their own. Used by flows, campaigns and benchmarks.
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { freePort, startProcess, temporaryFolder, waitUntilReady, type PrivateProcess } from './private-process.js'
import { startMariaDb, startRedis, type PrivateServer } from './servers.js'

const home = join(import.meta.dirname, '../..')
const program = join(home, 'bin', 'guanjia.mjs')

export interface Process {
  readonly name: string
  /** Port of its web server. */
  readonly port: number
  /** Of the running process; changes with `restart`. */
  readonly pid: number
  kill(): Promise<void>
  /** Starts it again with the same settings; resolves when it is ready. */
  restart(): Promise<void>
  output(): string
}

export interface Product {
  /** Web server of the sandbox, and of the intake. */
  readonly sandboxUrl: string
  readonly intakeUrl: string
  readonly syslogPort: number
  readonly dataDir: string
  readonly databaseUrl: string
  readonly processes: readonly Process[]
  process(name: string): Process
  /** Runs the `guanjia` command with the product's settings. */
  cli(...args: string[]): { code: number; stdout: string; stderr: string }
  stop(): Promise<void>
}

export interface ProductOptions {
  /** `split`: MariaDB, Redis, a process for intake, bot and scheduler, and two workers. */
  readonly mode: 'embedded' | 'split'
  /** YAML for `guanjia apply`; `{sandbox}` is replaced by the sandbox's address. */
  readonly declaration: string
  /** Keep the sandbox in a process of its own, so that everything else may be killed. */
  readonly sandboxApart?: boolean
  /** With `split`: processes for intake, bot and scheduler, `main` and `main-2`; default 1. */
  readonly mains?: 1 | 2
  readonly env?: Readonly<Record<string, string>>
}

export async function startProduct(options: ProductOptions): Promise<Product> {
  const folder = temporaryFolder()
  const stops: (() => Promise<void>)[] = [async () => Promise.resolve(folder.remove())]
  const servers: PrivateServer[] = []
  try {
    const [intakePort, sandboxPort, syslogPort] = [await freePort(), await freePort(), await freePort()]
    const apart = options.mode === 'split' || options.sandboxApart === true
    const sandboxUrl = `http://127.0.0.1:${apart ? sandboxPort : intakePort}`
    const common: Record<string, string> = {
      PATH: process.env['PATH'] ?? '',
      HOME: folder.path,
      HOST: '127.0.0.1',
      DATA_DIR: join(folder.path, 'data'),
      SYSLOG_PORT: String(syslogPort),
      SECRET_KEY: 'a key for tests only 0123456789',
      LOG_LEVEL: 'warn',
      ...options.env,
    }
    let databaseUrl = `sqlite:${join(folder.path, 'data', 'guanjia.db')}`
    if (options.mode === 'split') {
      servers.push(...(await Promise.all([startMariaDb(), startRedis()])))
      stops.unshift(() => Promise.all(servers.map(server => server.stop())).then(() => undefined))
      databaseUrl = servers[0]!.url
      common['DATABASE_URL'] = databaseUrl
      common['REDIS_URL'] = servers[1]!.url
    }
    const cli = (...args: string[]) => {
      const run = spawnSync(process.execPath, [program, ...args], {
        env: { ...common, PORT: String(apart ? sandboxPort : intakePort) },
        encoding: 'utf8',
        timeout: 60_000,
      })
      return { code: run.status ?? 1, stdout: run.stdout, stderr: run.stderr }
    }
    const file = join(folder.path, 'declaration.yaml')
    writeFileSync(file, options.declaration.replaceAll('{sandbox}', sandboxUrl))
    const applied = cli('apply', file)
    if (applied.code !== 0) throw new Error(`apply failed: ${applied.stderr}`)

    const socket = {
      WECOM_WS_URL: `${sandboxUrl.replace('http', 'ws')}/sandbox/wecom/ws`,
      WECOM_API_BASE: `${sandboxUrl}/sandbox/wecom`,
    }
    const processes: Process[] = []
    const start = async (name: string, port: number, args: readonly string[], env: Record<string, string> = {}) => {
      const settings = { ...common, PORT: String(port), ...env }
      let running: PrivateProcess
      const up = async () => {
        running = startProcess(process.execPath, [program, 'start', ...args], settings)
        await waitUntilReady(running, async () => {
          const response = await fetch(`http://127.0.0.1:${port}/readyz`, { signal: AbortSignal.timeout(2000) })
          if (!response.ok) throw new Error(await response.text())
        })
      }
      await up()
      processes.push({
        name,
        port,
        get pid() {
          return running.pid
        },
        kill: () => running.end('SIGKILL'),
        restart: up,
        output: () => running.output(),
      })
      stops.unshift(() => running.end('SIGTERM'))
    }
    if (options.mode === 'embedded') {
      if (apart) {
        // The sandbox keeps a database of its own with the same declaration: two processes must not share one SQLite file.
        const own = { DATA_DIR: join(folder.path, 'sandbox') }
        const run = spawnSync(process.execPath, [program, 'apply', file], { env: { ...common, ...own }, encoding: 'utf8' })
        if (run.status !== 0) throw new Error(`apply for the sandbox failed: ${run.stderr}`)
        await start('sandbox', sandboxPort, ['--role', 'sandbox'], own)
      }
      await start('all', intakePort, [], apart ? socket : {})
    } else {
      await start('sandbox', sandboxPort, ['--role', 'sandbox'])
      const roles = ['--role', 'api', '--role', 'bot', '--role', 'scheduler']
      await start('main', intakePort, roles, socket)
      if (options.mains === 2) await start('main-2', await freePort(), roles, { ...socket, SYSLOG_PORT: String(await freePort()) })
      const ports = [await freePort(), await freePort()]
      await Promise.all(ports.map((port, index) => start(`worker-${index + 1}`, port, ['--role', 'worker'])))
    }
    return {
      sandboxUrl,
      intakeUrl: `http://127.0.0.1:${intakePort}`,
      syslogPort,
      dataDir: common['DATA_DIR']!,
      databaseUrl,
      processes,
      process(name) {
        const found = processes.find(item => item.name === name)
        if (!found) throw new Error(`no process ${name}`)
        return found
      },
      cli,
      async stop() {
        for (const stop of stops) await stop()
      },
    }
  } catch (error) {
    for (const stop of stops) await stop().catch(() => undefined)
    throw error
  }
}

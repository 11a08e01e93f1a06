// Two network namespaces joined by a cable: an attacker's machine and a machine with a firewall, so that a block is seen to work.
import { execFile, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { needProgram, onExit, startProcess, waitUntilReady, whereIs } from './private-process.js'

export interface ExecResult {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

export interface Netns {
  /** Of the namespace behind the firewall, as `ip netns` knows it. */
  readonly name: string
  /** Documentation addresses (RFC 5737, RFC 3849); `other` and `other6` are further addresses of the attacking side. */
  readonly addresses: {
    readonly server: string
    readonly server6: string
    readonly client: string
    readonly client6: string
    readonly other: string
    readonly other6: string
  }
  /** Runs a program in the server's namespace; never rejects for its exit code. */
  exec(program: string, ...args: string[]): Promise<ExecResult>
  /** Does a TCP connection from this address of the client (its first one unless told) to the listener in the server's namespace come about within 1.5 seconds? */
  canReach(from?: string): Promise<boolean>
  remove(): Promise<void>
}

const addresses = {
  server: '203.0.113.1',
  server6: '2001:db8::1',
  client: '203.0.113.7',
  client6: '2001:db8::7',
  other: '203.0.113.8',
  other6: '2001:db8::8',
} as const

const LISTEN = `require('net').createServer(s=>{s.on('error',()=>{});s.end()}).listen(8080,'::')`
const CONNECT = `const [host,localAddress]=process.argv.slice(1)
require('net').connect({host,port:8080,localAddress}).on('connect',()=>process.exit(0)).on('error',e=>process.exit(e.code==='EADDRNOTAVAIL'?2:1)).setTimeout(1500,()=>process.exit(1))`

/** Whether namespaces can be made here; tests of real packets print `reason` and skip when not. */
export function netnsAvailable(): { readonly ok: boolean; readonly reason: string } {
  if (process.getuid?.() !== 0) return { ok: false, reason: 'network namespaces need root' }
  const ip = whereIs('ip')
  if (!ip) return { ok: false, reason: 'ip is not installed; install it with: apt-get install iproute2' }
  const name = freshName()
  const added = spawnSync(ip, ['netns', 'add', name], { encoding: 'utf8' })
  if (added.status !== 0) return { ok: false, reason: `ip netns add is refused: ${added.stderr.trim()}` }
  spawnSync(ip, ['netns', 'del', name])
  return { ok: true, reason: '' }
}

/** @throws Error when a step is refused; ask `netnsAvailable` first. */
export async function makeNetns(): Promise<Netns> {
  const ip = needProgram('ip', 'iproute2')
  const name = freshName()
  const client = `${name}c`
  const removeAll = (): void => {
    for (const each of [client, name]) spawnSync(ip, ['netns', 'del', each])
  }
  const forget = onExit(removeAll)
  const must = async (...args: string[]): Promise<void> => {
    const done = await exec(ip, args)
    if (done.code !== 0) throw new Error(`ip ${args.join(' ')}: ${done.stderr}`)
  }
  for (const each of [name, client]) {
    await must('netns', 'add', each)
    await must('-n', each, 'link', 'set', 'lo', 'up')
  }
  await must('-n', client, 'link', 'add', 'wan', 'type', 'veth', 'peer', 'name', 'wan', 'netns', name)
  const sides = [
    [name, addresses.server, addresses.server6],
    [client, addresses.client, addresses.client6, addresses.other, addresses.other6],
  ] as const
  for (const [namespace, ...own] of sides) {
    for (const address of own) {
      const six = address.includes(':')
      await must('-n', namespace, 'address', 'add', `${address}/${six ? 64 : 24}`, 'dev', 'wan', ...(six ? ['nodad'] : []))
    }
    await must('-n', namespace, 'link', 'set', 'wan', 'up')
  }
  const inside = (namespace: string, program: string, args: readonly string[]): Promise<ExecResult> =>
    exec(ip, ['netns', 'exec', namespace, program, ...args])
  const canReach = async (from: string = addresses.client): Promise<boolean> => {
    const to = from.includes(':') ? addresses.server6 : addresses.server
    const { code, stderr } = await inside(client, process.execPath, ['-e', CONNECT, to, from])
    if (code > 1) throw new Error(`the client has no address ${from}: ${stderr}`)
    return code === 0
  }
  const listener = startProcess(ip, ['netns', 'exec', name, process.execPath, '-e', LISTEN])
  await waitUntilReady(listener, async () => {
    // Each address once, so that neighbours know each other before a test counts on the first packet.
    for (const from of [addresses.client, addresses.other, addresses.client6, addresses.other6]) {
      if (!(await canReach(from))) throw new Error(`the listener does not answer ${from} yet`)
    }
  })
  return {
    name,
    addresses,
    exec: (program, ...args) => inside(name, program, args),
    canReach,
    async remove() {
      await listener.end('SIGKILL')
      removeAll()
      forget()
    },
  }
}

function freshName(): string {
  return `gj${randomBytes(4).toString('hex')}`
}

function exec(program: string, args: readonly string[]): Promise<ExecResult> {
  return new Promise((resolve, reject) => {
    execFile(program, [...args], { timeout: 30_000, maxBuffer: 4 * 1024 * 1024 }, (error, stdout, stderr) => {
      if (!error) resolve({ code: 0, stdout, stderr })
      else if (typeof error.code === 'number') resolve({ code: error.code, stdout, stderr })
      else reject(new Error(`${program} did not run to its end`, { cause: error }))
    })
  })
}

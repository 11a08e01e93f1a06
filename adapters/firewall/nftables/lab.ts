// Throw-away networks of Linux namespaces in which the nftables driver is tried with real packets; used by its tests.
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { createInterface } from 'node:readline'
import { runProcess } from '../../shared/run-process.js'

export const ECHO_PORT = 9000

/** Runs a program of this host and wants it to succeed. */
export async function must(file: string, ...args: readonly string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await runProcess(file, args, { timeoutMilliseconds: 20_000, maxOutputBytes: 4 * 1024 * 1024 })
  if (exitCode !== 0) throw new Error(`${file} ${args.join(' ')}: ${stderr || stdout || `exit code ${exitCode}`}`)
  return stdout
}

export interface Netns {
  readonly name: string
  /** Runs a program inside and wants it to succeed. */
  run(...words: readonly string[]): Promise<string>
  close(): Promise<void>
}

export async function makeNetns(): Promise<Netns> {
  const name = `gjlab-${randomBytes(4).toString('hex')}`
  await must('ip', 'netns', 'add', name)
  return {
    name,
    run: (...words) => must('ip', 'netns', 'exec', name, ...words),
    close: async () => void (await must('ip', 'netns', 'del', name)),
  }
}

/** Why this machine cannot run the lab, or undefined when it can. */
export async function labProblem(): Promise<string | undefined> {
  try {
    const netns = await makeNetns()
    await netns.run('nft', 'list', 'ruleset').finally(netns.close)
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

export interface RoutedLab {
  /** 198.51.100.2 and 2001:db8:1::2 */
  readonly outside: Netns
  /** The firewall: 198.51.100.1 and 2001:db8:1::1 outside, 10.9.0.1 and 2001:db8:9::1 inside. */
  readonly device: Netns
  /** 10.9.0.2 and 2001:db8:9::2 */
  readonly inside: Netns
  close(): Promise<void>
}

/** Outside and inside reach each other only through the device; it and inside echo what they get on TCP port 9000. */
export async function makeRoutedLab(): Promise<RoutedLab> {
  const [outside, device, inside] = [await makeNetns(), await makeNetns(), await makeNetns()]
  await join(outside, device, 'out', { left: ['198.51.100.2/24', '2001:db8:1::2/64'], right: ['198.51.100.1/24', '2001:db8:1::1/64'] })
  await join(inside, device, 'in', { left: ['10.9.0.2/24', '2001:db8:9::2/64'], right: ['10.9.0.1/24', '2001:db8:9::1/64'] })
  await device.run('sh', '-c', 'echo 1 > /proc/sys/net/ipv4/ip_forward; echo 1 > /proc/sys/net/ipv6/conf/all/forwarding')
  await outside.run('ip', 'route', 'add', 'default', 'via', '198.51.100.1')
  await outside.run('ip', '-6', 'route', 'add', 'default', 'via', '2001:db8:1::1')
  await inside.run('ip', 'route', 'add', 'default', 'via', '10.9.0.1')
  await inside.run('ip', '-6', 'route', 'add', 'default', 'via', '2001:db8:9::1')
  const servers = [await startEcho(device), await startEcho(inside), await startEcho(outside)]
  return {
    outside,
    device,
    inside,
    async close() {
      for (const server of servers) server.kill('SIGKILL')
      for (const netns of [outside, device, inside]) await netns.close()
    },
  }
}

/** True when a TCP connection from the namespace to the address comes about and echoes. */
export async function canReach(from: Netns, address: string): Promise<boolean> {
  const script = `const s = require('net').connect(${ECHO_PORT}, process.argv[1])
    setTimeout(() => process.exit(1), 2000); s.on('error', () => process.exit(1)); s.on('data', () => process.exit(0)); s.write('x')`
  const { exitCode } = await runProcess('ip', ['netns', 'exec', from.name, process.execPath, '-e', script, address], {
    timeoutMilliseconds: 20_000,
    maxOutputBytes: 64 * 1024,
  })
  return exitCode === 0
}

export interface Conversation {
  say(line: string): void
  /** Lines that came back so far. */
  readonly heard: readonly string[]
  close(): void
}

/** A TCP connection that stays open. */
export function converse(from: Netns, address: string): Conversation {
  const script = `const s = require('net').connect(${ECHO_PORT}, process.argv[1]); process.stdin.pipe(s); s.pipe(process.stdout)`
  const child = spawnIn(from, script, address)
  const heard: string[] = []
  createInterface({ input: child.stdout }).on('line', line => heard.push(line))
  return { heard, say: line => child.stdin.write(`${line}\n`), close: () => child.kill('SIGKILL') }
}

/** Packets that the driver's rules dropped so far. */
export async function droppedPackets(device: Netns): Promise<number> {
  const text = await device.run('nft', 'list', 'counter', 'inet', 'guanjia', 'dropped')
  return Number(/packets (\d+)/.exec(text)?.[1])
}

async function join(a: Netns, b: Netns, name: string, addresses: { left: readonly string[]; right: readonly string[] }): Promise<void> {
  await must('ip', 'link', 'add', name, 'netns', a.name, 'type', 'veth', 'peer', 'name', name, 'netns', b.name)
  for (const [netns, list] of [[a, addresses.left] as const, [b, addresses.right] as const]) {
    for (const address of list) await netns.run('ip', 'addr', 'add', address, 'dev', name, ...(address.includes(':') ? ['nodad'] : []))
    await netns.run('ip', 'link', 'set', name, 'up')
    await netns.run('ip', 'link', 'set', 'lo', 'up')
  }
}

async function startEcho(netns: Netns): Promise<ChildProcessWithoutNullStreams> {
  const child = spawnIn(
    netns,
    `require('net').createServer(s => s.on('error', () => {}).pipe(s)).listen(${ECHO_PORT}, '::', () => console.log('up'))`,
  )
  await new Promise<void>((resolve, reject) => {
    child.stdout.once('data', () => resolve())
    child.once('exit', () => reject(new Error('the echo server did not start')))
  })
  return child
}

function spawnIn(netns: Netns, script: string, ...args: readonly string[]): ChildProcessWithoutNullStreams {
  const child = spawn('ip', ['netns', 'exec', netns.name, process.execPath, '-e', script, ...args], { stdio: 'pipe' })
  child.stdin.on('error', () => {})
  child.stderr.resume()
  return child
}

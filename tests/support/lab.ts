// A laboratory of 23 machines in network namespaces: planted weaknesses, printers nobody may touch, one that hangs, one that resets. Each machine has an
// interface and a MAC of its own. Patrols work inside the scanner's namespace (lab-patrol.ts). Used by the campaign `lab` and its short test.
import { execFileSync, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { needProgram, onExit, startProcess, temporaryFolder, waitUntilReady } from './private-process.js'

export const LAB_BASE = '10.231.77'
export const LAB_HOSTS = 23
/** Not there at the beginning. */
export const LATE_HOST = 23
const PRINTERS = [8, 9]

export interface Lab {
  readonly scanner: string
  readonly machines: string
  readonly ssh: { readonly login: string; readonly password: string }
  /** Packets to the ports of printers, as nftables counted them. */
  printed(): number
  /** Failed passwords in the log of the real sshd on machine 2. */
  sshdFailures(user: string): number
  /** Runs the story inside the scanner's namespace; what it printed last. */
  patrol(options: object, seconds: number): Record<string, unknown>
  remove(): Promise<void>
}

export async function makeLab(): Promise<Lab> {
  const ip = needProgram('ip', 'iproute2')
  const id = randomBytes(3).toString('hex')
  const [scanner, machines] = [`gjs${id}`, `gjm${id}`]
  const run = (...args: string[]): string => execFileSync(ip, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
  const inside = (name: string, program: string, ...args: string[]): string => run('netns', 'exec', name, program, ...args)
  const removeSpaces = (): void => {
    for (const name of [scanner, machines]) spawnSync(ip, ['netns', 'del', name])
  }
  const forget = onExit(removeSpaces)
  for (const name of [scanner, machines]) {
    run('netns', 'add', name)
    run('-n', name, 'link', 'set', 'lo', 'up')
  }
  run('-n', scanner, 'link', 'add', 'br0', 'type', 'bridge')
  run('-n', scanner, 'address', 'add', `${LAB_BASE}.250/24`, 'dev', 'br0')
  run('-n', scanner, 'link', 'set', 'br0', 'up')
  // Every interface answers for its own address only, with its own MAC.
  for (const setting of ['arp_ignore=1', 'arp_announce=2', 'rp_filter=0'])
    inside(machines, 'sysctl', '-qw', `net.ipv4.conf.all.${setting}`, `net.ipv4.conf.default.${setting}`)
  inside(machines, 'sysctl', '-qw', 'net.ipv4.ip_nonlocal_bind=1')
  for (let n = 1; n <= LAB_HOSTS; n++) {
    run('-n', scanner, 'link', 'add', `p${n}`, 'type', 'veth', 'peer', 'name', `h${n}`, 'netns', machines)
    run('-n', scanner, 'link', 'set', `p${n}`, 'master', 'br0', 'up')
    run('-n', machines, 'link', 'set', `h${n}`, 'up')
    if (n !== LATE_HOST) run('-n', machines, 'address', 'add', `${LAB_BASE}.${n}/24`, 'dev', `h${n}`)
  }
  const rules = `table inet lab { chain in { type filter hook input priority 0; policy accept; ip daddr { ${PRINTERS.map(n => `${LAB_BASE}.${n}`).join(', ')} } tcp dport { 515, 631, 9100-9107 } counter; }; }`
  execFileSync(ip, ['netns', 'exec', machines, needProgram('nft', 'nftables'), '-f', '-'], { input: rules })

  const folder = temporaryFolder()
  const ssh = { login: 'test', password: 'test123' }
  const servers = startProcess(ip, [
    'netns',
    'exec',
    machines,
    process.execPath,
    new URL('lab-servers.mjs', import.meta.url).pathname,
    JSON.stringify({ base: LAB_BASE, ssh }),
  ])
  const redis = startProcess(ip, [
    'netns',
    'exec',
    machines,
    needProgram('redis-server', 'redis-server'),
    '--bind',
    `${LAB_BASE}.3`,
    '--port',
    '6379',
    '--protected-mode',
    'no',
    '--save',
    '',
    '--dir',
    folder.path,
  ])
  mkdirSync('/run/sshd', { recursive: true, mode: 0o755 })
  const hostKey = join(folder.path, 'host')
  execFileSync(needProgram('ssh-keygen', 'openssh-client'), ['-q', '-t', 'ed25519', '-N', '', '-f', hostKey])
  const sshdLog = join(folder.path, 'sshd.log')
  writeFileSync(
    join(folder.path, 'sshd'),
    [
      `ListenAddress ${LAB_BASE}.2`,
      `HostKey ${hostKey}`,
      'PidFile none',
      'UsePAM no',
      'PermitRootLogin yes',
      'PasswordAuthentication yes',
      'KbdInteractiveAuthentication no',
      'StrictModes no',
      'LogLevel INFO',
      '',
    ].join('\n'),
  )
  const sshd = startProcess(ip, [
    'netns',
    'exec',
    machines,
    needProgram('sshd', 'openssh-server'),
    '-D',
    '-E',
    sshdLog,
    '-f',
    join(folder.path, 'sshd'),
  ])
  const answers = (n: number, port: number): void => {
    const script = `require('net').connect(${port},'${LAB_BASE}.${n}').on('connect',()=>process.exit(0)).on('error',()=>process.exit(1)).setTimeout(1000,()=>process.exit(1))`
    inside(scanner, process.execPath, '-e', script)
  }
  await waitUntilReady(servers, () => Promise.resolve(answers(22, 80)))
  await waitUntilReady(redis, () => Promise.resolve(answers(3, 6379)))
  await waitUntilReady(sshd, () => Promise.resolve(answers(2, 22)))
  return {
    scanner,
    machines,
    ssh,
    printed() {
      const listed = inside(machines, 'nft', 'list', 'table', 'inet', 'lab')
      return Number(/counter packets (\d+)/.exec(listed)?.[1] ?? NaN)
    },
    sshdFailures: user =>
      readFileSync(sshdLog, 'utf8')
        .split('\n')
        .filter(line => /Failed (?:password|none|keyboard)/.test(line) && line.includes(` ${user} from `)).length,
    patrol(options, seconds) {
      const script = new URL('lab-patrol.ts', import.meta.url).pathname
      const given = JSON.stringify({ base: LAB_BASE, machines, ...options })
      const { stdout, stderr, status } = spawnSync(ip, ['netns', 'exec', scanner, process.execPath, '--import', 'tsx', script, given], {
        encoding: 'utf8',
        timeout: seconds * 1000,
        maxBuffer: 64 * 1024 * 1024,
      })
      if (status !== 0) throw new Error(`patrol ended with ${String(status)}: ${stderr.slice(-2000)}`)
      return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Record<string, unknown>
    },
    async remove() {
      for (const each of [servers, redis, sshd]) await each.end('SIGKILL')
      removeSpaces()
      folder.remove()
      forget()
    },
  }
}

// A network device on a real SSH server (ssh2's) that answers like VRP or Comware: views, prompts, paging, questions, error texts, faults on demand.
// Used by the tests of drivers that type; the device's own words come from the vendors' command references.
import { createHash } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import ssh2, { type Connection, type ServerChannel } from 'ssh2'

const { Server, utils } = ssh2

export type Vendor = 'vrp' | 'comware'

/** One group or set of addresses, or one interface, or the lines of anything else: what the device keeps. */
export interface CliState {
  /** Head of a section → its lines, without indentation, in order. */
  readonly sections: Map<string, string[]>
  /** Interface → administratively shut. */
  readonly ports: Map<string, boolean>
}

export interface CliFaults {
  /** Milliseconds between lines. */
  slow: number
  /** Cuts the line at the n-th command of each session. */
  dropAt: number | undefined
  /** Commands that begin so are refused in the vendor's words. */
  refuses: string | undefined
  /** Says yes and changes nothing. */
  lies: boolean
  /** Asks at login whether the initial password shall be changed. */
  asksAtLogin: boolean
  /** Answers a command with text without end. */
  floods: boolean
  /** Two-stage configuration (VRP8): nothing counts before `commit`. */
  twoStage: boolean
  /** Stops answering at the n-th command of each session. */
  hangAt: number | undefined
}

export interface CliDevice {
  readonly port: number
  readonly user: string
  readonly password: string
  readonly hostKeySha256: string
  /** The credential of a device row. */
  readonly credential: string
  readonly state: CliState
  readonly faults: CliFaults
  /** Every line that was typed. */
  readonly typed: string[]
  /** Sessions open now, and the most there ever were. */
  readonly sessions: { now: number; most: number }
  close(): Promise<void>
}

const PAGE = 24

export interface CliDeviceSettings {
  readonly vendor: Vendor
  readonly name?: string
  /** Lines of the configuration before ours: the longer, the more pages. */
  readonly ballast?: number
  /** Knows only what is broken today. */
  readonly legacyOnly?: boolean
  readonly sections?: Readonly<Record<string, readonly string[]>>
  readonly ports?: readonly string[]
}

export async function startCliDevice(settings: CliDeviceSettings): Promise<CliDevice> {
  const { vendor, name = vendor === 'vrp' ? 'USG6000-A' : 'H3C', legacyOnly = false } = settings
  const key = legacyOnly ? utils.generateKeyPairSync('rsa', { bits: 2048 }) : utils.generateKeyPairSync('ed25519')
  const parsed = utils.parseKey(key.public)
  if (parsed instanceof Error) throw parsed
  const hostKeySha256 = createHash('sha256').update(parsed.getPublicSSH()).digest('hex')
  const [user, password] = ['guanjia', 'Cli-P@ssw0rd-planted']
  const state: CliState = {
    sections: new Map(Object.entries(settings.sections ?? {}).map(([head, lines]) => [head, [...lines]])),
    ports: new Map((settings.ports ?? []).map(port => [port, false])),
  }
  const faults: CliFaults = {
    slow: 0,
    dropAt: undefined,
    refuses: undefined,
    lies: false,
    asksAtLogin: false,
    floods: false,
    twoStage: false,
    hangAt: undefined,
  }
  const typed: string[] = []
  const sessions = { now: 0, most: 0 }
  const connections = new Set<Connection>()
  const server = new Server(
    {
      hostKeys: [key.private],
      ...(legacyOnly && {
        algorithms: {
          kex: ['diffie-hellman-group1-sha1'],
          serverHostKey: ['ssh-rsa'],
          cipher: ['aes128-cbc'],
          hmac: ['hmac-sha1'],
        },
      }),
    },
    connection => {
      connections.add(connection)
      // The types leave it out; without it each answer waits for an acknowledgement that is late on purpose.
      ;(connection as Connection & { setNoDelay(on: boolean): void }).setNoDelay(true)
      connection.on('error', () => undefined)
      connection.on('close', () => connections.delete(connection))
      connection.on('authentication', context => {
        if (context.method === 'password' && context.username === user && context.password === password) context.accept()
        else context.reject(['password'])
      })
      connection.on('ready', () => {
        connection.on('session', accept => {
          const session = accept()
          session.on('pty', acceptPty => acceptPty?.())
          session.on('shell', acceptShell => {
            const channel = acceptShell()
            sessions.now++
            sessions.most = Math.max(sessions.most, sessions.now)
            channel.on('close', () => sessions.now--)
            channel.on('error', () => undefined)
            void new CliSession({ vendor, name, state, faults, typed, channel, connection, ballast: settings.ballast ?? 0 }).begin()
          })
        })
      })
    },
  )
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    user,
    password,
    hostKeySha256,
    credential: JSON.stringify({ password, hostKeySha256 }),
    state,
    faults,
    typed,
    sessions,
    async close() {
      for (const connection of connections) connection.end()
      await new Promise<void>(resolve => server.close(() => resolve()))
    },
  }
}

interface SessionNeeds {
  readonly vendor: Vendor
  readonly name: string
  readonly state: CliState
  readonly faults: CliFaults
  readonly typed: string[]
  readonly channel: ServerChannel
  readonly connection: Connection
  readonly ballast: number
}

class CliSession {
  private view: 'user' | 'system' | 'section' | 'interface' = 'user'
  /** Head of the section, or name of the interface. */
  private at = ''
  private paging = true
  private commands = 0
  private waiting: ((line: string) => void) | undefined
  private input = ''
  private output = ''
  private pageTurned: (() => void) | undefined
  private uncommitted: (() => void)[] = []

  constructor(private readonly needs: SessionNeeds) {}

  async begin(): Promise<void> {
    const { channel, faults, vendor } = this.needs
    channel.on('data', (chunk: Buffer) => this.hear(chunk.toString()))
    await this.say(['', 'Info: The max number of VTY users is 5.', '<not a prompt> of the device'])
    if (faults.asksAtLogin) {
      this.flush()
      channel.write('Warning: The initial password poses security risks.\r\nThe password needs to be changed. Change now? [Y/N]:')
      if ((await this.line()) !== 'n') await this.say(['Error: the password must not be changed by a machine'])
    }
    this.write(`\r\n${this.prompt()}`)
    this.flush()
    for (;;) {
      const command = await this.line()
      this.needs.typed.push(command)
      this.commands++
      if (faults.dropAt === this.commands) return void this.needs.connection.end()
      if (faults.hangAt === this.commands) return
      this.write(`${command}\r\n`)
      if (faults.floods) {
        for (let i = 0; i < 18; i++) channel.write('x'.repeat(1024 * 1024))
      }
      await this.say(await this.obey(command.trim(), vendor))
      this.write(this.prompt())
      this.flush()
    }
  }

  /** One packet for one answer, as a device sends it. */
  private write(text: string): void {
    this.output += text
  }

  private flush(): void {
    this.needs.channel.write(this.output)
    this.output = ''
  }

  private hear(text: string): void {
    if (this.pageTurned) {
      const turned = this.pageTurned
      this.pageTurned = undefined
      if (text.startsWith(' ')) text = text.slice(1)
      turned()
    }
    this.input += text
    const end = this.input.indexOf('\n')
    if (end < 0 || !this.waiting) return
    const line = this.input.slice(0, end).replace(/\r$/, '')
    this.input = this.input.slice(end + 1)
    const waiting = this.waiting
    this.waiting = undefined
    waiting(line)
  }

  private line(): Promise<string> {
    return new Promise(resolve => {
      this.waiting = resolve
      if (this.input.includes('\n')) this.hear('')
    })
  }

  private prompt(): string {
    const { name, vendor } = this.needs
    const star = this.uncommitted.length > 0 ? '*' : this.needs.faults.twoStage ? '~' : ''
    if (this.view === 'user') return `<${name}>`
    if (this.view === 'system') return `[${star}${name}]`
    const short =
      this.view === 'interface'
        ? this.at
        : vendor === 'vrp'
          ? `object-address-set-${this.at.split(' ')[2] ?? ''}`
          : `obj-grp-ip-${this.at.split(' ')[3] ?? ''}`
    return `[${star}${name}-${short}]`
  }

  private async say(lines: readonly string[]): Promise<void> {
    const { faults, vendor } = this.needs
    let shown = 0
    for (const line of lines) {
      if (this.paging && shown === PAGE) {
        shown = 0
        this.write('  ---- More ----')
        this.flush()
        await new Promise<void>(resolve => {
          this.pageTurned = resolve
        })
        this.write(vendor === 'vrp' ? `\u001b[42D${' '.repeat(42)}\u001b[42D` : `\r${' '.repeat(16)}\r`)
      }
      shown++
      this.write(`${line}\r\n`)
      if (faults.slow > 0) {
        this.flush()
        await sleep(faults.slow)
      }
    }
  }

  private async obey(command: string, vendor: Vendor): Promise<string[]> {
    const { faults, state } = this.needs
    const error = (words: string) =>
      vendor === 'vrp' ? [`               ^`, `Error: ${words} at '^' position.`] : [` % ${words} at '^' position.`]
    if (command === '') return []
    if (faults.refuses !== undefined && command.startsWith(faults.refuses))
      return vendor === 'vrp' ? ['Error: The user does not have the permission.'] : [' % Permission denied.']
    if (command === (vendor === 'vrp' ? 'screen-length 0 temporary' : 'screen-length disable') && this.view === 'user') {
      this.paging = false
      return vendor === 'vrp' ? ['Info: The configuration takes effect on the current user terminal interface only.'] : []
    }
    if (command === 'system-view' && this.view === 'user') {
      this.view = 'system'
      return vendor === 'vrp' ? ['Enter system view, return user view with Ctrl+Z.'] : ['System View: return to User View with Ctrl+Z.']
    }
    if (command === 'return') {
      this.view = 'user'
      this.uncommitted = []
      return []
    }
    if (command === 'quit') {
      this.view = this.view === 'system' ? 'user' : 'system'
      return []
    }
    if (command === 'commit' && faults.twoStage) {
      for (const change of this.uncommitted.splice(0)) change()
      return []
    }
    if (command === 'display current-configuration') return this.configuration(vendor)
    const shownPort = /^display interface (\S+)$/.exec(command)?.[1]
    if (shownPort !== undefined) return this.interface(shownPort, vendor) ?? error('Wrong parameter found')
    if (this.view === 'user') return error('Unrecognized command found')

    const change = (work: () => void): string[] => {
      if (faults.lies) return []
      if (faults.twoStage) this.uncommitted.push(work)
      else work()
      return []
    }
    const port = /^interface (\S+)$/.exec(command)?.[1]
    if (port !== undefined) {
      if (!state.ports.has(port)) return error('Wrong parameter found')
      this.view = 'interface'
      this.at = port
      return []
    }
    if (this.view === 'interface') {
      if (command === 'shutdown' || command === 'undo shutdown') return change(() => state.ports.set(this.at, command === 'shutdown'))
      return error('Unrecognized command found')
    }
    const head = (vendor === 'vrp' ? /^(ip address-set \S+ type (?:object|group))$/ : /^(object-group (?:ip|ipv6) address \S+)$/).exec(
      command,
    )?.[1]
    if (head !== undefined) {
      change(() => state.sections.set(head, state.sections.get(head) ?? []))
      this.view = 'section'
      this.at = head
      return []
    }
    const removed = (vendor === 'vrp' ? /^undo (ip address-set \S+)$/ : /^undo (object-group (?:ip|ipv6) address \S+)$/).exec(command)?.[1]
    if (removed !== undefined) {
      const known = [...state.sections.keys()].find(each => each === removed || each.startsWith(`${removed} type `))
      if (known === undefined) return vendor === 'vrp' ? ['Error: The address-set does not exist.'] : ['The object group does not exist.']
      const name = removed.split(' ').at(-1) ?? ''
      if ([...state.sections.values()].flat().some(line => line.endsWith(` ${name}`)))
        return vendor === 'vrp' ? ['Error: The address-set is being used.'] : ['The object group is in use.']
      return change(() => state.sections.delete(known))
    }
    if (this.view !== 'section') return error('Unrecognized command found')
    const head_ = this.at
    const undone = /^undo (.+)$/.exec(command)?.[1]
    if (undone !== undefined) {
      if (!(state.sections.get(head_) ?? []).some(line => line.replace(/^(address )?\d+ /, '$1') === undone))
        return vendor === 'vrp' ? ['Error: The address does not exist.'] : ['The object does not exist.']
      return change(() =>
        state.sections.set(
          head_,
          (state.sections.get(head_) ?? []).filter(line => line.replace(/^(address )?\d+ /, '$1') !== undone),
        ),
      )
    }
    if (!/^(?:description|address|network) /.test(command)) return error('Unrecognized command found')
    const bare = command.replace(/^(address )\d+ /, '$1')
    const lines = state.sections.get(head_) ?? []
    if (lines.some(line => line.replace(/^(address )?\d+ /, '$1') === bare))
      return vendor === 'vrp' ? ['Error: The address item already exists.'] : ['The object already exists.']
    return change(() => {
      const now = state.sections.get(head_) ?? []
      const numbered =
        command.startsWith('description ') || /^address \d/.test(command)
          ? command
          : vendor === 'vrp'
            ? command.replace(/^address /, `address ${now.length} `)
            : `${now.length * 10} ${command}`
      state.sections.set(head_, [...now.filter(line => !command.startsWith('description ') || !line.startsWith('description ')), numbered])
    })
  }

  private configuration(vendor: Vendor): string[] {
    const { state, name, ballast } = this.needs
    const clock =
      vendor === 'vrp' ? ['2026-11-24 10:00:00.000 +08:00', '!Software Version V500R005C20SPC500'] : ['#', ' version 7.1.064, Release 9510']
    const policies: string[] = []
    const others: string[] = []
    for (const [head, lines] of state.sections)
      (head.startsWith('security-policy') ? policies : others).push('#', head, ...lines.map(line => ` ${line}`))
    return [
      ...clock,
      '#',
      vendor === 'vrp' ? `sysname ${name}` : ` sysname ${name}`,
      ...Array.from({ length: ballast }, (_, i) => [
        `#`,
        `interface Vlanif${i + 1}`,
        ` description <${name}> [${name}] ---- More ---- ${i}`,
      ]).flat(),
      ...others,
      ...policies,
      '#',
      'return',
    ]
  }

  private interface(port: string, vendor: Vendor): string[] | undefined {
    const shut = this.needs.state.ports.get(port)
    if (shut === undefined) return undefined
    const state = shut ? 'Administratively DOWN' : 'UP'
    const rest = Array.from({ length: 40 }, (_, i) => `    Input bandwidth utilization  :    ${i}%`)
    if (vendor === 'vrp')
      return [`${port} current state : ${state}`, `Line protocol current state : ${shut ? 'DOWN' : 'UP'}`, 'Description:', ...rest]
    return [port, `Current state: ${state}`, `Line protocol state: ${shut ? 'DOWN' : 'UP'}`, ...rest]
  }
}

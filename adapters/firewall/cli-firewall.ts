// A firewall that is driven by typing: says the commands of a dialect over an SSH shell and believes the running configuration.
// Used by the drivers huawei-usg and h3c-comware, which differ in words only.
import { z } from 'zod'
import { AppError } from '../../core/errors.js'
import type { BlockedAddress, BlockOrder, BlockReceipt, Firewall, FirewallContext } from '../../core/ports/firewall.js'
import { oneAtATime } from '../shared/one-at-a-time.js'
import { misconfigured, readSshTarget, SshTarget } from '../shared/ssh-address.js'
import { type Shell, withShell } from '../shared/ssh-shell.js'
import { type AddressFamily, addressFamily, type CheckedOrder, checkedOrder } from './checked-order.js'

export interface CliDialect {
  readonly pagingOff: string
  readonly enter: string
  readonly leave: string
  readonly read: string
  block(order: CheckedOrder, group: string): readonly string[]
  unblock(ip: string, family: AddressFamily, group: string): readonly string[]
  /** Pure, from the running configuration. @returns undefined when it is none */
  parse(configuration: string, group: string): RunningBlocks | undefined
}

export interface RunningBlocks {
  readonly entries: readonly (BlockedAddress & { readonly family: AddressFamily })[]
  /** Families whose deny rules stand first. */
  readonly enforced: ReadonlySet<AddressFamily>
}

export const CliFirewallConfig = z.object({
  device: z.string(),
  timeoutMilliseconds: z.number().int().min(1).max(600_000),
  ssh: SshTarget,
  group: z.string().regex(/^[A-Za-z][A-Za-z0-9_-]{0,29}$/),
})
export type CliFirewallConfig = z.infer<typeof CliFirewallConfig>

/** `ssh://user@host[:port]/[?group=guanjia-block&legacy=yes]`. @throws DEVICE_MISCONFIGURED */
export function configureCliFirewall({ address, credential, timeoutMilliseconds }: FirewallContext): unknown {
  const { target, parameters } = readSshTarget(address, credential, ['group', 'legacy'])
  return { device: address.slice(0, 200), timeoutMilliseconds, ssh: target, group: parameters.get('group') ?? 'guanjia-block' }
}

export class CliFirewall implements Firewall {
  constructor(
    private readonly config: CliFirewallConfig,
    private readonly dialect: CliDialect,
  ) {}

  plan(order: BlockOrder): Promise<readonly string[]> {
    return Promise.resolve().then(() => this.dialect.block(checkedOrder(order), this.config.group))
  }

  async block(order: BlockOrder): Promise<BlockReceipt> {
    const { ip, family, reference, ...rest } = checkedOrder(order)
    const commands = this.dialect.block({ ip, family, reference, ...rest }, this.config.group)
    return this.change(commands, ({ entries, enforced }) => {
      const entry = entries.find(item => item.ip === ip)
      if (entry?.reference !== reference) return false
      if (!enforced.has(family))
        throw misconfigured(this.config.device, `安全策略最前面没有引用地址组 ${this.config.group} 的拒绝规则（源、目的各一条）`)
      return true
    })
  }

  async unblock(ip: string): Promise<BlockReceipt> {
    const commands = this.dialect.unblock(ip, addressFamily(ip), this.config.group)
    return this.change(commands, ({ entries }) => !entries.some(item => item.ip === ip))
  }

  async list(): Promise<readonly BlockedAddress[]> {
    return this.talk(async shell => {
      const { entries, enforced } = await this.running(shell)
      return entries.filter(({ family }) => enforced.has(family)).map(({ family: _, ...entry }) => entry)
    })
  }

  /** What devices say to a command that was not needed differs by version, so the configuration decides whether it worked. */
  private change(commands: readonly string[], reached: (running: RunningBlocks) => boolean): Promise<BlockReceipt> {
    return this.talk(async shell => {
      const { enter, leave } = this.dialect
      const said: string[] = []
      await shell.run(enter)
      for (const command of commands) {
        const words = await shell.run(command, true)
        if (words.trim() !== '') said.push(`${command}: ${words.replaceAll(/\s+/g, ' ').trim()}`)
      }
      // Two-stage configuration: a star says that something is not yet committed.
      if (/^\[\*/.test(shell.prompt)) said.push((await shell.run('commit', true)).replaceAll(/\s+/g, ' ').trim())
      await shell.run(leave)
      const answer = said.filter(Boolean).join('\n').slice(0, 2000)
      if (!reached(await this.running(shell)))
        throw new AppError('DEVICE_REFUSED', { device: this.config.device, answer: answer.slice(0, 500) || '配置没有变成要求的样子' })
      return { commands, answer }
    })
  }

  private async running(shell: Shell): Promise<RunningBlocks> {
    const text = await shell.run(this.dialect.read)
    const running = this.dialect.parse(text, this.config.group)
    if (running === undefined)
      throw new AppError('DEVICE_REFUSED', { device: this.config.device, answer: `unreadable: ${text.slice(0, 200)}` })
    return running
  }

  /** Such devices take few sessions, and two that write at once get into each other's way. */
  private talk<Result>(work: (shell: Shell) => Promise<Result>): Promise<Result> {
    const { device, ssh, timeoutMilliseconds } = this.config
    return oneAtATime(`cli ${ssh.host}:${ssh.port}`, () =>
      withShell(device, ssh, timeoutMilliseconds, async shell => {
        await shell.run(this.dialect.pagingOff)
        return work(shell)
      }),
    )
  }
}

/** A block of configuration: its first line, and the lines below it with their indentation. */
export interface Section {
  readonly head: string
  readonly lines: readonly string[]
}

/** VRP and Comware separate sections by a line `#`; lines that belong to a section begin with a blank. */
export function sections(configuration: string): readonly Section[] {
  return configuration
    .split(/^#[ ]*$/m)
    .map(part =>
      part
        .split('\n')
        .map(line => line.trimEnd())
        .filter(line => line !== ''),
    )
    .flatMap(lines => {
      const heads = lines.flatMap((line, i) => (line.startsWith(' ') ? [] : [i]))
      return heads.map((start, i) => ({ head: lines[start]!, lines: lines.slice(start + 1, heads[i + 1]) }))
    })
}

/** Rules of a security policy in their order: lines with one blank begin one, lines with two belong to it. */
export function rules(section: Section | undefined): readonly Section[] {
  const found: { head: string; lines: string[] }[] = []
  for (const line of section?.lines ?? []) {
    if (/^ rule /.test(line)) found.push({ head: line.trim(), lines: [] })
    else if (line.startsWith('  ')) found.at(-1)?.lines.push(line.trim())
  }
  return found
}

/** The first two rules are these conditions and nothing else, in whatever order. */
export function standFirst(all: readonly Section[], wanted: readonly (readonly string[])[], ignored: RegExp): boolean {
  const first = all.slice(0, wanted.length).map(({ lines }) =>
    lines
      .filter(line => !ignored.test(line))
      .toSorted()
      .join('\n'),
  )
  return wanted.every(conditions => first.includes(conditions.toSorted().join('\n')))
}

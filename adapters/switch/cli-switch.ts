// A switch that is driven by typing; the drivers vrp and comware differ in words only.
import { z } from 'zod'
import { AppError } from '../../core/errors.js'
import type { ActReceipt } from '../../core/ports/act.js'
import type { DeviceContext, Switch, SwitchPortState } from '../../core/ports/switch.js'
import { oneAtATime } from '../shared/one-at-a-time.js'
import { readSshTarget, SshTarget } from '../shared/ssh-address.js'
import { type Shell, withShell } from '../shared/ssh-shell.js'
import { checkedPort, portList } from './checked-port.js'

export interface SwitchDialect {
  readonly pagingOff: string
  /** From `display interface <port>`; undefined when it says something else. */
  parse(text: string): SwitchPortState | undefined
}

export const CliSwitchConfig = z.object({
  device: z.string(),
  timeoutMilliseconds: z.number().int().min(1).max(600_000),
  ssh: SshTarget,
  never: z.array(z.string()).max(200),
})
export type CliSwitchConfig = z.infer<typeof CliSwitchConfig>

/** `ssh://user@host[:port]/[?never=port,port&legacy=yes]`. @throws DEVICE_MISCONFIGURED */
export function configureCliSwitch({ address, credential, timeoutMilliseconds }: DeviceContext): unknown {
  const { target, parameters } = readSshTarget(address, credential, ['never', 'legacy'])
  return { device: address.slice(0, 200), timeoutMilliseconds, ssh: target, never: portList(parameters.get('never')) }
}

export class CliSwitch implements Switch {
  constructor(
    private readonly config: CliSwitchConfig,
    private readonly dialect: SwitchDialect,
  ) {}

  plan(port: string): Promise<readonly string[]> {
    return Promise.resolve().then(() => commands(checkedPort(port, this.config.never, true), 'shutdown'))
  }

  async state(port: string): Promise<SwitchPortState> {
    checkedPort(port, this.config.never, false)
    return this.talk(shell => this.read(shell, port))
  }

  async shut(port: string): Promise<ActReceipt> {
    return this.change(checkedPort(port, this.config.never, true), 'shutdown', ({ enabled }) => !enabled)
  }

  async open(port: string): Promise<ActReceipt> {
    return this.change(checkedPort(port, this.config.never, false), 'undo shutdown', ({ enabled }) => enabled)
  }

  private change(port: string, verb: string, reached: (state: SwitchPortState) => boolean): Promise<ActReceipt> {
    return this.talk(async shell => {
      const said: string[] = []
      await shell.run('system-view')
      const outside = shell.prompt.replace('*', '~')
      for (const command of commands(port, verb)) {
        const words = (await shell.run(command, true)).replaceAll(/\s+/g, ' ').trim()
        if (words !== '') said.push(words)
        // Without the view of the port the next word would be said to the whole switch.
        if (command.startsWith('interface ') && shell.prompt.replace('*', '~') === outside) throw this.refused(words)
      }
      if (/^\[\*/.test(shell.prompt)) said.push((await shell.run('commit', true)).replaceAll(/\s+/g, ' ').trim())
      await shell.run('return')
      const answer = said.filter(Boolean).join('\n').slice(0, 2000)
      if (!reached(await this.read(shell, port))) throw this.refused(answer || '端口状态没有变')
      return { commands: commands(port, verb), answer }
    })
  }

  private async read(shell: Shell, port: string): Promise<SwitchPortState> {
    const text = await shell.run(`display interface ${port}`)
    const state = this.dialect.parse(text)
    if (state === undefined) throw this.refused(text.replaceAll(/\s+/g, ' ').trim() || 'unreadable')
    return state
  }

  private refused(answer: string): AppError {
    return new AppError('DEVICE_REFUSED', { device: this.config.device, answer: answer.slice(0, 300) })
  }

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

function commands(port: string, verb: string): readonly string[] {
  return [`interface ${port}`, verb, 'quit']
}

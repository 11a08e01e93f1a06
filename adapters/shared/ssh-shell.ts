// Talks with a network device through an interactive shell over SSH, as a person would: waits for the prompt, types, turns pages.
// Most switches and firewalls have no other way. Used by the drivers of VRP and Comware; bounded in time and output.
import { AppError } from '../../core/errors.js'
import type { SshTarget } from './ssh-address.js'
import { sshProblem } from './ssh-problem.js'
import { openSsh, SshFailure } from './ssh.js'

export interface Shell {
  /** The prompt now shown: `<name>`, `[name]`, `[*name-GigabitEthernet0/0/1]`. */
  readonly prompt: string
  /** Types one line and gives what was answered, without echo, page marks and prompt. A question is answered by `y` when `agree`, else by `n`. */
  run(command: string, agree?: boolean): Promise<string>
}

const MAX_BYTES = 16 * 1024 * 1024
/** A prompt is believed when nothing follows it for so long: a line of output may look like one. */
const QUIET_MILLISECONDS = 15
/** What is looked at for prompt, page mark and question. */
const TAIL = 400

const PAGE_MARK = /-{2,} ?More ?(?:\([^()\r\n]{0,40}\))? ?-{2,}[ \u0007]*$/i
const QUESTION = /\[Y\/N\][:?]?[ ]*$/i
/** Prompt of the view after login. VRP puts the role of a redundant pair before it. */
const FIRST_PROMPT = /(?:^|[\r\n])((?:HRP_[AMS])?<([^<>\r\n]{1,64})>) ?$/

/**
 * Signs in, lets `work` talk, signs out. One conversation: what `work` throws is passed on.
 * @throws DEVICE_UNREACHABLE, DEVICE_MISCONFIGURED (host key, credential, algorithms), DEVICE_REFUSED (too much output)
 */
export async function withShell<Result>(
  device: string,
  target: SshTarget,
  timeoutMilliseconds: number,
  work: (shell: Shell) => Promise<Result>,
): Promise<Result> {
  type Outcome = { readonly result: Result } | { readonly error: unknown }
  let outcome: Outcome
  try {
    outcome = await openSsh<Outcome>({ ...target, timeoutMilliseconds }, (client, done, fail) => {
      client.shell({ term: 'vt100', cols: 511, rows: 1000 }, (cause, channel) => {
        if (cause) return fail('dropped', cause)
        const terminal = new Terminal(text => channel.write(text))
        channel.on('data', (chunk: Buffer) => {
          if (!terminal.take(chunk.toString('latin1'))) fail('output-too-large')
        })
        channel.on('close', () => fail('dropped'))
        channel.on('error', (error: unknown) => fail('dropped', error))
        terminal
          .login()
          .then(() => work(terminal))
          .then(
            result => done({ result }),
            (error: unknown) => done({ error }),
          )
      })
    })
  } catch (cause) {
    if (!(cause instanceof SshFailure)) throw cause
    throw sshProblem(device, cause)
  }
  if ('error' in outcome) throw outcome.error
  return outcome.result
}

class Terminal implements Shell {
  prompt = ''
  private name: string | undefined
  /** What was said since the last line was typed; in pieces, because joining a long text again and again costs its square. */
  private parts: string[] = []
  private tail = ''
  private bytes = 0
  private agree = false
  private quiet: NodeJS.Timeout | undefined
  private ready: ((text: string) => void) | undefined

  constructor(private readonly type: (text: string) => void) {}

  /** @returns false when the device has said too much */
  take(chunk: string): boolean {
    this.bytes += chunk.length
    if (this.bytes > MAX_BYTES) return false
    this.keep(chunk)
    clearTimeout(this.quiet)
    const tail = plain(this.tail)
    if (PAGE_MARK.test(tail)) {
      this.keep('\n')
      this.type(' ')
    } else if (QUESTION.test(tail)) {
      this.keep('\n')
      this.type(this.name !== undefined && this.agree ? 'y\n' : 'n\n')
    } else if (this.promptAtEnd(tail) !== undefined) {
      this.quiet = setTimeout(() => this.finish(), QUIET_MILLISECONDS)
    }
    return true
  }

  login(): Promise<void> {
    return new Promise<string>(resolve => {
      this.ready = resolve
    }).then(() => undefined)
  }

  async run(command: string, agree = false): Promise<string> {
    if (/[^\x20-\x7e]/.test(command)) throw new AppError('INTERNAL')
    this.agree = agree
    this.forget()
    const said = new Promise<string>(resolve => {
      this.ready = resolve
    })
    this.type(`${command}\n`)
    const lines = (await said).split('\n')
    // The echo, which may stand behind the old prompt.
    if (lines[0]?.trimEnd().endsWith(command)) lines.shift()
    return lines.join('\n').replace(/^\n+|\n+$/g, '')
  }

  private keep(text: string): void {
    this.parts.push(text)
    this.tail = (this.tail + text).slice(-TAIL)
  }

  private forget(): void {
    this.parts = []
    this.tail = ''
  }

  private finish(): void {
    const text = plain(this.parts.join(''))
    const prompt = this.promptAtEnd(text.slice(-TAIL))
    if (prompt === undefined) return
    this.prompt = prompt
    this.name ??= FIRST_PROMPT.exec(text.slice(-TAIL))?.[2]
    this.forget()
    this.ready?.(text.trimEnd().slice(0, -prompt.length))
    this.ready = undefined
  }

  private promptAtEnd(tail: string): string | undefined {
    if (this.name === undefined) return FIRST_PROMPT.exec(tail)?.[1]
    const line = tail.slice(tail.lastIndexOf('\n') + 1).trimEnd()
    const bare = line.replace(/^HRP_[AMS]/, '')
    if (bare === `<${this.name}>`) return line
    if (!bare.startsWith('[') || !bare.endsWith(']')) return undefined
    const inner = bare
      .slice(1, -1)
      .replace(/^[~*]/, '')
      .replace(/^HRP_[AMS]/, '')
    return inner === this.name || (inner.startsWith(`${this.name}-`) && !inner.includes(']')) ? line : undefined
  }
}

/** As a person would see it: page marks wiped out, control sequences and carriage returns gone. */
function plain(text: string): string {
  return text
    .replace(
      / {0,4}-{2,} ?More ?(?:\([^()\r\n]{0,40}\))? ?-{2,}\n(?:\x1b\[\d{1,4}D {0,200}\x1b\[\d{1,4}D|\r {0,200}\r|[\b ]{1,200})?/gi,
      '',
    )
    .replace(/\x1b\[[0-9;]{0,12}[A-Za-z]/g, '')
    .replace(/[\r\u0000\u0007]/g, '')
}

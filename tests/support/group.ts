// Talks in a group of the sandbox over its API, as a person would: says, presses, waits for what appears. Used by flows and campaigns.
import { setTimeout as sleep } from 'node:timers/promises'

export interface Message {
  readonly msgid: string
  readonly at: string
  readonly from: string
  readonly kind: string
  readonly text: string
  readonly buttons: readonly { readonly key: string; readonly text: string }[]
  readonly files: readonly { readonly name: string; readonly url: string }[]
}

/** A wait that lasts longer has failed; generous, because a killed process may have to come back. */
const PATIENCE = 40_000

export class Group {
  private readonly url: string
  constructor(
    private readonly sandboxUrl: string,
    readonly chatid: string,
  ) {
    this.url = `${sandboxUrl}/sandbox/api/groups/${encodeURIComponent(chatid)}`
  }

  messages(): Promise<Message[]> {
    return this.get('/messages')
  }

  /** Says it to the robot; resolves with the message. */
  async says(userid: string, text: string): Promise<Message> {
    const { message } = (await this.post('/say', { userid, text: `@管家 ${text}` })) as { message: Message }
    return message
  }

  /** Says it and waits for the first thing the robot says after it that fits. */
  async asks(userid: string, text: string, expected: RegExp): Promise<Message> {
    const said = await this.says(userid, text)
    return this.waitFor(expected, said.msgid)
  }

  async presses(userid: string, message: Message, button: string): Promise<void> {
    const found = message.buttons.find(item => item.text === button)
    if (!found) throw new Error(`no button ${button} on: ${message.text}`)
    await this.post('/press', { userid, msgid: message.msgid, key: found.key })
  }

  /** The oldest message after `after` whose text fits; its newest state. */
  async waitFor(expected: RegExp, after?: string, patience = PATIENCE): Promise<Message> {
    const giveUpAt = Date.now() + patience
    for (;;) {
      const all = await this.messages()
      const from = after === undefined ? 0 : all.findIndex(message => message.msgid === after) + 1
      const found = all.slice(from).find(message => expected.test(message.text))
      if (found) return found
      if (Date.now() > giveUpAt) {
        const said = all.slice(-8).map(message => `${message.from}: ${message.text}`)
        throw new Error(`${this.chatid} never said ${String(expected)}; the last things said:\n${said.join('\n---\n')}`)
      }
      await sleep(100)
    }
  }

  async file(message: Message): Promise<string> {
    const response = await fetch(`${this.sandboxUrl}${message.files[0]?.url ?? ''}`)
    return response.text()
  }

  async forward(userid: string, message: Message, to: string): Promise<void> {
    await this.post('/forward', { userid, msgid: message.msgid, to })
  }

  private async get<T>(path: string): Promise<T> {
    const response = await fetch(`${this.url}${path}`)
    if (!response.ok) throw new Error(`${path}: ${await response.text()}`)
    return (await response.json()) as T
  }

  private async post(path: string, body: object): Promise<unknown> {
    const response = await fetch(`${this.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    const text = await response.text()
    if (!response.ok) throw new Error(`${path}: ${text}`)
    return text === '' ? undefined : JSON.parse(text)
  }
}

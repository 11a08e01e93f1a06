// `guanjia say`: says something in a sandbox group of the running product and prints what is answered.
import { parseArgs } from 'node:util'
import { AppError } from '../../core/errors.js'
import { readConfig } from '../config.js'
import { UsageError, type Verb } from './verb.js'

interface WireMessage {
  readonly msgid: string
  readonly at: string
  readonly from: string
  readonly kind: string
  readonly text: string
  readonly buttons: readonly { readonly key: string; readonly text: string }[]
  readonly files: readonly { readonly name: string; readonly url: string }[]
}

const LOOK_MILLISECONDS = 200
/** Nothing new for this long after the first answer: it was all. */
const QUIET_MILLISECONDS = 1500

export const say: Verb = {
  usage: 'say --as USERID --in CHATID TEXT [--url URL] [--timeout SECONDS] [--json]',
  summary: 'Says TEXT in a group of the WeCom sandbox of the running product; prints the answers',
  details: 'The robot is mentioned for you when TEXT does not mention it. Exit 1 when nothing is answered in time (15 s unless told).',
  async run(args) {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        as: { type: 'string' },
        in: { type: 'string' },
        url: { type: 'string' },
        timeout: { type: 'string', default: '15' },
        json: { type: 'boolean', default: false },
      },
    })
    const { as, in: chatid } = values
    const text = positionals.join(' ')
    const timeout = Number(values.timeout) * 1000
    if (as === undefined || chatid === undefined || text === '') throw new UsageError('--as, --in and TEXT are needed')
    if (!(timeout >= 0)) throw new UsageError('--timeout is a number of seconds')
    const base = (values.url ?? defaultUrl()).replace(/\/$/, '')
    const group = `${base}/sandbox/api/groups/${encodeURIComponent(chatid)}`
    const said = chatid.startsWith('single:') || /@\S/.test(text) ? text : `@管家 ${text}`
    const sent = (await ask(`${group}/say`, { userid: as, text: said })) as { message: WireMessage }
    const answers = await listen(group, sent.message.msgid, as, timeout)
    for (const answer of answers) process.stdout.write(values.json ? `${JSON.stringify(answer)}\n` : readable(answer))
    if (answers.length > 0) return 0
    process.stderr.write('没有收到回答。\n')
    return 1
  },
}

function defaultUrl(): string {
  const { publicUrl, host, port } = readConfig(process.env)
  return publicUrl ?? `http://${host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host}:${port}`
}

async function listen(group: string, after: string, speaker: string, timeout: number): Promise<WireMessage[]> {
  const end = Date.now() + timeout
  let answers: WireMessage[] = []
  let changedAt = Date.now()
  while (Date.now() < end) {
    await new Promise(resolve => setTimeout(resolve, LOOK_MILLISECONDS))
    const all = (await ask(`${group}/messages?after=${encodeURIComponent(after)}`)) as WireMessage[]
    const others = all.filter(message => message.from.toLowerCase() !== speaker.toLowerCase())
    if (others.length !== answers.length) changedAt = Date.now()
    answers = others
    if (answers.length > 0 && Date.now() - changedAt >= QUIET_MILLISECONDS) break
  }
  return answers
}

async function ask(url: string, body?: object): Promise<unknown> {
  let response: Response
  try {
    response = await fetch(url, {
      signal: AbortSignal.timeout(10_000),
      ...(body ? { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) } : {}),
    })
  } catch (cause) {
    throw new AppError('NOT_FOUND', { what: `正在运行的服务（${new URL(url).origin}），请先运行 npm start` }, { cause })
  }
  const answer = (await response.json()) as { error?: { message?: string } }
  if (!response.ok) throw new AppError('REQUEST_INVALID', { problem: answer.error?.message ?? `HTTP ${response.status}` })
  return answer
}

function readable(message: WireMessage): string {
  const buttons = message.buttons.map(button => `[${button.text}]`).join(' ')
  const files = message.files.map(file => `📎 ${file.name} ${file.url}`)
  return [`── ${message.from}`, message.text, ...(buttons ? [buttons] : []), ...files, ''].join('\n')
}

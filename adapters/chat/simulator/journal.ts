// The sandbox's memory across restarts: one JSON object per line, read once at the start and appended to afterwards; only the chat book uses it.
import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { z } from 'zod'
import type { Logger } from '../../../core/ports/logger.js'
import type { SandboxMessage } from './sandbox-types.js'

const Text = z.string()
const Button = z.object({ key: Text, text: Text, style: z.number().optional() })
const Card = z.object({
  type: Text,
  taskId: Text.optional(),
  source: Text.optional(),
  title: Text.optional(),
  desc: Text.optional(),
  emphasis: z.object({ title: Text.optional(), desc: Text.optional() }).optional(),
  text: Text.optional(),
  quote: z.object({ title: Text.optional(), text: Text.optional(), url: Text.optional() }).optional(),
  facts: z.array(z.object({ name: Text, value: Text, url: Text.optional() })),
  details: z.array(z.object({ title: Text, desc: Text.optional() })),
  links: z.array(z.object({ title: Text, url: Text.optional() })),
  image: Text.optional(),
  url: Text.optional(),
  questions: z.array(
    z.object({ key: Text, title: Text.optional(), multiple: z.boolean(), options: z.array(z.object({ id: Text, text: Text })) }),
  ),
  buttons: z.array(Button),
  menu: z.array(Button),
  replaced: z.boolean(),
  replaceText: Text.optional(),
})
const Message = z.object({
  msgid: Text,
  at: Text,
  from: Text,
  fromName: Text,
  kind: z.enum(['text', 'markdown', 'markdown_v2', 'stream', 'card', 'image', 'file', 'voice', 'video', 'news']),
  text: Text,
  buttons: z.array(z.object({ key: Text, text: Text })),
  files: z.array(z.object({ name: Text, url: Text })),
  card: Card.optional(),
  views: z.record(Text, Card).optional(),
  mentions: z.array(Text),
  quote: Text.optional(),
  recalled: z.boolean().optional(),
  finished: z.boolean().optional(),
  updatedAt: Text.optional(),
})
const Line = z.discriminatedUnion('line', [
  z.object({ line: z.literal('message'), chat: Text, botId: Text.optional(), message: Message }),
  z.object({ line: z.literal('active'), chat: Text, botId: Text }),
  z.object({ line: z.literal('task'), botId: Text, taskId: Text }),
])

export type JournalLine =
  | { readonly line: 'message'; readonly chat: string; readonly botId?: string; readonly message: SandboxMessage }
  | { readonly line: 'active'; readonly chat: string; readonly botId: string }
  | { readonly line: 'task'; readonly botId: string; readonly taskId: string }

/** Rewriting is worth it when the file has grown by this much. */
const growthBytes = 64 * 1024 * 1024

export class Journal {
  private grown = 0
  private broken = false

  constructor(
    private readonly file: string,
    private readonly logger: Logger,
  ) {
    mkdirSync(dirname(file), { recursive: true })
  }

  /** Hands every readable line to `apply`; a torn or foreign line is skipped and counted in the log. */
  load(apply: (line: JournalLine) => void): void {
    if (!existsSync(this.file)) return
    const bytes = readFileSync(this.file)
    let skipped = 0
    for (let from = 0; from < bytes.length;) {
      const end = bytes.indexOf(0x0a, from)
      // Every line ends with a line feed; what follows the last one was torn off by a crash.
      if (end < 0) skipped++
      else if (!this.applyLine(bytes.toString('utf8', from, end), apply)) skipped++
      from = end < 0 ? bytes.length : end + 1
    }
    if (skipped > 0) this.logger.warn({ skipped }, 'sandbox journal held lines that could not be read')
  }

  /** Never throws: a full disk costs the memory of the sandbox, not the chat. */
  append(line: JournalLine, everything: () => Iterable<JournalLine>): void {
    this.guard(() => {
      const text = `${JSON.stringify(line)}\n`
      appendFileSync(this.file, text, { mode: 0o600 })
      this.grown += text.length
    })
    if (this.grown > growthBytes) this.rewrite(everything())
  }

  /** Replaces the file by what is still kept, in one step. */
  rewrite(lines: Iterable<JournalLine>): void {
    this.guard(() => {
      const fresh = `${this.file}.new`
      writeFileSync(fresh, '', { mode: 0o600 })
      let waiting: string[] = []
      for (const line of lines) {
        waiting.push(JSON.stringify(line))
        if (waiting.length === 200) {
          appendFileSync(fresh, `${waiting.join('\n')}\n`)
          waiting = []
        }
      }
      if (waiting.length > 0) appendFileSync(fresh, `${waiting.join('\n')}\n`)
      renameSync(fresh, this.file)
      this.grown = 0
    })
  }

  private applyLine(text: string, apply: (line: JournalLine) => void): boolean {
    try {
      const parsed = Line.safeParse(JSON.parse(text))
      // The schema's optional keys may be undefined in type only: JSON has no undefined.
      if (parsed.success) apply(parsed.data as JournalLine)
      return parsed.success
    } catch {
      return false
    }
  }

  private guard(work: () => void): void {
    try {
      work()
      this.broken = false
    } catch (error) {
      if (!this.broken) this.logger.error({ error }, 'sandbox journal could not be written')
      this.broken = true
    }
  }
}

// `取证`: keeps a file sent alone to the bot, or the words themselves, as evidence of an incident, with hash and custody.
import { z } from 'zod'
import { openStates } from '../../core/tickets/incident-states.js'
import { clip, plain } from '../cards/format.js'
import { defineCommand, say } from '../runtime/command.js'

/** A file sent longer ago was meant for something else. */
const FRESH_MILLISECONDS = 15 * 60_000
const kinds = ['png', 'jpeg', 'pdf', 'xlsx', 'docx', 'zip', 'xml', 'json', 'text'] as const

export const keepEvidence = defineCommand({
  name: '取证',
  aliases: ['留证'],
  capability: 'run-playbook',
  risk: 'write',
  keepsSentence: true,
  picks: { incident: openStates },
  help: {
    group: '知识',
    summary: '留存证据：刚单独发给我的文件，或写下的内容；可写第几步',
    examples: ['取证 IN-uni-261124-001 4 进程树导出', '取证 IN-uni-261124-001 4 crontab：每 5 分钟执行隐藏文件 .x'],
  },
  args: z.object({ incident: z.string(), words: z.string().min(2).max(2_000) }),
  argumentNames: { words: '证据说明' },
  async run({ args, actor, tenant, core, now }) {
    const [, at, rest] = /^第?\s*(\d{1,3})(?!\d)\s*步?[\s：:，,]+(.+)$/s.exec(args.words) ?? []
    const what = (rest ?? args.words).trim()
    const upload = await core.uploads.newest(actor, kinds)
    const kept = upload && Date.parse(upload.receivedAt) > now - FRESH_MILLISECONDS ? await unkept(upload) : undefined
    const bytes = kept ? await core.uploads.bytes(kept) : Buffer.from(what, 'utf8')
    const item = await core.evidence.keep(actor, tenant.id, args.incident, {
      name: kept?.name ?? `${clip(what, 20)}.txt`,
      bytes,
      what,
      ...(at === undefined ? {} : { position: Number(at) }),
    })
    return say(`**${args.incident}** 已留证“${plain(item.name, 60)}”，${item.size} 字节，SHA-256 ${item.sha256}`)

    /** One file is one piece of evidence: what follows in words is another. */
    async function unkept(file: NonNullable<typeof upload>): Promise<typeof upload> {
      const same = await core.transactions.read(t => t.evidenceItems.first(tenant.id, { sha256: file.sha256 }))
      return same ? undefined : file
    }
  },
})

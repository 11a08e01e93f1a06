// `查日志`: looks for a word or an address in the customer's raw lines; a few are shown, more come as a file. Secrets are taken out.
import { z } from 'zod'
import { AppError } from '../../core/errors.js'
import { daySpan } from '../../core/tenants/local-time.js'
import { clock, code, plain } from '../cards/format.js'
import { defineCommand, say } from '../runtime/command.js'

const SHOWN = 6
const DAY = 86_400_000
const FILE_BYTES = 2 * 1024 * 1024

export const searchLogs = defineCommand({
  name: '查日志',
  aliases: ['搜日志', '搜索日志', '查原始日志'],
  says: [/(?:看看|查查|搜搜|搜一下|找一下|有没有).{0,60}(?:的)?(?:原始)?日志/],
  capability: 'see-evidence',
  risk: 'read',
  help: {
    group: '研判',
    summary: '在原始日志里找关键字或地址，默认近 24 小时；多的给文件',
    examples: ['查日志 203.0.113.7', '查日志 Failed password 昨天'],
  },
  args: z.object({
    ip: z.string().optional(),
    day: z.string().optional(),
    days: z.string().optional(),
    seconds: z.number().optional(),
    text: z.string().optional(),
  }),
  argumentNames: { text: '关键字或地址' },
  async run({ args, core, tenant, now }) {
    const wanted = args.ip ?? args.text?.replace(/^(?:里|中|的)?(?:有没有|关键字|包含)?[\s：:]*/, '').trim() ?? ''
    if (wanted === '') throw new AppError('ARGUMENT_MISSING', { what: '关键字或地址', example: '查日志 203.0.113.7 昨天' })
    const [first, last] = args.days?.split(' 至 ') ?? [args.day, args.day]
    const back = args.seconds === undefined ? DAY : Math.min(args.seconds * 1000, 31 * DAY)
    const span = first && last ? daySpan(first, last, tenant.timeZone) : { from: now - back, to: now + 60_000 }
    const { lines, matched, reached, complete } = await core.logs.search(tenant.id, wanted, span)
    const zone = tenant.timeZone
    const title = `**查日志** ${plain(wanted, 40)}`
    const short = complete ? '' : `（搜索到 ${clock(reached, zone)} 为止，范围太大请缩小）`
    if (lines.length === 0) return say(`${title}：${complete ? '没有找到。' : `还没有找到${short}。`}`)
    const more = lines.length > SHOWN ? [`……最近 ${lines.length} 条在文件里`] : []
    const text = [
      `${title}：已搜到 ${matched} 条${short}，最新在前`,
      ...lines.slice(0, SHOWN).map(line => `· ${clock(line.at, zone)} ${code(line.text, 160)}`),
      ...more,
    ].join('\n')
    const answers = [{ message: { kind: 'markdown' as const, text } }]
    if (lines.length <= SHOWN) return { answers }
    const file = { name: `日志-${tenant.code}-${clock(lines[0]!.at, zone).replaceAll(/\D/g, '')}.txt`, base64: fileOf(lines) }
    return { answers: [...answers, { message: { kind: 'file', file } }] }
  },
})

function fileOf(lines: readonly { readonly at: string; readonly text: string }[]): string {
  const parts: string[] = []
  let bytes = 0
  for (const { at, text } of lines) {
    const line = `${at} ${text.replaceAll(/[\r\n]+/g, ' ')}\n`
    bytes += Buffer.byteLength(line)
    if (bytes > FILE_BYTES) break
    parts.push(line)
  }
  return Buffer.from(parts.join('')).toString('base64')
}

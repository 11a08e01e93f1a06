// `标记`: how important an asset is (C, I, A), what it is and serves, whether it is still there. C, I and A of a customer wait for an analyst or the customer manager.
import { z } from 'zod'
import { AppError } from '../../core/errors.js'
import type { AssetMarks } from '../../core/assets/asset-desk.js'
import { shortName } from '../../core/assets/find-assets.js'
import { plain } from '../cards/format.js'
import { defineCommand, say } from '../runtime/command.js'

const EXAMPLE = '标记 10.1.8.77 C=4 I=4 A=5'
const RATING = /(?<![A-Za-z])([CIA])\s*[=＝:：]\s*(\d+)/gi
const FIELD = /(名称|业务重要性|业务|位置|类型)\s*[=＝:：]\s*([^\s，,；;]{1,100})/g

export const markAsset = defineCommand({
  name: '标记',
  aliases: ['mark'],
  capability: 'keep-assets',
  risk: 'write',
  help: {
    group: '资产',
    summary: '标注资产：重要性 C/I/A（1–5，客户提的要分析师或客户经理确认）、业务、名称、位置，或“下线”“恢复”',
    examples: [EXAMPLE, '标记 10.1.8.77 业务=教务系统 位置=A机房', '标记 10.1.8.77 下线'],
  },
  args: z.object({ ip: z.string().optional(), asset: z.string().optional(), text: z.string().max(300).default('') }),
  async run({ args, actor, tenant, core }) {
    const { ip, asset, text } = args
    if (ip === undefined && asset === undefined) throw new AppError('ARGUMENT_MISSING', { what: '资产（地址或名称）', example: EXAMPLE })
    const marks = marksOf(text)
    const { asset: marked, waits } = await core.assets.mark(actor, tenant.id, ip === undefined ? { word: asset } : { ip }, marks)
    const who = plain(shortName(marked), 60)
    if (waits && marked.proposal) {
      const { c, i, a } = marked.proposal
      return say(`**${who}** 重要性 C=${c} I=${i} A=${a} 已提交，等分析师或客户经理确认后重算价值。`)
    }
    const cia = marked.cia ? `C=${marked.cia.c} I=${marked.cia.i} A=${marked.cia.a}，` : ''
    return say(`**${who}** 已更新：${cia}资产价值 ${marked.value}${marked.status === 'offline' ? '，已登记下线（记录保留）' : ''}。`)
  },
})

function marksOf(text: string): AssetMarks {
  const ratings = [...text.matchAll(RATING)].map(([, key = '', value]) => [key.toLowerCase(), Number(value)] as const)
  const fields = new Map([...text.matchAll(FIELD)].map(([, name = '', value = '']) => [name, value]))
  const importance = fields.get('业务重要性')
  const offline = /下线|退役|报废/.test(text) ? true : /恢复|重新上线/.test(text) ? false : undefined
  if (ratings.length === 0 && fields.size === 0 && offline === undefined)
    throw new AppError('ARGUMENT_MISSING', { what: '要标注什么（C、I、A 各 1 到 5）', example: EXAMPLE })
  return {
    cia: ratings.length > 0 ? Object.fromEntries(ratings) : undefined,
    name: fields.get('名称'),
    business: fields.get('业务'),
    place: fields.get('位置'),
    kind: fields.get('类型'),
    businessImportance: importance === undefined ? undefined : importanceOf(importance),
    offline,
  }
}

function importanceOf(text: string): number {
  if (/^[1-5]$/.test(text)) return Number(text)
  throw new AppError('ARGUMENT_INVALID', { value: text.slice(0, 20), what: '业务重要性（1 到 5）', example: '标记 10.1.8.77 业务重要性=5' })
}

// `查`: what is known about an address, name, URL or file, in at most eight lines: lists, our own incidents, what was done.
import { z } from 'zod'
import type { Core } from '../../core/core.js'
import { AppError } from '../../core/errors.js'
import { disposalStateLabel } from '../../core/disposal/disposal.js'
import { readValue, type Findings, type Known } from '../../core/threats/intel-desk.js'
import { sourceWords, type IndicatorType } from '../../core/threats/indicators/indicator.js'
import { indicatorMeaning } from '../../core/threats/models/indicator-meaning.js'
import type { Tenant } from '../../core/tenants/tenant.js'
import { clock, plain } from '../cards/format.js'
import { defineCommand, say } from '../runtime/command.js'

const LISTS = 3
const typeLabel: Readonly<Record<IndicatorType, string>> = {
  ipv4: '地址',
  ipv6: '地址',
  'ipv4:port': '地址和端口',
  'ipv6:port': '地址和端口',
  cidr: '网段',
  domain: '域名',
  url: '网址',
  md5: '文件 MD5',
  sha1: '文件 SHA-1',
  sha256: '文件 SHA-256',
}
/** What may stand between the command and the value. */
const BETWEEN = /^[\s：:，,]*(?:一下|下|这个|那个|情报|ip地址|ip|地址|域名|网址|链接|哈希|文件)*[\s：:，,]*/i
const VALUE = /^(?:[\x21-\x7e]*[.:][\x21-\x7e]+|[0-9a-f]{32,64})(?=$|[\s，,。？?是])/i

interface Given {
  readonly ip?: string | undefined
  readonly text?: string | undefined
}

export const lookUp = defineCommand({
  name: '查',
  aliases: ['情报', '查情报', 'intel'],
  // 查 begins many sentences; with anything but a value after it something else is meant.
  calledWith: after => {
    const rest = after.replace(BETWEEN, '')
    return rest === '' || VALUE.test(rest)
  },
  says: [
    /(?:这个|该|那个)?(?:ip|地址|域名|哈希|网址|链接)?.{0,80}(?:是不是(?:坏|恶意)的?|是坏的|是恶意的?|有没有恶意|什么来头|可信吗|在情报里|情报里有)/i,
  ],
  keepsSentence: true,
  capability: 'see-overview',
  risk: 'read',
  help: {
    group: '研判',
    summary: '一个地址、域名、网址或文件哈希：情报怎么说、本单位近 30 天碰到过没有、处置过没有',
    examples: ['查 203.0.113.66', '查 c2.malware.example', '查 hxxp://evil[.]example/a'],
  },
  args: z.object({ ip: z.string().optional(), text: z.string().optional() }),
  async run({ args, core, tenant }) {
    return say(await answer(core, args, tenant))
  },
  async runAcross({ args, core }) {
    return say(await answer(core, args, undefined))
  },
})

function valueOf({ ip, text = '' }: Given): { type: IndicatorType; value: string } {
  // The parser takes addresses out of the sentence, also out of a URL.
  const joined = ip === undefined ? text : text.replace(/^(h[a-z*]{2}ps?:\/\/) ?(?=$|[/:?])/i, `$1${ip}`)
  for (const word of joined.replace(BETWEEN, '').match(/[\x21-\x7e]{4,2048}/g) ?? []) {
    const read = readValue(word.replace(/[?,;!]+$/, ''))
    if (read && !(ip !== undefined && read.type === 'domain')) return read
  }
  const read = ip === undefined ? undefined : readValue(ip)
  if (read) return read
  const facts = { what: '地址、域名、网址或哈希', example: lookUp.help.examples[0] }
  if (text.trim() === '') throw new AppError('ARGUMENT_MISSING', facts)
  throw new AppError('ARGUMENT_INVALID', { ...facts, value: text.slice(0, 64) })
}

async function answer(core: Core, args: Given, tenant: Tenant | undefined): Promise<string> {
  const asked = valueOf(args)
  const found = await core.intel.about(asked, tenant?.id)
  const zone = tenant?.timeZone ?? 'Asia/Shanghai'
  return [
    `**${plain(asked.value, 80)}**（${typeLabel[asked.type]}）${conclusion(found)}`,
    ...found.lists.slice(0, LISTS).map(listLine),
    ...(found.warning
      ? [`提醒：属于“${plain(found.warning.list, 30)}”，${found.warning.effect === 'ignore' ? '不作为情报命中' : '多家共用，命中按三成计'}`]
      : []),
    localLine(found, tenant, zone),
    disposalLine(found, zone),
    ...(found.elsewhere > 0 && tenant ? [`另有 ${found.elsewhere} 家单位近 30 天也碰到过`] : []),
  ].join('\n')
}

function conclusion({ lists, warning }: Findings): string {
  const valid = lists.filter(({ expired }) => !expired)
  if (warning?.effect === 'ignore') return '公认正常，不当作恶意'
  if (valid.length === 0) return lists.length > 0 ? '情报已过期，仅供参考' : '未见于情报（不等于安全）'
  const [surest] = valid
  const { kind, confidence } = surest!.indicator
  return `${confidence >= 0.8 ? '已知恶意' : '可疑'}：${indicatorMeaning[kind].label}${valid.length > 1 ? `，${valid.length} 条情报` : ''}`
}

function listLine({ indicator, expired }: Known): string {
  const { value, kind, confidence, family, addedAt, tlp } = indicator
  const facts = [
    indicatorMeaning[kind].label,
    ...(family === undefined ? [] : [plain(family, 30)]),
    `置信度 ${Math.round(confidence * 100)}%`,
    ...(tlp === undefined ? [] : [`TLP:${tlp.toUpperCase()}`]),
    ...(addedAt === undefined ? [] : [`${addedAt.slice(0, 10)} 收录`]),
    ...(expired ? ['已过期'] : []),
  ]
  return `· ${plain(sourceWords(indicator), 30)}：${plain(value, 60)} ${facts.join('，')}`
}

function localLine({ incidents }: Findings, tenant: Tenant | undefined, zone: string): string {
  const [newest] = incidents
  if (!newest) return `本地：${tenant ? '' : '各单位'}近 30 天没有碰到过`
  const hits = incidents.reduce((sum, incident) => sum + incident.hits, 0)
  const tenants = new Set(incidents.map(incident => incident.tenantId)).size
  return `本地：近 30 天 ${tenant ? '' : `${tenants} 家单位`} ${incidents.length} 起事件、${hits} 次，最近 ${clock(newest.lastAt, zone)} ${newest.number}`.replace(
    '天  ',
    '天 ',
  )
}

function disposalLine({ disposals }: Findings, zone: string): string {
  const [newest] = disposals
  if (!newest) return '处置：没有处置过'
  const until = newest.leaseUntil && newest.releasedAt === null ? `，到 ${clock(newest.leaseUntil, zone)}` : ''
  return `处置：${disposals.length} 次，最近 ${newest.number} ${disposalStateLabel[newest.state]}${until}`
}

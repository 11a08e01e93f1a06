// What other products' words and numbers for severity mean in ours; the one table, used by models/external-alert.ts.
import type { Severity } from './terms.js'

/**
 * `plain`: numbers count like P1 to P5, 1 the gravest (0 is graver still, as in syslog). `zabbix`: 0 to 5, 5 the gravest, and `严重` is
 * the second of its words. `nightingale`: 1 critical, 2 warning, 3 notice.
 */
export type SeverityScale = 'plain' | 'zabbix' | 'nightingale'

/** A word nobody knows is neither hidden nor cried out. */
const UNKNOWN: Severity = 'medium'
const LONGEST = 32

const WORDS: readonly (readonly [Severity, readonly string[]])[] = [
  [
    'critical',
    [
      ...[
        'critical',
        'crit',
        'disaster',
        'emergency',
        'emerg',
        'panic',
        'alert',
        'fatal',
        'blocker',
        'catastrophic',
        'urgent',
        'very high',
      ],
      ...['严重', '致命', '灾难', '灾难性', '紧急', '特急', '超危', '危急', '极高', '特别重大', '一级', 'ⅰ级'],
    ],
  ],
  [
    'high',
    [
      ...['high', 'error', 'err', 'major', 'severe', 'serious', 'important', 'page', 'danger'],
      ...['高', '高危', '高级', '高风险', '错误', '重要', '主要', '重大', '危险', '二级'],
    ],
  ],
  [
    'medium',
    [
      ...['medium', 'med', 'moderate', 'average', 'warning', 'warn', 'normal', 'unclassified', 'suspicious'],
      ...['中', '中危', '中级', '中风险', '中等', '警告', '告警', '预警', '一般严重', '较大', '可疑', '三级'],
    ],
  ],
  [
    'low',
    [...['low', 'minor', 'notice', 'ticket', 'trivial'], ...['低', '低危', '低级', '低风险', '次要', '轻微', '一般', '注意', '四级']],
  ],
  [
    'info',
    [
      ...['info', 'information', 'informational', 'debug', 'trace', 'none', 'ok', 'not classified', 'unimportant'],
      ...['提示', '信息', '通知', '提醒', '未分类', '正常', '恢复', '调试', '五级'],
    ],
  ],
]
const byWord: ReadonlyMap<string, Severity> = new Map(WORDS.flatMap(([severity, words]) => words.map(word => [word, severity] as const)))

/** Index is the number. */
const NUMBERS: Readonly<Record<SeverityScale, readonly Severity[]>> = {
  plain: ['critical', 'critical', 'high', 'medium', 'low', 'info', 'info', 'info'],
  zabbix: ['info', 'info', 'medium', 'medium', 'high', 'critical'],
  nightingale: ['critical', 'critical', 'medium', 'low'],
}
/** Zabbix in Chinese counts 信息, 警告, 一般严重, 严重, 灾难. */
const ZABBIX_WORDS: ReadonlyMap<string, Severity> = new Map([['严重', 'high']])
const NUMBERED = /^(?:(?:p|s|l|lv|sev|severity|priority|level|级别|等级)[ :-]?)?(\d)级?$/

/** Total; without regard to case, width, brackets and blanks around. Unknown words, and none at all, are `medium`. */
export function severityOfWord(word: unknown, scale: SeverityScale = 'plain'): Severity {
  if (typeof word !== 'string' && typeof word !== 'number') return UNKNOWN
  const plain = String(word)
    .slice(0, LONGEST)
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[_\s]+/g, ' ')
    .replace(/^[\s[(【<「]+|[\s\])】>」!.。]+$/g, '')
  const known = wordMeaning(plain, scale) ?? wordMeaning(plain.replace(/(?:级别|等级|级|告警|事件|风险)$/, ''), scale)
  if (known !== undefined) return known
  const number = NUMBERED.exec(plain)?.[1]
  return (number === undefined ? undefined : NUMBERS[scale][Number(number)]) ?? UNKNOWN
}

function wordMeaning(plain: string, scale: SeverityScale): Severity | undefined {
  return (scale === 'zabbix' ? ZABBIX_WORDS.get(plain) : undefined) ?? byWord.get(plain)
}

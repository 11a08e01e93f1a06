// Finds the templates behind many lines (a fixed-depth tree as in Drain, He et al. 2017) and drafts a format from them; called by `guanjia formats learn`.

export interface Template {
  /** Words of the template; `undefined` where lines differ. */
  readonly words: readonly (string | undefined)[]
  readonly lines: number
  readonly example: string
}

const MAX_TEMPLATES = 500
const MAX_WORDS = 200
/** Share of equal words from which a line belongs to a template. */
const SIMILAR = 0.6

interface Group {
  words: (string | undefined)[]
  lines: number
  example: string
}

/** Memory is bounded by 500 templates; the order is by number of lines. */
export function mineTemplates(lines: Iterable<string>): Template[] {
  const groups = new Map<string, Group[]>()
  let count = 0
  for (const line of lines) {
    const words = line.trim().split(/\s+/, MAX_WORDS)
    if (words.length < 2) continue
    const first = words.find(word => !isValue(word)) ?? '*'
    const key = `${words.length} ${first}`
    const list = groups.get(key) ?? []
    const best = list.map(group => ({ group, share: similarity(group.words, words) })).sort((a, b) => b.share - a.share)[0]
    if (best !== undefined && best.share >= SIMILAR) {
      best.group.lines += 1
      best.group.words = best.group.words.map((word, index) => (word === words[index] ? word : undefined))
    } else if (count < MAX_TEMPLATES) {
      count += 1
      list.push({ words: words.map(word => (isValue(word) ? undefined : word)), lines: 1, example: line })
      groups.set(key, list)
    }
  }
  return [...groups.values()].flat().sort((a, b) => b.lines - a.lines)
}

function isValue(word: string): boolean {
  return /\d/.test(word)
}

function similarity(template: readonly (string | undefined)[], words: readonly string[]): number {
  let same = 0
  for (const [index, word] of template.entries()) if (word === undefined ? isValue(words[index]!) : word === words[index]) same += 1
  return same / words.length
}

/** The pattern a template stands for, in the words of text-pattern.ts; values get the narrowest piece their example fits. */
export function patternOf(template: Template): string {
  const words = template.example.trim().split(/\s+/, MAX_WORDS)
  let number = 0
  return template.words
    .map((word, index) => {
      if (word !== undefined) return word.replaceAll('%', '%{DATA}')
      number += 1
      const text = words[index]!
      const [, open = '', inner = '', close = ''] = /^([("'[<]*)(.*?)([)"'\]>,;:.]*)$/.exec(text) ?? []
      return `${open}${pieceFor(inner, number)}${close}`
    })
    .join(' ')
}

function pieceFor(text: string, number: number): string {
  if (/^\d{1,3}(?:\.\d{1,3}){3}$/.test(text)) return `%{IP:ip${number}}`
  const end = /^(\d{1,3}(?:\.\d{1,3}){3})([:/])\d{1,5}$/.exec(text)
  if (end !== null) return `%{IP:ip${number}}${end[2]}%{PORT:port${number}}`
  const pair = /^([A-Za-z_][\w.-]{0,40})=(.*)$/.exec(text)
  if (pair !== null) return `${pair[1]}=%{NOTSPACE:${pair[1]!.toLowerCase().replaceAll('.', '_')}}`
  return /^\d{1,15}$/.test(text) ? `%{INT:number${number}}` : `%{NOTSPACE:text${number}}`
}

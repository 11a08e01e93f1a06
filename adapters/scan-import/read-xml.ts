// XML as a stream of whole elements: entities of a document are refused, depth and size bounded, an open end is an error with its line.
import { SaxesParser } from 'saxes'
import { ScanProblem } from '../shared/scan-problem.js'

const MAX_DEPTH = 200
/** Characters of one element that is kept, and of what lies between two events of the parser (one text, one tag). */
const MAX_KEPT = 32 * 1024 * 1024
const MAX_UNBROKEN = 16 * 1024 * 1024

export interface XmlElement {
  /** Without prefix. */
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly children: readonly XmlElement[]
  /** Own text and CDATA, without that of children. */
  readonly text: string
  readonly line: number
  /** Elements around it, outermost first; they have no children here. */
  readonly around: readonly XmlElement[]
}

interface Building extends XmlElement {
  readonly children: Building[]
  text: string
}

/**
 * Yields every element for which `wanted` says yes, outermost ones only, when its end tag was seen.
 * @throws ScanProblem for anything that is not well-formed, for entity declarations, and beyond the bounds
 */
export async function* xmlElements(
  pieces: AsyncIterable<string>,
  wanted: (name: string, depth: number) => boolean,
): AsyncGenerator<XmlElement> {
  const parser = new SaxesParser({ xmlns: false, position: true })
  const open: Building[] = []
  let keptFrom = -1
  let kept = 0
  let sinceEvent = 0
  let lastLine = 1
  let ready: XmlElement[] = []
  let roots = 0
  const seen = (): void => {
    sinceEvent = 0
    lastLine = parser.line
  }
  const refuse = (problem: string): never => {
    throw new ScanProblem(problem, Math.max(parser.line, lastLine))
  }
  parser.on('error', error => {
    throw new ScanProblem(`XML 不完整或不合规范：${plain(error.message)}`, Math.max(parser.line, 1))
  })
  parser.on('doctype', text => {
    seen()
    if (/<!ENTITY/i.test(text)) refuse('文件声明了 XML 实体（ENTITY），出于安全不予读取')
  })
  parser.on('opentag', tag => {
    seen()
    if (open.length >= MAX_DEPTH) refuse(`XML 嵌套超过 ${MAX_DEPTH} 层`)
    const name = local(tag.name)
    const attributes: Record<string, string> = {}
    for (const [key, value] of Object.entries(tag.attributes as Record<string, string>)) attributes[local(key)] = value
    const keeping = keptFrom !== -1
    if (keeping) kept += name.length + 50 + Object.values(attributes).reduce((sum, value) => sum + value.length, 0)
    const element: Building = { name, attributes, children: [], text: '', line: parser.line, around: keeping ? [] : [...open] }
    if (keeping) open.at(-1)?.children.push(element)
    if (open.length === 0) roots++
    open.push(element)
    if (!keeping && wanted(name, open.length - 1)) {
      keptFrom = open.length - 1
      kept = 0
    }
  })
  const text = (value: string): void => {
    seen()
    if (keptFrom === -1) return
    kept += value.length
    if (kept > MAX_KEPT) refuse(`XML 里一个元素超过 ${MAX_KEPT} 个字符`)
    const top = open.at(-1)
    if (top) top.text += value
  }
  parser.on('text', text)
  parser.on('cdata', text)
  parser.on('comment', seen)
  parser.on('processinginstruction', seen)
  parser.on('closetag', () => {
    seen()
    const element = open.pop()
    if (element && open.length === keptFrom) {
      keptFrom = -1
      ready.push(element)
    }
  })
  for await (const piece of pieces) {
    parser.write(piece)
    sinceEvent += piece.length
    if (sinceEvent > MAX_UNBROKEN) refuse(`XML 里一段文字超过 ${MAX_UNBROKEN} 个字符`)
    if (ready.length > 0) {
      const batch = ready
      ready = []
      yield* batch
    }
  }
  parser.close()
  yield* ready
  if (roots === 0) throw new ScanProblem('XML 里没有任何元素', 1)
}

function local(name: string): string {
  const colon = name.indexOf(':')
  return colon === -1 ? name : name.slice(colon + 1)
}

/** `2:17: unclosed tag: host` → `unclosed tag: host`. */
function plain(message: string): string {
  return message.replace(/^(?:undefined:)?\d+:\d+: /, '').slice(0, 200)
}

/** First descendant along names separated by `/`. */
export function child(element: XmlElement | undefined, path: string): XmlElement | undefined {
  let current = element
  for (const name of path.split('/')) current = current?.children.find(item => item.name === name)
  return current
}

/** All descendants along names separated by `/`. */
export function children(element: XmlElement | undefined, path: string): readonly XmlElement[] {
  let current: readonly XmlElement[] = element ? [element] : []
  for (const name of path.split('/')) current = current.flatMap(item => item.children.filter(inner => inner.name === name))
  return current
}

/** Text of the first descendant along the path, trimmed; `''` when there is none. */
export function textAt(element: XmlElement | undefined, path: string): string {
  return child(element, path)?.text.trim() ?? ''
}

/** Every text inside, in order of elements, as one line of words. */
export function allText(element: XmlElement | undefined): string {
  if (!element) return ''
  const parts: string[] = []
  const walk = (item: XmlElement): void => {
    if (item.text.trim() !== '') parts.push(item.text.trim())
    item.children.forEach(walk)
  }
  walk(element)
  return parts.join(' ').replace(/\s+/g, ' ')
}

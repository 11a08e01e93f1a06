// YAML text to plain values that remember their lines, within bounds of size, depth and work; used by read-declaration.ts.
import { Composer, isAlias, isMap, isScalar, isSeq, Lexer, LineCounter, Parser, type CST, type Document, type ErrorCode } from 'yaml'
import { checkNodes, MAX_ALIASES, startOf } from './check-nodes.js'
import { fileInvalid, type LocatedFault, type Path } from './faults.js'

const MAX_BYTES = 2 * 1024 * 1024
/** A declaration is 8 deep; parameters of models may add some. */
const MAX_DEPTH = 40
/** Pieces of syntax. Time and memory grow with these and not with the bytes: this many take some seconds at worst. */
const MAX_LEXEMES = 500_000

export interface YamlText {
  readonly value: unknown
  /** 1-based; of the nearest thing around it when the path itself is not in the file. */
  lineOf(path: Path): number
}

/** @throws FILE_INVALID with all faults of the syntax */
export function readYaml(text: string, file: string): YamlText {
  if (text.length > MAX_BYTES || Buffer.byteLength(text) > MAX_BYTES) {
    throw fileInvalid(file, [{ line: 1, problem: '文件超过 2 MB，请按单位拆成几个文件' }])
  }
  // What YAML does not allow in a text.
  const control = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f]/.exec(text)
  if (control) {
    const line = text.slice(0, control.index).split(/\r\n|\r|\n/).length
    throw fileInvalid(file, [{ line, problem: '有控制字符，不是文本文件' }])
  }
  const lines = new LineCounter()
  const lineAt = (offset: number): number => Math.max(1, lines.linePos(offset).line)
  const composer = new Composer({
    schema: 'core',
    // Its check compares every key with every other; checkNodes does it in one pass.
    uniqueKeys: false,
    resolveKnownTags: false,
    customTags: null,
    merge: false,
    prettyErrors: false,
    logLevel: 'silent',
  })
  const documents: Document[] = []
  for (const document of composer.compose(tokens(text, file, lines, lineAt), true, text.length)) {
    documents.push(document)
    if (documents.length > 1) throw fileInvalid(file, [{ line: lineAt(document.range[0]), problem: '一个文件只能有一份声明（多了“---”）' }])
  }
  const document = documents[0]!
  const faults: LocatedFault[] = [...document.errors, ...document.warnings].slice(0, 500).map(({ code, pos }) => ({
    line: lineAt(pos[0]),
    problem: problems[code] ?? `YAML 写法不对（${code}）`,
  }))
  if (document.directives?.yaml.explicit) faults.push({ line: 1, problem: '不支持 %YAML 指令，请去掉' })
  // What is broken may look like more faults than there are, so the rest is looked at only when the syntax is right.
  if (faults.length > 0) throw fileInvalid(file, faults)
  const nodes = checkNodes(document)
  if (nodes.faults.length > 0) {
    const located = nodes.faults.map(({ offset, problem }) => ({ line: lineAt(offset), problem }))
    throw fileInvalid(file, located)
  }
  return { value: plainValue(document, file, lineAt(nodes.firstAlias)), lineOf: path => lineAt(offsetOf(document, path)) }
}

/** Stops before the composer, which recurses and keeps everything, sees what is too deep or too much. */
function* tokens(text: string, file: string, lines: LineCounter, lineAt: (offset: number) => number): Generator<CST.Token> {
  const parser = new Parser(lines.addNewLine)
  lines.addNewLine(0)
  let count = 0
  let offset = 0
  const stop = (problem: string) => fileInvalid(file, [{ line: lineAt(offset), problem }])
  for (const lexeme of new Lexer().lex(text)) {
    offset = parser.offset
    yield* parser.next(lexeme)
    if (parser.stack.length > MAX_DEPTH) throw stop('嵌套太深')
    if (++count > MAX_LEXEMES) throw stop('内容太多，请按单位拆成几个文件')
  }
  yield* parser.end()
}

function plainValue(document: Document, file: string, firstAlias: number): unknown {
  try {
    return document.toJS({ maxAliasCount: MAX_ALIASES })
  } catch (cause) {
    // Thrown for aliases only: few that multiply.
    throw fileInvalid(file, [{ line: firstAlias, problem: '引用（*）互相套用，展开后太大' }], cause)
  }
}

function offsetOf(document: Document, path: Path): number {
  let node: unknown = document.contents
  let offset = startOf(node) ?? 0
  for (const part of path) {
    if (isAlias(node)) node = node.resolve(document)
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && key.value === part)
      if (!pair) return offset
      offset = startOf(pair.key) ?? offset
      node = pair.value
    } else if (isSeq(node) && typeof part === 'number' && part in node.items) {
      node = node.items[part]
      offset = startOf(node) ?? offset
    } else return offset
  }
  return offset
}

const problems: Partial<Readonly<Record<ErrorCode, string>>> = {
  BAD_ALIAS: '引用（*）写得不对',
  BAD_DIRECTIVE: '不支持 % 开头的指令',
  BAD_DQ_ESCAPE: '双引号里的转义写法不对',
  BAD_INDENT: '缩进不对，或括号没有合上',
  BLOCK_AS_IMPLICIT_KEY: '缩进不对，或少了换行',
  BLOCK_IN_FLOW: '方括号或花括号里的缩进不对',
  MISSING_CHAR: '少了引号、括号、逗号、冒号或空格',
  MULTILINE_IMPLICIT_KEY: '少了冒号或引号',
  TAB_AS_INDENT: '缩进要用空格，不能用制表符',
  TAG_RESOLVE_FAILED: '不支持标签（!）',
  UNEXPECTED_TOKEN: '有多余的或放错地方的内容',
}

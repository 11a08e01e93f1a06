// Bytes of a scanner's file → text: byte order mark, XML declaration, UTF-8, and GB18030 for tables and text of domestic products.
import { ScanProblem } from './scan-problem.js'

const HEAD_BYTES = 64 * 1024
const ENCODINGS = new Set([
  'utf-8',
  'utf-16le',
  'utf-16be',
  'gb18030',
  'gbk',
  'big5',
  'windows-1252',
  'iso-8859-15',
  'shift_jis',
  'euc-jp',
  'euc-kr',
])

export interface TextSource {
  readonly encoding: string
  /** At most the first 64 KiB. */
  readonly head: string
  /** The text from its beginning, in pieces. @throws ScanProblem for bytes the encoding does not know */
  pieces(): AsyncGenerator<string>
}

type Open = () => AsyncIterable<Uint8Array>

export async function decodeText(open: Open, maxBytes: number): Promise<TextSource> {
  const { encoding, head } = guess(await firstBytes(open))
  return {
    encoding,
    head,
    async *pieces() {
      const decoder = new TextDecoder(encoding, { fatal: true })
      let line = 1
      let bytes = 0
      for await (const chunk of open()) {
        bytes += chunk.length
        if (bytes > maxBytes) throw new ScanProblem(`文件超过 ${maxBytes} 字节`, line)
        // Small pieces keep the place of an error near.
        for (let at = 0; at < chunk.length; at += HEAD_BYTES) {
          const piece = strictly(decoder, chunk.subarray(at, at + HEAD_BYTES), line, encoding)
          line += lineBreaks(piece)
          if (piece !== '') yield piece
        }
      }
      const last = strictly(decoder, undefined, line, encoding)
      if (last !== '') yield last
    },
  }
}

function strictly(decoder: InstanceType<typeof TextDecoder>, bytes: Uint8Array | undefined, line: number, encoding: string): string {
  try {
    return bytes ? decoder.decode(bytes, { stream: true }) : decoder.decode()
  } catch {
    // Which line: decode again without strictness and look for the first replacement character.
    const loose = bytes ? new TextDecoder(encoding).decode(bytes) : '\ufffd'
    throw new ScanProblem(
      `有字节不是 ${encoding} 编码，文件可能损坏或声明的编码不对`,
      line + lineBreaks(loose.slice(0, Math.max(0, loose.indexOf('\ufffd')))),
    )
  }
}

export function lineBreaks(text: string): number {
  let count = 0
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) count++
  return count
}

async function firstBytes(open: Open): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  let size = 0
  for await (const chunk of open()) {
    parts.push(chunk)
    size += chunk.length
    if (size >= HEAD_BYTES) break
  }
  return Buffer.concat(parts).subarray(0, HEAD_BYTES)
}

function guess(bytes: Uint8Array): { encoding: string; head: string } {
  const marked = byMark(bytes)
  if (marked) return { encoding: marked, head: new TextDecoder(marked).decode(bytes) }
  const ascii = Buffer.from(bytes.subarray(0, 200)).toString('latin1')
  const declared = /^\s*<\?xml[^>]{0,100}?encoding\s*=\s*["']([\w.:-]{1,40})["']/.exec(ascii)?.[1]
  if (declared !== undefined) {
    const encoding = known(declared)
    return { encoding, head: new TextDecoder(encoding).decode(bytes) }
  }
  const utf8 = whole(bytes, 'utf-8')
  if (utf8 !== undefined) return { encoding: 'utf-8', head: utf8 }
  const chinese = /^\s*</.test(ascii) ? undefined : whole(bytes, 'gb18030')
  // XML without a declaration is UTF-8 by its standard; anything else that is no UTF-8 is taken for a domestic product's.
  return chinese === undefined
    ? { encoding: 'utf-8', head: new TextDecoder('utf-8').decode(bytes) }
    : { encoding: 'gb18030', head: chinese }
}

function byMark(bytes: Uint8Array): string | undefined {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return 'utf-8'
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le'
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be'
  // XML in UTF-16 without a mark still begins with `<`.
  if (bytes[0] === 0x3c && bytes[1] === 0) return 'utf-16le'
  if (bytes[0] === 0 && bytes[1] === 0x3c) return 'utf-16be'
  return undefined
}

function known(label: string): string {
  let encoding: string
  try {
    encoding = new TextDecoder(label).encoding
  } catch {
    throw new ScanProblem(`声明的编码 ${label} 无法识别`, 1)
  }
  if (!ENCODINGS.has(encoding)) throw new ScanProblem(`不支持声明的编码 ${label}`, 1)
  return encoding
}

/** The head may end within a character: up to three bytes are forgiven. */
function whole(bytes: Uint8Array, encoding: string): string | undefined {
  const cut = bytes.length < HEAD_BYTES ? 0 : 3
  for (let less = 0; less <= cut; less++) {
    try {
      return new TextDecoder(encoding, { fatal: true }).decode(bytes.subarray(0, bytes.length - less))
    } catch {
      continue
    }
  }
  return undefined
}

// What a file really is, told from its bytes and checked against its name; refuses what is dangerous or of no use, in one sentence. Pure.
import { AppError } from '../errors.js'
import type { UploadKind } from './upload.js'
import { readZip, type ZipFacts } from './zip-facts.js'

const extensions: Readonly<Record<UploadKind, readonly string[]>> = {
  png: ['png'],
  jpeg: ['jpg', 'jpeg'],
  pdf: ['pdf'],
  xlsx: ['xlsx'],
  docx: ['docx'],
  zip: ['zip'],
  xml: ['xml', 'nessus'],
  json: ['json', 'ndjson', 'jsonl', 'sarif'],
  text: ['txt', 'csv', 'log', 'conf', 'cfg', 'md', 'nmap', 'gnmap', 'yaml', 'yml'],
}
/** A picture or a report that swells to more is none. */
const MAX_UNPACKED = 200 * 1024 * 1024
const MAX_RATIO = 200
const MAX_ENTRIES = 5000
const NESTED = /\.(?:zip|7z|rar|gz|tgz|bz2|xz|jar)$/i
const SNIFFED = 64 * 1024

/** @throws FILE_REFUSED */
export function recogniseFile(name: string, bytes: Buffer): UploadKind {
  const kind = kindOf(bytes)
  const extension = /\.([^.]+)$/.exec(name)?.[1]?.toLowerCase() ?? ''
  const allowed = kind === 'xml' || kind === 'json' ? [...extensions[kind], ...extensions.text] : extensions[kind]
  if (!allowed.includes(extension)) throw refused(`内容是 ${kind}，和文件名“${name.slice(0, 60)}”的后缀对不上`)
  return kind
}

function kindOf(bytes: Buffer): UploadKind {
  const head = bytes.subarray(0, 8).toString('hex')
  if (head === '89504e470d0a1a0a') return 'png'
  if (head.startsWith('ffd8ff')) return 'jpeg'
  if (bytes.subarray(0, 5).toString('latin1') === '%PDF-') return 'pdf'
  if (head.startsWith('504b0304') || head.startsWith('504b0506')) return archiveKind(bytes)
  if (head.startsWith('d0cf11e0')) throw refused('旧版 Office 文件请另存为 xlsx 或 docx 再发')
  if (/^(?:1f8b|377abcaf|52617221|425a68|fd377a58)/.test(head)) throw refused('压缩包请用 zip，或解压后逐个发')
  return textKind(bytes)
}

function archiveKind(bytes: Buffer): UploadKind {
  const zip = readZip(bytes)
  if (!zip) throw refused('压缩包已损坏')
  checkZip(zip)
  const has = (start: string) => zip.names.some(name => name.startsWith(start))
  if (zip.names.includes('[Content_Types].xml')) {
    if (zip.names.some(name => /vbaProject\.bin$/i.test(name))) throw refused('带宏的 Office 文件不接收')
    if (has('xl/')) return 'xlsx'
    if (has('word/')) return 'docx'
  }
  return 'zip'
}

function checkZip({ entries, unpacked, packed, encrypted, names }: ZipFacts): void {
  if (entries > MAX_ENTRIES || unpacked > MAX_UNPACKED || (unpacked > 1024 * 1024 && unpacked > packed * MAX_RATIO))
    throw refused('压缩包解开后过大，疑似压缩炸弹')
  if (encrypted) throw refused('加密的压缩包看不了，请解密后再发')
  if (names.some(name => NESTED.test(name))) throw refused('压缩包里还有压缩包，请解压后逐个发')
}

function textKind(bytes: Buffer): UploadKind {
  const start = bytes.subarray(0, SNIFFED)
  const utf16 = start.length >= 2 && (start.readUInt16BE(0) === 0xfeff || start.readUInt16BE(0) === 0xfffe)
  if (!utf16 && start.includes(0)) throw refused('这种文件不接收，可以发图片、PDF、Word、Excel、文本、JSON、XML 或 zip')
  const text = new TextDecoder(utf16 ? (start[0] === 0xff ? 'utf-16le' : 'utf-16be') : isUtf8(start) ? 'utf-8' : 'gb18030').decode(start)
  let odd = 0
  for (const sign of text) if (sign === '\ufffd' || (sign < ' ' && !'\t\r\n\f'.includes(sign))) odd++
  if (odd > text.length / 50) throw refused('这种文件不接收，可以发图片、PDF、Word、Excel、文本、JSON、XML 或 zip')
  const first = text.replace(/^[\ufeff\s]+/, '')
  return first.startsWith('<') ? 'xml' : /^[{[]/.test(first) ? 'json' : 'text'
}

function isUtf8(bytes: Buffer): boolean {
  try {
    // What is cut off may end within a character.
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true })
    return true
  } catch {
    return false
  }
}

function refused(problem: string): AppError {
  return new AppError('FILE_REFUSED', { problem })
}

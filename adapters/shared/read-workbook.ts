// XLSX as rows: recognised by its bytes, its unpacked size checked before anything is unpacked.
import { readSheet } from 'read-excel-file/node'
import type { ScanFile } from '../../core/ports/scan-import.js'
import type { CsvRow } from './read-csv.js'
import { ScanProblem } from './scan-problem.js'

const MAX_PACKED = 32 * 1024 * 1024
const MAX_UNPACKED = 256 * 1024 * 1024

export async function isWorkbook(file: ScanFile): Promise<boolean> {
  for await (const chunk of file.open()) return chunk[0] === 0x50 && chunk[1] === 0x4b && chunk[2] === 0x03 && chunk[3] === 0x04
  return false
}

/** Rows of the first sheet. @throws ScanProblem */
export async function workbookRows(file: ScanFile): Promise<CsvRow[]> {
  const parts: Uint8Array[] = []
  let size = 0
  for await (const chunk of file.open()) {
    size += chunk.length
    if (size > MAX_PACKED) throw new ScanProblem(`工作簿超过 ${MAX_PACKED} 字节`, 1)
    parts.push(chunk)
  }
  const bytes = Buffer.concat(parts)
  const unpacked = unpackedSize(bytes)
  if (unpacked === Infinity) throw new ScanProblem('不是可读的 XLSX 工作簿：没有目录，文件可能被截断', 1)
  if (unpacked > MAX_UNPACKED) throw new ScanProblem(`工作簿解开后超过 ${MAX_UNPACKED} 字节`, 1)
  try {
    const rows = await readSheet(bytes)
    return rows.map((cells, index) => ({ cells: cells.map(cellText), line: index + 1 })).filter(row => row.cells.some(cell => cell !== ''))
  } catch (cause) {
    throw new ScanProblem(`不是可读的 XLSX 工作簿（${(cause as Error).message.slice(0, 80)}）`, 1)
  }
}

function cellText(cell: unknown): string {
  if (cell instanceof Date) return cell.toISOString()
  return typeof cell === 'string' ? cell.trim() : typeof cell === 'number' || typeof cell === 'boolean' ? String(cell) : ''
}

/** Sum of the sizes in the ZIP's central directory (PKWARE APPNOTE 4.3.12); Infinity when there is none to be found. */
function unpackedSize(bytes: Buffer): number {
  const end = bytes.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]))
  if (end === -1 || end + 20 > bytes.length) return Infinity
  let at = bytes.readUInt32LE(end + 16)
  let sum = 0
  for (let n = bytes.readUInt16LE(end + 10); n > 0; n--) {
    if (at + 46 > bytes.length || bytes.readUInt32LE(at) !== 0x02014b50) return Infinity
    sum += bytes.readUInt32LE(at + 24)
    at += 46 + bytes.readUInt16LE(at + 28) + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32)
  }
  return sum
}

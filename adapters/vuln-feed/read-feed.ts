// A file of a source of knowledge → its records, one by one; the source is recognised by the file's beginning.
import { createGunzip } from 'node:zlib'
import { Readable } from 'node:stream'
import { AppError } from '../../core/errors.js'
import type { ScanFile } from '../../core/ports/scan-import.js'
import type { VulnRecord, VulnSource } from '../../core/vulnerabilities/vulnerability.js'
import { decodeText, type TextSource } from '../shared/decode-text.js'
import { byHeader, csvRows } from '../shared/read-csv.js'
import { jsonItems, jsonMembers, object, str } from '../shared/read-json.js'
import { ScanProblem } from '../shared/scan-problem.js'
import { debianRecords, emptyRecord, kevRecord, nvdRecord, osvRecord } from './parse-records.js'
import { nationalRecords } from './national-records.js'

/** Unpacked; all years of the NVD are about 2 GB. */
const MAX_BYTES = 4 * 1024 ** 3

export interface Feed {
  readonly source: VulnSource
  readonly version: string
  readonly dataDate: string
  records(): AsyncGenerator<VulnRecord>
}

/** @throws FILE_INVALID, SCAN_FORMAT_UNKNOWN */
export async function readFeed(file: ScanFile): Promise<Feed> {
  try {
    const source = await decodeText(() => unpacked(file), MAX_BYTES)
    const feed = recognise(source)
    if (!feed) throw new AppError('SCAN_FORMAT_UNKNOWN', { file: file.name })
    return { ...feed, records: () => guarded(file, feed.records()) }
  } catch (error) {
    throw told(file, error)
  }
}

async function* unpacked(file: ScanFile): AsyncGenerator<Uint8Array> {
  const [first] = await toFirst(file)
  if (first?.[0] !== 0x1f || first[1] !== 0x8b) {
    yield* file.open()
    return
  }
  try {
    for await (const chunk of Readable.from(file.open()).pipe(createGunzip())) yield chunk as Uint8Array
  } catch {
    throw new ScanProblem('gzip 损坏或没有传完', 1)
  }
}

async function toFirst(file: ScanFile): Promise<Uint8Array[]> {
  for await (const chunk of file.open()) return [chunk]
  return []
}

async function* guarded(file: ScanFile, records: AsyncGenerator<VulnRecord>): AsyncGenerator<VulnRecord> {
  try {
    yield* records
  } catch (error) {
    throw told(file, error)
  }
}

function told(file: ScanFile, error: unknown): unknown {
  return error instanceof ScanProblem
    ? new AppError('FILE_INVALID', { file: file.name, line: error.line, problem: error.problem }, { cause: error })
    : error
}

function recognise(source: TextSource): Feed | undefined {
  const { head } = source
  const start = head.trimStart()
  const value = (key: string): string => new RegExp(`"${key}"\\s*:\\s*"([^"]{1,60})"`).exec(head)?.[1] ?? ''
  if (start.startsWith('#model_version') || /^cve,epss,percentile/m.test(head.slice(0, 500))) {
    return {
      source: 'epss',
      version: /model_version:([^,\s]{1,40})/.exec(head)?.[1] ?? '',
      dataDate: /score_date:([^,\s]{1,40})/.exec(head)?.[1] ?? '',
      records: () => epssRecords(source),
    }
  }
  if (/<cnnvd\b/i.test(head) || /<vulnerabilitys\b|<vulnerability>\s*<number>/i.test(head)) {
    const cnnvd = /<cnnvd\b/i.test(head)
    return {
      source: cnnvd ? 'cnnvd' : 'cnvd',
      version: '',
      dataDate: /pub_date="([^"]{1,40})"/.exec(head)?.[1] ?? '',
      records: () => nationalRecords(source, cnnvd ? 'cnnvd' : 'cnvd'),
    }
  }
  if (!/^[[{]/.test(start)) return undefined
  if (head.includes('"catalogVersion"'))
    return {
      source: 'kev',
      version: value('catalogVersion'),
      dataDate: value('dateReleased'),
      records: () => mapped(source, 'vulnerabilities', kevRecord),
    }
  if (/"format"\s*:\s*"NVD_CVE"|"vulnerabilities"\s*:\s*\[\s*\{\s*"cve"\s*:/.test(head))
    return {
      source: 'nvd',
      version: value('version'),
      dataDate: value('timestamp'),
      records: () => mapped(source, 'vulnerabilities', nvdRecord),
    }
  if (/"vulnStatus"|"sourceIdentifier"/.test(head))
    return { source: 'nvd', version: '2.0', dataDate: '', records: () => each(source, nvdRecord) }
  if (/"affected"\s*:/.test(head) && /"(?:schema_version|modified|published)"\s*:/.test(head))
    return { source: 'osv', version: value('schema_version'), dataDate: value('modified'), records: () => each(source, osvRecord) }
  if (/"releases"\s*:\s*\{/.test(head) && /"status"\s*:/.test(head))
    return { source: 'debian', version: '', dataDate: '', records: () => debianAll(source) }
  return undefined
}

async function* mapped(source: TextSource, key: string, read: (value: never) => VulnRecord | undefined): AsyncGenerator<VulnRecord> {
  for await (const member of jsonMembers(source.pieces(), key)) {
    const record = read(member.value as never)
    if (record) yield record
  }
}

async function* each(source: TextSource, read: (value: never) => VulnRecord | undefined): AsyncGenerator<VulnRecord> {
  for await (const { value } of jsonItems(source.pieces())) {
    const record = read((object(value)['cve'] ?? value) as never)
    if (record) yield record
  }
}

async function* debianAll(source: TextSource): AsyncGenerator<VulnRecord> {
  for await (const { key, value } of jsonMembers(source.pieces())) yield* debianRecords(key, value)
}

async function* epssRecords(source: TextSource): AsyncGenerator<VulnRecord> {
  let header: readonly string[] | undefined
  for await (const row of csvRows(source.pieces(), ',')) {
    if (row.cells[0]?.startsWith('#')) continue
    if (!header) {
      header = row.cells
      continue
    }
    const { cve = '', epss = '', percentile = '' } = byHeader(header, row)
    const [score, rank] = [Number(epss), Number(percentile)]
    if (!/^CVE-\d{4}-\d{4,10}$/.test(cve)) continue
    if (!(score >= 0 && score <= 1 && rank >= 0 && rank <= 1)) throw new ScanProblem(`EPSS 的数值不在 0 到 1 之间：${str(cve)}`, row.line)
    yield { ...emptyRecord('epss', cve), epss: { score, percentile: rank } }
  }
}

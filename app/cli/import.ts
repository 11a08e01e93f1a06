// `guanjia import`: scanners' result files in, one summary for each on stdout; recorded only for a tenant that is named.
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { parseArgs } from 'node:util'
import { scanImport } from '../../adapters/scan-import/index.js'
import { AppError } from '../../core/errors.js'
import { readSummary, type ImportSummary } from '../../core/findings/import-service.js'
import type { FindingDraft, ScanFile } from '../../core/ports/scan-import.js'
import { UsageError, type Verb } from './verb.js'
import { withParts } from './with-parts.js'

export const importVerb: Verb = {
  usage: 'import [--format F] [--tenant CODE] [--complete] [--map FIELD=COLUMN]… [--json] [--findings] FILE…',
  summary: "Reads scanners' results (format recognised when not given); one summary per file",
  details: [
    'Records only with --tenant. --findings prints each finding with its places before the summary.',
    '--complete: you vouch that the run had the same profile and scope as before; what it no longer lists counts as gone.',
    '--map names columns of a table, for example --map title=漏洞名称 --map host=主机地址.',
    `Formats: ${scanImport.formats.map(format => format.id).join(' ')}`,
    'Exit 1 when a file could not be read; the others are done.',
  ].join('\n'),
  async run(args) {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        format: { type: 'string' },
        tenant: { type: 'string' },
        complete: { type: 'boolean', default: false },
        map: { type: 'string', multiple: true, default: [] },
        json: { type: 'boolean', default: false },
        findings: { type: 'boolean', default: false },
      },
    })
    if (positionals.length === 0) throw new UsageError('at least one file is needed')
    const { format, tenant, complete, json } = values
    if (format !== undefined && !scanImport.formats.some(item => item.id === format.toLowerCase()))
      throw new UsageError(`unknown format ${format}`)
    if (complete && tenant === undefined) throw new UsageError('--complete needs --tenant')
    const columns = Object.fromEntries(
      values.map.map(pair => {
        const cut = pair.indexOf('=')
        if (cut < 1) throw new UsageError(`--map wants FIELD=COLUMN, not ${pair}`)
        return [pair.slice(0, cut), pair.slice(cut + 1)]
      }),
    )
    const options = { format, columns }
    let failed = false
    const print = (summary: ImportSummary, drafts: readonly FindingDraft[] | undefined): void => {
      failed ||= !summary.ok
      if (values.findings && drafts) for (const line of findingLines(drafts)) process.stdout.write(`${JSON.stringify(line)}\n`)
      process.stdout.write(json ? `${JSON.stringify(summary)}\n` : `${inWords(summary)}\n`)
      for (const warning of summary.warnings) process.stderr.write(`${summary.file}: ${warning}\n`)
    }
    if (tenant === undefined) {
      for (const path of positionals) {
        const { summary, reading } = await readSummary(scanImport, await fileOf(path), options)
        print({ ...summary, file: path }, reading?.drafts)
      }
      return failed ? 1 : 0
    }
    await withParts(async ({ core }) => {
      const found = await core.directory.tenantByCode(tenant)
      if (!found) throw new AppError('NOT_FOUND', { what: `单位 ${tenant}` })
      for (const path of positionals) {
        const file = await fileOf(path)
        const drafts = values.findings ? (await readSummary(scanImport, file, options)).reading?.drafts : undefined
        print({ ...(await core.imports.import(file, { ...options, tenantId: found.id, by: 'cli', complete })), file: path }, drafts)
      }
    })
    return failed ? 1 : 0
  },
}

/** A file that is not there is a failure of that file only. */
async function fileOf(path: string): Promise<ScanFile> {
  const name = basename(path)
  const found = await stat(path).catch(() => undefined)
  const problem = found === undefined ? '没有这个文件' : found.isFile() ? undefined : '不是文件'
  return {
    name,
    size: found?.size,
    open: () => {
      if (problem !== undefined) throw new AppError('FILE_INVALID', { file: name, line: 1, problem })
      return createReadStream(path, { highWaterMark: 256 * 1024 })
    },
  }
}

/** One line for each finding of the report, with every place it was seen at. */
function findingLines(drafts: readonly FindingDraft[]): object[] {
  const byProblem = new Map<string, { first: FindingDraft; places: object[] }>()
  for (const draft of drafts) {
    const known = byProblem.get(draft.problem)
    const place = { host: draft.host, port: draft.port, protocol: draft.protocol, instances: draft.instances }
    if (known) known.places.push(place)
    else byProblem.set(draft.problem, { first: draft, places: [place] })
  }
  return [...byProblem.values()].map(({ first, places }) => {
    const { problem: _problem, host: _host, port: _port, protocol: _protocol, instances: _instances, ...rest } = first
    return { ...rest, places }
  })
}

const levels = [
  ['critical', '严重'],
  ['high', '高危'],
  ['medium', '中危'],
  ['low', '低危'],
  ['info', '提示'],
] as const

function inWords(summary: ImportSummary): string {
  if (!summary.ok) return `${summary.file}: 未导入。${summary.error ?? ''}`
  const counts = levels.filter(([level]) => summary.bySeverity[level] > 0).map(([level, label]) => `${label} ${summary.bySeverity[level]}`)
  const recorded = summary.recorded
  const changes = recorded
    ? recorded.same
      ? '；与上次相同，没有变化'
      : `；新增 ${recorded.created}，更新 ${recorded.updated}，未变 ${recorded.unchanged}，重开 ${recorded.reopened}，复验关闭 ${recorded.closed}，未覆盖 ${recorded.uncovered}`
    : ''
  return `${summary.file}: ${summary.format ?? ''}，${summary.findings} 项发现${counts.length > 0 ? `（${counts.join('，')}）` : ''}，${summary.hosts} 台主机${summary.partial ? '，不完整' : ''}${changes}`
}

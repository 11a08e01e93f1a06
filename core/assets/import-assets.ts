// Takes a customer's own table of assets in, row by row with a verdict for each, and gives the register out as one; `导入资产` and
// POST /api/v1/assets/import call it. A file that cannot be read changes nothing.
import { createHash } from 'node:crypto'
import { cancelMoment } from '../clocks/moments.js'
import { AppError } from '../errors.js'
import type { Spreadsheets } from '../ports/spreadsheet.js'
import type { Transactions, Tx } from '../ports/transaction.js'
import type { Person } from '../tenants/tenant.js'
import type { AssetRegister } from './asset-register.js'
import { assetSheet, findColumns, readRow, type AssetRow, type TableField } from './asset-table.js'
import type { Asset, Cia, DescribedField, FieldSource, ServiceEndpoint } from './asset.js'
import { normalMac, type Observed } from './observed.js'
import { assetValue } from './value.js'

export const MOST_ROWS = 20_000
const CHUNK = 200
const EXPORTED = 50_000

export interface RowVerdict {
  readonly line: number
  readonly verdict: 'created' | 'updated' | 'unchanged' | 'refused'
  /** What the row is about, and what is to be seen to; Chinese. */
  readonly asset: string
  readonly note: string
}

export const verdictLabel: Readonly<Record<RowVerdict['verdict'], string>> = {
  created: '新增',
  updated: '更新',
  unchanged: '无变化',
  refused: '未导入',
}

export interface AssetImportSummary {
  readonly file: string
  readonly created: number
  readonly updated: number
  readonly unchanged: number
  readonly refused: number
  /** Which of our fields came from which column. */
  readonly columns: Readonly<Record<string, string>>
  readonly rows: readonly RowVerdict[]
}

type ReadRow = Extract<AssetRow, { fields: object }>

export class AssetImport {
  constructor(
    private readonly needs: { readonly transactions: Transactions; readonly register: AssetRegister; readonly tables: Spreadsheets },
  ) {}

  /**
   * @param columns our field → their title
   * @throws FILE_INVALID
   */
  async import(
    tenantId: string,
    by: string,
    { name, bytes }: { readonly name: string; readonly bytes: Buffer },
    columns: Readonly<Record<string, string>> = {},
  ): Promise<AssetImportSummary> {
    const { transactions, register, tables } = this.needs
    const table = await tables.read(name, bytes, MOST_ROWS)
    const found = findColumns(table, columns)
    if (!found)
      throw new AppError('FILE_INVALID', {
        file: name,
        line: table[0]?.line ?? 1,
        problem: '没有找到表头：至少要有“IP地址”一列，再加“资产名称”“责任人”等',
      })
    const read = withoutRepeats(table.slice(found.header + 1).map(row => readRow(row, found.columns)))
    const rows = read.filter((row): row is ReadRow => row.refused === undefined)
    const run = `import:${createHash('sha256').update(bytes).digest('hex').slice(0, 16)}`
    const from = name.slice(0, 60)
    const at = new Date(0).toISOString()
    const taken = await register.see(
      { tenantId, run, seen: rows.map(row => observedOf(row, at)), silent: [] },
      { from, by, declared: true },
    )
    const verdicts: RowVerdict[] = read.flatMap(row =>
      row.refused === undefined ? [] : [{ line: row.line, verdict: 'refused' as const, asset: '', note: row.refused }],
    )
    for (let start = 0; start < rows.length; start += CHUNK)
      verdicts.push(
        ...(await transactions.run(async tx => {
          const people = await tx.people.find(tenantId, {})
          const part: RowVerdict[] = []
          for (const [offset, row] of rows.slice(start, start + CHUNK).entries()) {
            const asset = await tx.assets.get(tenantId, taken.assetIds[start + offset] ?? '')
            part.push(asset ? await describeAsset(tx, asset, row, { people, from, by, created: taken.createdIds }) : lost(row))
          }
          return part
        })),
      )
    verdicts.sort((a, b) => a.line - b.line)
    const count = (verdict: RowVerdict['verdict']) => verdicts.filter(item => item.verdict === verdict).length
    const summary = { created: count('created'), updated: count('updated'), unchanged: count('unchanged'), refused: count('refused') }
    await transactions.run(tx => {
      tx.audit({ tenantId, actor: by, action: 'assets.imported', subject: from, details: { run, ...summary } })
      return Promise.resolve()
    })
    const header = table[found.header]?.cells ?? []
    return {
      file: name,
      ...summary,
      columns: Object.fromEntries(Object.entries(found.columns).map(([field, column]) => [field, header[column] ?? ''])),
      rows: verdicts,
    }
  }

  /** The verdicts as a table, for who sent the file. */
  async verdictTable({ rows }: AssetImportSummary): Promise<Buffer> {
    return this.needs.tables.write([
      {
        name: '导入结果',
        columns: [
          { title: '行', width: 8 },
          { title: '结果', width: 10 },
          { title: '资产', width: 30 },
          { title: '说明', width: 60 },
        ],
        rows: rows.map(({ line, verdict, asset, note }) => [line, verdictLabel[verdict], asset, note]),
      },
    ])
  }

  /** The register as an XLSX that can be taken in again. */
  async export(tenantId: string): Promise<Buffer> {
    const { transactions, tables } = this.needs
    const { assets, services } = await transactions.read(async t => {
      const assets = await t.assets.find(tenantId, {}, { order: { address: 'asc' }, limit: EXPORTED })
      const services = new Map<string, ServiceEndpoint[]>()
      for (const row of await t.assetServices.find(tenantId, { closedAt: null }, { order: { port: 'asc' }, limit: 4 * EXPORTED }))
        services.set(row.assetId, [...(services.get(row.assetId) ?? []), row])
      return { assets, services }
    })
    return tables.write([assetSheet(assets, services)])
  }
}

/** One machine, one row: which of two would be right nobody can tell. */
function withoutRepeats(rows: readonly AssetRow[]): AssetRow[] {
  const first = new Map<string, number>()
  return rows.map(row => {
    if (row.refused !== undefined) return row
    const { address = '', segment = '', mac, serial, cloudId } = row.fields
    const keys = [address === '' ? '' : `${segment}|${address}`, mac ?? '', serial ?? '', cloudId ?? ''].filter(Boolean)
    const repeated = address === '' ? undefined : first.get(`${segment}|${address}`)
    if (repeated !== undefined) return { line: row.line, refused: `与第 ${repeated} 行是同一个地址` }
    for (const key of keys) first.set(key, row.line)
    return row
  })
}

function observedOf({ fields }: ReadRow, seenAt: string): Observed {
  const { address = '', segment, mac, serial, cloudId, hostname } = fields
  return {
    address,
    mac: mac === undefined ? null : (normalMac(mac) ?? null),
    hostKey: null,
    certificate: null,
    hostName: hostname?.toLowerCase() ?? null,
    services: [],
    seenAt,
    ...(segment === undefined ? {} : { segment }),
    ...(serial === undefined ? {} : { serial }),
    ...(cloudId === undefined ? {} : { cloudId }),
  }
}

interface Source {
  readonly people: readonly Person[]
  readonly from: string
  readonly by: string
  readonly created: ReadonlySet<string>
}

async function describeAsset(tx: Tx, asset: Asset, { line, fields }: ReadRow, { people, from, by, created }: Source): Promise<RowVerdict> {
  const notes: string[] = []
  const set: Record<string, unknown> = {}
  const sources: Partial<Record<DescribedField, FieldSource>> = { ...asset.sources }
  const mark: FieldSource = { from, by, at: tx.at }
  const tell = (field: DescribedField, key: keyof Asset, value: unknown): void => {
    if (JSON.stringify(asset[key]) === JSON.stringify(value)) return
    set[key] = value
    sources[field] = mark
  }
  const texts: readonly (readonly [TableField, DescribedField & keyof Asset, number])[] = [
    ['name', 'name', 100],
    ['hostname', 'hostname', 253],
    ['business', 'business', 100],
    ['place', 'place', 200],
    ['kind', 'kind', 40],
    ['os', 'os', 200],
  ]
  for (const [field, key, length] of texts) if (fields[field] !== undefined) tell(key, key, [...fields[field]].slice(0, length).join(''))
  const cia = ciaOf(fields, asset)
  if (cia) tell('cia', 'cia', cia)
  if (fields.importance !== undefined) tell('cia', 'businessImportance', Number(fields.importance))
  set['value'] = assetValue(cia ?? asset.cia, fields.importance === undefined ? asset.businessImportance : Number(fields.importance))
  if (set['value'] === asset.value) delete set['value']
  if (fields.owner !== undefined) {
    const person = people.find(({ name, userId }) => name === fields.owner || userId === fields.owner?.toLowerCase())
    tell('owner', 'ownerName', (person?.name ?? fields.owner).slice(0, 100))
    if (person) tell('owner', 'owner', person.userId)
    else notes.push(`责任人“${fields.owner.slice(0, 20)}”没有登记，暂时不能@他`)
  }
  // Who stands in the customer's own table is no shadow.
  if (asset.status === 'unclaimed' || asset.status === 'shadow') {
    set['status'] = 'claimed'
    set['statusSince'] = tx.at
    await cancelMoment(tx, asset.tenantId, asset.id, 'asset_unclaimed')
  }
  const isChanged = Object.keys(set).length > 0
  if (isChanged) await tx.assets.update(asset.tenantId, { id: asset.id }, { ...(set as Partial<Asset>), sources, updatedAt: tx.at })
  const verdict = created.has(asset.id) ? 'created' : isChanged ? 'updated' : 'unchanged'
  const name = typeof set['name'] === 'string' ? set['name'] : asset.name
  return { line, verdict, asset: `${name} ${asset.address}`.trim(), note: notes.join('；') }
}

function ciaOf({ c, i, a }: ReadRow['fields'], { cia }: Asset): Cia | undefined {
  if (c === undefined && i === undefined && a === undefined) return undefined
  const one = (given: string | undefined, known: number | undefined): number => (given === undefined ? (known ?? 3) : Number(given))
  return { c: one(c, cia?.c), i: one(i, cia?.i), a: one(a, cia?.a) }
}

const lost = ({ line }: ReadRow): RowVerdict => ({ line, verdict: 'refused', asset: '', note: '没有写进台账，请重新导入' })

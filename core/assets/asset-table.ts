// Asset tables of customers: which column is which field, what a row says, and the register as a table in the same columns. Pure; import-assets.ts calls it.
import type { Sheet, TableRow } from '../ports/spreadsheet.js'
import { assetStatusLabel, type Asset, type ServiceEndpoint } from './asset.js'
import { normalAddress, normalMac } from './observed.js'

export const tableFields = [
  'address',
  'name',
  'hostname',
  'mac',
  'serial',
  'cloudId',
  'kind',
  'os',
  'business',
  'importance',
  'owner',
  'place',
  'segment',
  'c',
  'i',
  'a',
] as const
export type TableField = (typeof tableFields)[number]

/** The title we write, and other titles seen in customers' tables; compared without blanks, brackets and case. */
const titles: Readonly<Record<TableField, readonly [string, RegExp]>> = {
  address: [
    'IP地址',
    /^(?:(?:主机|资产|管理|设备|内网|业务|私网)?(?:ip|ipv4|ipv6)(?:地址)?|(?:主机|资产|设备|网络)?地址|ipaddress|address)$/,
  ],
  name: ['资产名称', /^(?:(?:资产|设备|服务器|系统)?名称|资产名|设备名|名字|name|assetname)$/],
  hostname: ['主机名', /^(?:主机名称?|计算机名称?|hostname|域名)$/],
  mac: ['MAC地址', /^(?:mac|mac地址|物理地址|网卡地址|macaddress)$/],
  serial: ['序列号', /^(?:序列号|sn|设备序列号|serial|serialnumber)$/],
  cloudId: ['云实例ID', /^(?:云?(?:实例|主机|服务器)(?:id|编号)|instanceid)$/],
  kind: ['资产类型', /^(?:(?:资产|设备|主机)?(?:类型|类别|分类)|type|kind)$/],
  os: ['操作系统', /^(?:操作系统(?:类型|版本|及版本)?|系统版本|os)$/],
  business: ['业务系统', /^(?:(?:所属|承载|应用)?(?:业务系统|业务|信息系统|应用系统)(?:名称)?|所属系统|business)$/],
  importance: ['业务重要性', /^(?:业务(?:重要性|重要程度|等级)|重要性|重要程度|importance)$/],
  owner: ['责任人', /^(?:(?:资产|安全|运维|系统)?(?:责任人|负责人|管理员|联系人|使用人)(?:姓名)?|owner)$/],
  place: ['位置', /^(?:(?:物理|所在|存放|安装|机房)?位置|机房|所在机房|存放地点|地点|location|place)$/],
  segment: ['网络区域', /^(?:网段|网络区域|安全域|所属区域|区域|segment|zone)$/],
  c: ['机密性C', /^(?:机密性|保密性|c|机密性c|保密性c)$/],
  i: ['完整性I', /^(?:完整性|i|完整性i)$/],
  a: ['可用性A', /^(?:可用性|a|可用性a)$/],
}
const levels: readonly (readonly [RegExp, number])[] = [
  [/^(?:很高|极高|非常高|核心)$/, 5],
  [/^(?:高|重要)$/, 4],
  [/^(?:中|中等|一般)$/, 3],
  [/^(?:低)$/, 2],
  [/^(?:很低|极低)$/, 1],
]
/** The header need not be the first row: titles and notes may stand above it. */
const HEADER_WITHIN = 10

export type Columns = Readonly<Partial<Record<TableField, number>>>

/** What a row says, or why it cannot be taken. */
export type AssetRow =
  | { readonly line: number; readonly fields: Readonly<Partial<Record<TableField, string>>>; readonly refused?: undefined }
  | { readonly line: number; readonly refused: string }

/**
 * @param wanted our field → their title, where it is not one we know
 * @returns undefined when no row looks like a header
 */
export function findColumns(
  rows: readonly TableRow[],
  wanted: Readonly<Record<string, string>> = {},
): { readonly header: number; readonly columns: Columns } | undefined {
  for (const [header, { cells }] of rows.slice(0, HEADER_WITHIN).entries()) {
    const columns: Partial<Record<TableField, number>> = {}
    for (const field of tableFields) {
      const theirs = wanted[field]
      const at = cells.findIndex(cell => (theirs === undefined ? titles[field][1].test(bare(cell)) : bare(cell) === bare(theirs)))
      if (at >= 0) columns[field] = at
    }
    const tells =
      columns.address !== undefined || columns.mac !== undefined || columns.serial !== undefined || columns.cloudId !== undefined
    if (tells && Object.keys(columns).length >= 2) return { header, columns }
    if (tells && cells.filter(cell => cell !== '').length === 1) return { header, columns }
  }
  return undefined
}

export function readRow({ cells, line }: TableRow, columns: Columns): AssetRow {
  const fields: Partial<Record<TableField, string>> = {}
  for (const field of tableFields) {
    const at = columns[field]
    const value = at === undefined ? '' : (cells[at] ?? '').trim()
    if (value !== '') fields[field] = value
  }
  const { address, mac, serial, cloudId } = fields
  if (address === undefined && mac === undefined && serial === undefined && cloudId === undefined)
    return { line, refused: '没有 IP 地址、MAC、序列号中的任何一项，认不出是哪台' }
  if (address !== undefined) {
    const found = normalAddress(address)
    if (found === undefined) return { line, refused: `“${address.slice(0, 45)}”不是一个 IP 地址（一行一个地址）` }
    fields.address = found
  }
  if (mac !== undefined && normalMac(mac) === undefined) return { line, refused: `“${mac.slice(0, 40)}”不是可用的 MAC 地址` }
  for (const field of ['c', 'i', 'a', 'importance'] as const) {
    const value = fields[field]
    if (value === undefined) continue
    const level = levelOf(value)
    if (level === undefined) return { line, refused: `${titles[field][0]}“${value.slice(0, 20)}”要在 1 到 5 之间` }
    fields[field] = String(level)
  }
  return { line, fields }
}

function levelOf(text: string): number | undefined {
  if (/^[1-5](?:\.0+)?$/.test(text)) return Number(text)
  return levels.find(([pattern]) => pattern.test(text))?.[1]
}

const bare = (text: string): string => text.toLowerCase().replaceAll(/[\s()（）[\]【】:：*＊_-]/g, '')

/** The register in the columns it can be read from again, and what else is known. */
export function assetSheet(assets: readonly Asset[], services: ReadonlyMap<string, readonly ServiceEndpoint[]>): Sheet {
  const columns: readonly TableField[] = [
    'address',
    'name',
    'hostname',
    'kind',
    'os',
    'business',
    'importance',
    'owner',
    'place',
    'segment',
    'c',
    'i',
    'a',
  ]
  const more = ['资产价值', '状态', '开放端口', '首次发现', '最近在线', '其他地址', '字段来源']
  return {
    name: '资产台账',
    columns: [...columns.map(field => ({ title: titles[field][0], width: 18 })), ...more.map(title => ({ title, width: 20 }))],
    rows: assets.map(asset => [
      asset.address,
      asset.name,
      asset.hostname,
      asset.kind,
      asset.os,
      asset.business,
      asset.businessImportance,
      asset.ownerName,
      asset.place,
      asset.segment,
      asset.cia?.c ?? null,
      asset.cia?.i ?? null,
      asset.cia?.a ?? null,
      asset.value,
      assetStatusLabel[asset.status],
      (services.get(asset.id) ?? []).map(({ port, protocol, name }) => `${port}/${protocol} ${name}`.trim()).join('；'),
      asset.firstSeenAt,
      asset.lastSeenAt ?? '',
      asset.addresses
        .map(({ address }) => address)
        .filter(address => address !== asset.address)
        .join('；'),
      Object.entries(asset.sources)
        .map(([field, source]) => `${field}=${source.from}`)
        .join('；'),
    ]),
  }
}

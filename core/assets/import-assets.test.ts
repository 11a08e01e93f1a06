import { beforeEach, expect, it } from 'vitest'
import writeExcelFile from 'write-excel-file/node'
import { spreadsheets } from '../../adapters/spreadsheet/index.js'
import { openWorld, type World } from '../../tests/support/memory-world.js'
import { AssetRegister } from './asset-register.js'
import { AssetImport } from './import-assets.js'

let world: World
let register: AssetRegister
let importing: AssetImport

beforeEach(async () => {
  world = await openWorld()
  register = new AssetRegister(world.transactions)
  importing = new AssetImport({ transactions: world.transactions, register, tables: spreadsheets })
})

const take = (bytes: Buffer, columns?: Record<string, string>, name = '台账.xlsx') =>
  importing.import(world.uni.id, 'liu', { name, bytes }, columns)
const csv = (...lines: string[]) => Buffer.from(lines.join('\n') + '\n')
const assets = () => world.transactions.read(t => t.assets.find(world.uni.id, {}, { order: { address: 'asc' } }))

it('takes a workbook in row by row, with a verdict for each, and the same again changes nothing', async () => {
  const rows = [
    ['信息中心资产台账'],
    ['IP 地址', '设备名称', '业务系统', '负责人', '机密性', '完整性', '可用性', '物理位置', '备注'],
    ['10.1.8.77', '核心库', '教务系统', '周老师', 4, 5, '很高', 'A 机房', 'x'],
    ['10.1.8.78', '=cmd|1', '教务系统', '外包老王', '', '', '', '', ''],
    ['10.1.8.300', '坏行', '', '', '', '', '', '', ''],
    ['10.1.8.79', '坏值', '', '', 9, '', '', '', ''],
    ['10.1.8.77', '又一次', '', '', '', '', '', '', ''],
    ['', '只有名字', '', '', '', '', '', '', ''],
  ]
  const bytes = await writeExcelFile(
    rows.map(row => row.map(value => (value === '' ? null : { value, type: typeof value === 'number' ? Number : String }))),
  ).toBuffer()

  const first = await take(bytes)
  const second = await take(bytes)

  expect(first).toMatchObject({ created: 2, updated: 0, refused: 4, columns: { address: 'IP 地址', owner: '负责人' } })
  expect(first.rows.map(({ line, verdict, note }) => [line, verdict, note])).toEqual([
    [3, 'created', ''],
    [4, 'created', expect.stringContaining('“外包老王”没有登记') as string],
    [5, 'refused', expect.stringContaining('不是一个 IP 地址') as string],
    [6, 'refused', expect.stringContaining('要在 1 到 5 之间') as string],
    [7, 'refused', '与第 3 行是同一个地址'],
    [8, 'refused', expect.stringContaining('认不出是哪台') as string],
  ])
  expect(second).toMatchObject({ created: 0, updated: 0, unchanged: 2 })
  expect(await assets()).toMatchObject([
    {
      name: '核心库',
      owner: 'zhou',
      ownerName: '周老师',
      cia: { c: 4, i: 5, a: 5 },
      value: 5,
      status: 'claimed',
      place: 'A 机房',
      lastSeenAt: null,
    },
    { name: '=cmd|1', owner: null, ownerName: '外包老王', value: 3, status: 'claimed' },
  ])
  expect((await assets())[0]?.sources).toMatchObject({ owner: { from: '台账.xlsx', by: 'liu' }, cia: { from: '台账.xlsx' } })
})

it('knows what was seen already, tells nobody of news, and lets what was seen decide where it is', async () => {
  const seen = {
    address: '10.0.0.9',
    mac: '3c:52:82:00:00:01',
    hostKey: null,
    certificate: null,
    hostName: null,
    services: [],
    seenAt: '2026-11-24T02:00:00.000Z',
  }
  await register.see({ tenantId: world.uni.id, run: 'r1', seen: [seen], silent: [] }, { from: '巡检', by: 'system' })

  const summary = await take(csv('IP,MAC地址,名称', '10.0.0.1,3C-52-82-00-00-01,网关', '10.0.0.2,,新登记'), undefined, 'a.csv')

  expect(summary).toMatchObject({ created: 1, updated: 1 })
  expect((await assets()).map(({ address, name }) => [address, name])).toEqual([
    ['10.0.0.2', '新登记'],
    ['10.0.0.9', '网关'],
  ])
  expect(await world.announced()).toEqual(['assets-found'])
})

it('reads other titles by a mapping, GB18030, and refuses what is no table without changing anything', async () => {
  const gbk = Buffer.from([
    0x49, 0x50, 0x2c, 0xc3, 0xfb, 0xb3, 0xc6, 0x0a, 0x31, 0x2e, 0x32, 0x2e, 0x33, 0x2e, 0x34, 0x2c, 0xcd, 0xf8, 0xd5, 0xbe, 0x0a,
  ])
  expect(await take(gbk, undefined, 'gbk.csv')).toMatchObject({ created: 1 })
  expect(await take(csv('节点,归属人', '1.2.3.5,李工'), { address: '节点', owner: '归属人' }, 'b.csv')).toMatchObject({ created: 1 })
  expect((await assets()).map(({ name, ownerName }) => [name, ownerName])).toEqual([
    ['网站', ''],
    ['1.2.3.5', '李工'],
  ])

  await expect(take(csv('没有,表头', 'a,b'))).rejects.toMatchObject({ code: 'FILE_INVALID' })
  await expect(take(Buffer.from('PK\u0003\u0004broken'))).rejects.toMatchObject({ code: 'FILE_INVALID' })
  await expect(take(zipBomb())).rejects.toMatchObject({
    code: 'FILE_INVALID',
    facts: { problem: expect.stringContaining('解开后超过') as string },
  })
  expect(await assets()).toHaveLength(2)
})

it('gives the register out as a workbook that can be taken in again', async () => {
  await take(csv('IP,名称,责任人,C,I,A,业务系统,区域', '10.0.0.1,甲,周老师,4,4,5,OA,办公', '10.0.0.2,乙,,1,1,1,,'), undefined, 'a.csv')
  const bytes = await importing.export(world.uni.id)

  expect(await take(bytes)).toMatchObject({ created: 0, updated: 0, unchanged: 2, refused: 0 })
  const rows = await spreadsheets.read('x.xlsx', bytes, 10)
  expect(rows[1]?.cells.slice(0, 8)).toEqual(['10.0.0.1', '甲', '', '', '', 'OA', '', '周老师'])
  expect(bytes.includes('<f>')).toBe(false)
})

/** One entry that claims to unpack to 4 GB. */
function zipBomb(): Buffer {
  const entry = Buffer.alloc(46)
  entry.writeUInt32LE(0x02014b50, 0)
  entry.writeUInt32LE(0xfffffff0, 24)
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(1, 10)
  end.writeUInt32LE(46, 12)
  end.writeUInt32LE(4, 16)
  return Buffer.concat([Buffer.from('PK\u0003\u0004'), entry, end])
}

// Faults between the rows of one file: things declared twice, networks claimed by two tenants. Used by read-declaration.ts.
// It looks at the raw value, so that these faults are reported together with those of the schema; what is no text is skipped here.
import type { Fault, Path } from './faults.js'
import { overlapProblem, overlaps, readNetwork, type OwnedNetwork } from './networks.js'

interface Item {
  readonly row: Readonly<Record<string, unknown>>
  readonly path: Path
}

export function crossCheck(value: unknown): Fault[] {
  const faults: Fault[] = []
  const once = (what: string) => {
    const seen = new Set<string>()
    return (text: string | undefined, path: Path): void => {
      if (text === undefined) return
      if (seen.has(text)) faults.push({ path, problem: `${what}与前面的重复` })
      seen.add(text)
    }
  }
  const top = record(value)
  const robotName = once('机器人名')
  const botId = once('botId ')
  for (const { row, path } of items(top, 'robots', [])) {
    robotName(text(row, 'name'), [...path, 'name'])
    botId(text(row, 'botId'), [...path, 'botId'])
  }

  const feedName = once('情报源名')
  for (const { row, path } of items(top, 'feeds', [])) feedName(text(row, 'name'), [...path, 'name'])

  const staff = new Set<string>()
  const staffId = once('userid ')
  for (const { row, path } of items(top, 'staff', [])) {
    const user = text(row, 'userid')?.toLowerCase()
    staffId(user, [...path, 'userid'])
    if (user !== undefined) staff.add(user)
  }
  retiredButDeclared(top, staff, faults)

  const chatId = once('群 chatid ')
  for (const kind of ['ops', 'expert']) chatId(text(record(record(top['rooms'])[kind]), 'chatid'), ['rooms', kind, 'chatid'])

  const code = once('单位短码')
  const token = once('token ')
  const networks: OwnedNetwork[] = []
  for (const { row: tenant, path: tenantPath } of items(top, 'tenants', [])) {
    code(text(tenant, 'code'), [...tenantPath, 'code'])
    const person = once('userid ')
    for (const { row, path } of items(tenant, 'people', tenantPath)) {
      const user = text(row, 'userid')?.toLowerCase()
      person(user, [...path, 'userid'])
      if (user !== undefined && staff.has(user)) faults.push({ path: [...path, 'userid'], problem: bothSides })
    }
    for (const { row, path } of items(tenant, 'groups', tenantPath)) chatId(text(row, 'chatid'), [...path, 'chatid'])
    const source = once('日志源名')
    for (const { row, path } of items(tenant, 'sources', tenantPath)) {
      source(text(row, 'name'), [...path, 'name'])
      token(text(row, 'token'), [...path, 'token'])
      networks.push(...sendersOf(row, path, text(tenant, 'code') ?? ''))
    }
    const device = once('设备名')
    for (const { row, path } of items(tenant, 'devices', tenantPath)) device(text(row, 'name'), [...path, 'name'])
    const letter = once('授权书编号')
    for (const { row, path } of items(tenant, 'letters', tenantPath)) letter(text(row, 'id'), [...path, 'id'])
  }
  for (const [one, other] of overlaps(networks)) faults.push({ path: one.path ?? [], problem: overlapProblem(one, other) })
  return faults
}

/** Whoever proposes for the service must not be able to agree for the customer. */
export const bothSides = '同一个人不能既是工作人员又是客户人员'

function retiredButDeclared(top: Item['row'], staff: ReadonlySet<string>, faults: Fault[]): void {
  const retired = record(top['retired'])
  const robots = new Set(items(top, 'robots', []).map(({ row }) => text(row, 'name')))
  list(retired, 'staff').forEach((user, index) => {
    if (typeof user === 'string' && staff.has(user.toLowerCase()))
      faults.push({ path: ['retired', 'staff', index], problem: '同时写在 staff 里' })
  })
  list(retired, 'robots').forEach((name, index) => {
    if (typeof name === 'string' && robots.has(name)) faults.push({ path: ['retired', 'robots', index], problem: '同时写在 robots 里' })
  })
}

function sendersOf(row: Item['row'], path: Path, owner: string): OwnedNetwork[] {
  return list(row, 'from').flatMap((value, index) => {
    const read = typeof value === 'string' ? readNetwork(value) : undefined
    if (!read || !('network' in read)) return []
    return [{ owner, network: read.network, source: text(row, 'name') ?? '', path: [...path, 'from', index] }]
  })
}

function record(value: unknown): Item['row'] {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Item['row']) : {}
}

function list(row: Item['row'], key: string): readonly unknown[] {
  return Array.isArray(row[key]) ? (row[key] as unknown[]) : []
}

function items(row: Item['row'], key: string, path: Path): Item[] {
  return list(row, key).map((value, index) => ({ row: record(value), path: [...path, key, index] }))
}

function text(row: Item['row'], key: string): string | undefined {
  return typeof row[key] === 'string' ? row[key] : undefined
}

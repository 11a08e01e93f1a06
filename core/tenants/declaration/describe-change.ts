// A change as one Chinese line for the person who applies a file; called by the CLI.
import { PLATFORM } from '../tenant.js'
import type { Change, ChangedThing, ChangeKind } from './change.js'

const verbs: Readonly<Record<ChangeKind, string>> = { create: '新增', update: '修改', remove: '移除' }

const things: Readonly<Record<ChangedThing, string>> = {
  tenant: '单位',
  person: '人员',
  staff: '工作人员',
  group: '管家群',
  room: '内部群',
  robot: '机器人',
  source: '日志源',
  device: '设备',
  letter: '授权书',
  feed: '情报源',
  duty: '值班表',
}

/** `修改 设备 uni/fw1：address, credential` */
export function describeChange({ kind, what, tenant, id, name, fields }: Change): string {
  const place = what === 'tenant' || tenant === PLATFORM ? id : `${tenant}/${id}`
  const title = name === id ? '' : ` ${name}`
  return `${verbs[kind]} ${things[what]} ${place}${title}${fields.length === 0 ? '' : `：${fields.join(', ')}`}`
}

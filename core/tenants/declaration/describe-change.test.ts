// The lines a person reads after `guanjia apply`.
import { expect, it } from 'vitest'
import { describeChange } from './describe-change.js'

it.each([
  [{ kind: 'create', what: 'tenant', tenant: 'uni', id: 'uni', name: '示例大学', fields: [] }, '新增 单位 uni 示例大学'],
  [
    { kind: 'update', what: 'device', tenant: 'uni', id: 'fw1', name: 'fw1', fields: ['address', 'credential'] },
    '修改 设备 uni/fw1：address, credential',
  ],
  [{ kind: 'remove', what: 'person', tenant: 'uni', id: 'li', name: '李工', fields: [] }, '移除 人员 uni/li 李工'],
  [{ kind: 'create', what: 'robot', tenant: 'platform', id: 'main', name: 'main', fields: [] }, '新增 机器人 main'],
  [{ kind: 'update', what: 'staff', tenant: 'platform', id: 'zhang', name: '张工', fields: ['role'] }, '修改 工作人员 zhang 张工：role'],
] as const)('%j is told as %s', (change, line) => {
  expect(describeChange(change)).toBe(line)
})

import { expect, it } from 'vitest'
import { literal, unescaped } from './literal.js'

it('leaves nothing that Markdown would read as a link, a mention, a picture, HTML or emphasis', () => {
  const hostile = '[点我](http://evil) ![x](y) <@all> <b> **粗** `码` # 题 | ~ \\'

  expect(literal(hostile)).not.toMatch(/(?<!\\)[`*_[\]()<>#|!~]/)
  expect(unescaped(literal(hostile))).toBe(hostile)
})

it('leaves numbers and addresses as people type them', () => {
  expect(literal('IN-uni-261124-001 203.0.113.7 2001:db8::1 示例大学')).toBe('IN-uni-261124-001 203.0.113.7 2001:db8::1 示例大学')
})

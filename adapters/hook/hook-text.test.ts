import { expect, it } from 'vitest'
import type { Card, OutgoingMessage } from '../../core/ports/chat.js'
import { hookText, maxHookBytes } from './hook-text.js'

const card: Card = {
  taskId: 't1',
  source: '安全事件',
  title: '主机疑似失陷',
  desc: '需要您确认',
  text: '打开 https://guanjia.example/l/abc',
  facts: [{ name: '单号', value: 'IN-uni-261124-3' }],
  buttons: [{ key: 'yes', text: '同意处置', style: 'primary' }],
}

it('Markdown becomes the words a voice can read', () => {
  const { title, text } = hookText({
    kind: 'markdown',
    text: '# 标题\n\n> **引用**\n第二行\n\n| 名 | 数 |\n|---|---|\n| a | 1 |\n\n```\ncode\n```\n<b>x</b>',
  })

  expect(title).toBe('标题')
  expect(text).toBe('标题\n引用\n第二行\n名 数\na 1\ncode\n<b>x</b>')
})

it('a card is told line by line, without its buttons', () => {
  expect(hookText({ kind: 'card', card })).toEqual({
    title: '主机疑似失陷',
    text: '主机疑似失陷\n需要您确认\n单号：IN-uni-261124-3\n打开 https://guanjia.example/l/abc',
  })
})

it('a card that is too long is cut between characters and says so', () => {
  const { text } = hookText({ kind: 'card', card: { ...card, text: '长'.repeat(3000) } })

  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(maxHookBytes)
  expect(Buffer.byteLength(text)).toBeGreaterThan(maxHookBytes - 4)
  expect(text).toMatch(/长…$/)
})

it('control characters and turned text do not reach a gateway', () => {
  expect(hookText({ kind: 'mention', text: 'a\u0000\u001b[31m\u202Eb\r\nc', userIds: [] })).toEqual({ title: 'a[31mb', text: 'a[31mb\nc' })
})

it.each<[string, OutgoingMessage]>([
  ['EMPTY', { kind: 'markdown', text: '\n' }],
  ['TOO_LONG', { kind: 'markdown', text: '长'.repeat(2000) }],
  ['FILES_NOT_SUPPORTED', { kind: 'file', file: { name: 'a', base64: 'aGVsbG8=' } }],
  ['UPDATE_NOT_SUPPORTED', { kind: 'card-update', card }],
])('what cannot be sent so is refused: %s', (code, message) => {
  expect(() => hookText(message)).toThrow(expect.objectContaining({ code: 'CHAT_REFUSED', facts: { code } }))
})

import { expect, it } from 'vitest'
import type { OutgoingMessage } from '../../core/ports/chat.js'
import { composeMail } from './compose-mail.js'

const markdown = (text: string) => composeMail({ kind: 'markdown', text })
const file = (name: string, base64 = 'aGVsbG8=') => composeMail({ kind: 'file', file: { name, base64 } })

it('a subject is the first line a person would read', () => {
  expect(markdown('\n\n## **高危**：`10.0.0.1` [详情](https://a.example)\n正文').subject).toBe('高危：10.0.0.1 详情')
  expect(markdown('> 引用\n> 第二行').subject).toBe('引用')
  expect(markdown('---').subject).toBe('管家通知')
})

it('a long subject is cut at 120 characters, never within one, and keeps the number', () => {
  const subject = markdown(`${'😀'.repeat(200)}\n\n单号 IN-uni-261124-3`).subject

  expect(Array.from(subject)).toHaveLength(120)
  expect(subject).toMatch(/😀…（IN-uni-261124-3）$/u)
})

it('marks that turn the reading direction do not reach the subject or a file name', () => {
  expect(markdown('a\u202Egpj.exe').subject).toBe('agpj.exe')
  expect(file('报告\u202Excod.exe').attachment?.name).toBe('报告 xcod.exe')
})

it('HTML is shown, not obeyed, and only the web is linked', () => {
  const { html } = markdown(
    '<img src=x onerror=alert(1)> [a](javascript:alert(1)) [b](file:///etc/passwd) [c](https://bank.example@evil.example/) [d](https://ok.example/)',
  )

  expect(html).toContain('&lt;img src=x')
  expect(html.match(/href="[^"]*"/g)).toEqual(['href="https://ok.example/"'])
})

it('nothing is fetched from elsewhere: a picture leaves its caption', () => {
  const { html } = markdown('![现场截图](https://spy.example/p.png)\n\n![x]\n\n[x]: https://spy.example/q.png')

  expect(html).toContain('现场截图')
  expect(html).not.toContain('spy.example')
  expect(html).not.toMatch(/<img|src=|url\(/i)
})

it('a table keeps its alignment and gets styles of its own', () => {
  expect(markdown('| 名 | 数 |\n|---|--:|\n| a | 1 |').html).toMatch(/<td style="border:[^"]*;text-align:right">1<\/td>/)
})

it('addresses in a plain text are not made into links unless written out', () => {
  const { html } = composeMail({ kind: 'mention', text: 'evil.example 与 10.0.0.1 与 a@b.example 与 https://ok.example/a', userIds: [] })

  expect(html.match(/href="[^"]*"/g)).toEqual(['href="https://ok.example/a"'])
})

it.each([
  ['../../etc/passwd', '_.._etc_passwd'],
  ['C:\\temp\\周报.pdf', 'C__temp_周报.pdf'],
  ['', '附件'],
  ['.htaccess', 'htaccess'],
  [`${'长'.repeat(300)}.docx`, `${'长'.repeat(79)}….docx`],
])('a file name is made harmless (%#)', (given, expected) => {
  expect(file(given).attachment?.name).toBe(expected)
})

it.each<[string, OutgoingMessage]>([
  ['EMPTY', { kind: 'markdown', text: ' \n ' }],
  ['TOO_LONG', { kind: 'markdown', text: '长'.repeat(40_000) }],
  ['FILE_INVALID', { kind: 'file', file: { name: 'a', base64: 'kein base64!' } }],
  ['FILE_INVALID', { kind: 'file', file: { name: 'a', base64: '' } }],
  ['UPDATE_NOT_SUPPORTED', { kind: 'card-update', card: { taskId: 't', source: '', title: 't', facts: [], buttons: [] } }],
])('what cannot be a mail is refused: %s', (code, message) => {
  expect(() => composeMail(message)).toThrow(expect.objectContaining({ code: 'CHAT_REFUSED', facts: { code } }))
})

import { describe, expect, it } from 'vitest'
import type { OutgoingMessage } from '../ports/chat.js'
import { makeDigest, oneLine } from './digest.js'
import { byteLength } from './shorten.js'

const card = (title: string): OutgoingMessage => ({ kind: 'card', card: { taskId: 't', source: '', title, facts: [], buttons: [] } })
const markdown = (text: string): OutgoingMessage => ({ kind: 'markdown', text })
const row = (n: number, message: OutgoingMessage = card(`【中危】host-${n} 正被猜解口令`)) => ({
  message,
  subject: `IN-uni-261124-${String(n).padStart(3, '0')}`,
  level: 'P3' as const,
  createdAt: '2026-11-24T02:00:00.000Z',
})
const decoded = (base64: string | undefined) => Buffer.from(base64 ?? '', 'base64').toString('utf8')

describe('a digest', () => {
  it('has a line for each, with its level and its number', () => {
    const { text, file } = makeDigest([row(1), row(2, markdown('**IN-uni-261124-002** 已恢复\n来源产品报告'))], '静默时段汇总', 6000)

    expect(text.split('\n')).toEqual([
      '**【静默时段汇总】共 2 条**',
      '· [P3] 【中危】host-1 正被猜解口令　IN-uni-261124-001',
      '· [P3] IN-uni-261124-002 已恢复 来源产品报告',
      '想看哪一条，回复“事件 单号”或“为什么 单号”。',
    ])
    expect(file).toBeUndefined()
  })

  it.each([4096, 6000, 20_480])('of 400 keeps within %i bytes, and the file names what the text leaves out', maxBytes => {
    const rows = Array.from({ length: 400 }, (_, n) => row(n))

    const { text, file } = makeDigest(rows, '消息汇总', maxBytes)

    expect(byteLength(text)).toBeLessThanOrEqual(maxBytes)
    expect(text).toContain('共 400 条')
    const shown = rows.filter(({ subject }) => text.includes(subject)).length
    expect(shown).toBeGreaterThan(20)
    expect(text).toContain(`另有 ${400 - shown} 条`)
    const list = decoded(file?.base64)
    for (const { subject } of rows) expect(list).toContain(subject)
  })

  it('of long messages with emoji is cut between characters, never within a number', () => {
    const rows = Array.from({ length: 60 }, (_, n) => row(n, card(`${'👨‍👩‍👧‍👦严重的事'.repeat(40)}${n}`)))

    const { text } = makeDigest(rows, '消息汇总', 6000)

    expect(text).not.toContain('�')
    for (const line of text.split('\n').filter(item => item.startsWith('·'))) expect(line).toMatch(/IN-uni-261124-\d{3}$/)
  })

  it('takes what came from outside as data', () => {
    const evil = '[点我](http://evil)<@all> # x'

    const { text } = makeDigest([row(1, card(evil)), row(2, markdown('\\[点我\\]\\(http://evil\\) 主机'))], '消息汇总', 6000)

    expect(text.replaceAll('**', '').replaceAll('[P3]', '')).not.toMatch(/(?<!\\)[[\]()<>#]/)
    expect(text).toContain('\\[点我\\]\\(http://evil\\) 主机')
  })
})

describe('one line of a message', () => {
  it('is its first words as a person reads them', () => {
    expect(oneLine(card('标题'), '')).toBe('标题')
    expect(oneLine(markdown('**粗** 一\n二\n三'), '')).toBe('粗 一 二')
    expect(oneLine(markdown('主机 \\[web\\]'), '')).toBe('主机 [web]')
    // A card told as text: the basis names what its title had to cut.
    expect(oneLine(markdown('**主机：很长的…**\n待核实\n依据：很长的名字\n资产：主机'), '')).toBe('主机：很长的… 依据：很长的名字')
    expect(oneLine({ kind: 'file', file: { name: '日报.html', base64: '' } }, 'RP-1')).toBe('日报.html　RP-1')
    expect(oneLine({ kind: 'mention', text: '请看\n上面', userIds: ['li'] }, '')).toBe('请看 上面')
  })

  it('names its number once', () => {
    expect(oneLine(card('封禁 DP-1'), 'DP-1')).toBe('封禁 DP-1')
  })
})

import { expect, it } from 'vitest'
import type { Card } from '../ports/chat.js'
import { cardAsText } from './card-text.js'

const card: Card = {
  taskId: 't1',
  source: '云端安全管家',
  title: '【需要授权】封禁 203.0.113.7',
  desc: 'DP-uni-261124-001',
  text: '原因：口令猜解',
  facts: [{ name: '时长', value: '12 小时' }],
  buttons: [
    { key: 'yes', text: '同意', style: 'primary' },
    { key: 'no', text: '不同意', style: 'danger' },
    { key: 'map', text: '看图', style: 'plain' },
  ],
}
const commands = { yes: '同意 DP-uni-261124-001', no: '不同意 DP-uni-261124-001' }

it('says what the card says, and what to type in the place of each button that can be typed', () => {
  expect(cardAsText(card, commands).split('\n')).toEqual([
    '**【需要授权】封禁 203.0.113.7**',
    'DP-uni-261124-001',
    '原因：口令猜解',
    '时长：12 小时',
    '同意：回复“同意 DP-uni-261124-001”',
    '不同意：回复“不同意 DP-uni-261124-001”',
  ])
})

it('names the link in the place of the words to type', () => {
  const lines = cardAsText(card, commands, 'https://butler.example.edu/d/_a_-_b_').split('\n')

  expect(lines.at(-1)).toBe('确认页面（仅限本人，一次有效）：<https://butler.example.edu/d/_a_-_b_>')
  expect(lines.join()).not.toContain('回复')
})

it('takes what came from outside as data', () => {
  const evil = '[点我](http://evil)<@all>'

  const text = cardAsText({ ...card, title: evil, desc: evil, text: evil, facts: [{ name: evil, value: evil }], buttons: [] }, {})

  expect(text.replaceAll('**', '')).not.toMatch(/(?<!\\)[[\]()<>]/)
})

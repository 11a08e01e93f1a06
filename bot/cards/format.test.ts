// Words and figures as a phone shows them: cut by characters, on one line, with nothing in them that acts.
import MarkdownIt from 'markdown-it'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { card, clip, clock, code, duration, forGroup, hour, plain } from './format.js'

describe('clip', () => {
  it.each([
    ['短', 5, '短'],
    ['一二三四五', 5, '一二三四五'],
    ['一二三四五六', 5, '一二三四…'],
    ['😀😀😀', 2, '😀…'],
    ['a\u0000b\nc\td', 20, 'a b c d'],
    ['a\u2028b\u2029c', 20, 'a b c'],
    ['a\u202Eb\u2066c\u200Bd\u061Ce\uFEFF', 20, 'abcde'],
    ['\ud83d半个', 20, '半个'],
    ['  两头  ', 20, '两头'],
    ['', 5, ''],
  ])('%j in %i is %j', (text, length, clipped) => {
    expect(clip(text, length)).toBe(clipped)
  })

  it('is one line of at most so many characters, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 80 }), fc.integer({ min: 1, max: 40 }), (text, length) => {
        const clipped = clip(text, length)
        expect([...clipped].length).toBeLessThanOrEqual(length)
        expect(clipped).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u)
      }),
    )
  })
})

describe('plain', () => {
  const markdown = new MarkdownIt({ html: true })

  it('makes of every text a paragraph that reads as it was written', () => {
    const sign = fc.constantFrom(...'[]()<>*_`~!#|\\@a 中')
    fc.assert(
      fc.property(fc.string({ unit: sign, minLength: 1, maxLength: 30 }), text => {
        const html = markdown.renderInline(`值：${plain(text)}。`)
        expect(html.replaceAll('&lt;', '<').replaceAll('&gt;', '>')).toBe(`值：${clip(text, 300)}。`)
        expect(html).not.toMatch(/<(?!\/?p>)/)
      }),
      { numRuns: 500 },
    )
  })

  it.each(['<@all>', '[点我](http://evil)', '![x](y)', '<font color="warning">', '**粗**', '# 标题', '> 引用', '`x`', '~~x~~', '|a|b|'])(
    '%s has no meaning left',
    text => {
      expect(plain(text)).not.toMatch(/(?<!\\)[[\]()<>*#`~|!]/)
    },
  )

  it('shows code as it came, without a way out of it', () => {
    expect(code('a `rm -rf` b\n**c**')).toBe("`a 'rm -rf' b **c**`")
  })
})

describe('a longer text for a group', () => {
  it('is left alone when it fits', () => {
    expect(forGroup('一\n二', '更多见附件。')).toBe('一\n二')
  })

  it('keeps whole lines, twelve at most', () => {
    const text = forGroup(Array.from({ length: 40 }, (_, n) => `第 ${n} 行`).join('\n'), '更多见附件。')

    expect(text.split('\n')).toEqual([...Array.from({ length: 11 }, (_, n) => `第 ${n} 行`), '更多见附件。'])
  })

  it('stays below what a webhook takes', () => {
    const text = forGroup(Array.from({ length: 9 }, () => '字'.repeat(400)).join('\n'), '更多见附件。')

    expect(text.split('\n')).toHaveLength(4)
    expect(forGroup('字'.repeat(5000), '更多见附件。')).toBe('更多见附件。')
  })
})

describe('times and durations', () => {
  it.each([
    [0, '不到 1 秒'],
    [59, '59 秒'],
    [60, '1 分钟'],
    [3600, '1 小时'],
    [5400, '1 小时 30 分钟'],
    [86_400, '1 天'],
    [183_600, '2 天 3 小时'],
    [90_061, '1 天 1 小时'],
    [-5, '不到 1 秒'],
  ])('%i seconds are %s', (seconds, words) => {
    expect(duration(seconds)).toBe(words)
  })

  it('are told in the customer’s zone, and as a dash when there is none', () => {
    expect(clock('2026-11-24T16:30:00.000Z', 'Asia/Shanghai')).toBe('11-25 00:30')
    expect(hour('2026-11-24T16:30:00.000Z', 'UTC')).toBe('16:30')
    expect([clock(null, 'UTC'), hour(null, 'UTC')]).toEqual(['—', '—'])
  })
})

describe('card', () => {
  const number = 'IN-uni-261124-001'
  const parts = { title: '标题', facts: [], buttons: [], whole: [number] }

  it('puts a number that no part has room for before the text', () => {
    expect(card({ ...parts, text: '长'.repeat(200) }).text).toMatch(new RegExp(`^${number} 长+…$`))
  })

  it('leaves a number where it stands in full, and says it once', () => {
    expect(card({ ...parts, text: '依据', facts: [{ name: '单号', value: number }] })).toMatchObject({ text: '依据' })
  })

  it('takes out of a title what the cut would halve', () => {
    const address = '2001:db8:1111:2222:3333:4444:5555:6666'

    const made = card({ ...parts, title: `【需要授权】封禁 ${address}`, whole: [address, number] })

    expect(made.title).toBe('【需要授权】封禁')
    expect(made.text).toContain(address)
    expect(made.text).toContain(number)
  })
})

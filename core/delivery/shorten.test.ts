import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { byteLength, shorten } from './shorten.js'

const isWellFormed = (text: string) =>
  !/�/.test(new TextDecoder().decode(new TextEncoder().encode(text)).replaceAll('�', '')) && text.isWellFormed()

describe('shortening a text to bytes', () => {
  it('leaves what fits as it is', () => {
    expect(shorten('中文 ok', 9)).toEqual({ text: '中文 ok', isCut: false })
  })

  it('never exceeds the limit and never breaks a character', () => {
    const piece = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.constantFrom('中', '👨‍👩‍👧‍👦', '**粗**', '`码`', '\n', '[链接](https://a.example/x)', '\u{1F1E8}\u{1F1F3}', '\ud800'),
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 200 }), fc.integer({ min: 40, max: 600 }), (pieces, limit) => {
        const { text, isCut } = shorten(pieces.join(''), limit)

        expect(byteLength(text)).toBeLessThanOrEqual(limit)
        expect(isWellFormed(text)).toBe(true)
        if (isCut) expect(text).toContain('已截短')
      }),
      { numRuns: 500, seed: 20_261_126 },
    )
  })

  it('closes bold and code that the cut would leave open', () => {
    expect(shorten(`**${'重'.repeat(50)}**`, 60).text).toMatch(/^\*\*重+\*\*……（已截短）$/)
    expect(shorten(`\`${'x'.repeat(100)}\``, 60).text).toMatch(/^`x+`……（已截短）$/)
  })

  it('drops a torn link as a whole', () => {
    expect(shorten(`说明在 [手册](https://example.org/${'a'.repeat(100)}) 里`, 60).text).toBe('说明在 ……（已截短）')
  })

  it('does not part a family of emoji', () => {
    expect(shorten('👨‍👩‍👧‍👦'.repeat(4), 65, '…').text).toBe(`${'👨‍👩‍👧‍👦'.repeat(2)}…`)
  })
})

// HTML that scanners put into their texts → plain words; nothing of it is ever shown as markup.
const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' }

export function plainText(html: string): string {
  const cut = html.slice(0, 200_000)
  return cut
    .replace(/<(?:br|\/p|\/li|\/tr|\/div|\/h[1-6])\b[^>]{0,200}>/gi, '\n')
    .replace(/<[/a-z!][^>]{0,2000}>/gi, '')
    .replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]{2,6}));/gi, (whole, decimal?: string, hex?: string, name?: string) => {
      const code = decimal === undefined ? (hex === undefined ? NaN : parseInt(hex, 16)) : Number(decimal)
      if (Number.isInteger(code)) return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code).toWellFormed() : ''
      return ENTITIES[(name ?? '').toLowerCase()] ?? whole
    })
    .replace(/[ \t]+/g, ' ')
    .replace(/\s*\n\s*/g, '\n')
    .trim()
}

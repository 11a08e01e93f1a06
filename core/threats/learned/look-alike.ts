// Says whose name a registered name imitates: letters swapped for look-alikes, one letter wrong, the name with a word of bait around it. Used by models/generated-domains.ts.
import type { DomainParts } from './domain-parts.js'

/** Services that people of our customers log in to and that are imitated most; a tenant adds its own names. */
const BRANDS =
  'weixin wechat alipay taobao tmall jingdong unionpay icbc bankcomm cmbchina boc ccb abchina spdbank huawei xiaomi baidu dingtalk feishu bytedance douyin tencent qqmail netease aliyun microsoft office365 outlook google paypal amazon apple icloud facebook whatsapp telegram linkedin dropbox github docusign adobe netflix coinbase binance metamask'.split(
    ' ',
  )
const BAIT =
  /^(?:login|signin|secure|security|verify|verification|account|update|support|service|mail|webmail|auth|sso|vpn|pay|wallet|bonus|help|online|portal)$/
/** Shorter names are a letter away from too many others. */
const LEAST = 6

export type Imitation = { readonly brand: string; readonly how: 'look-alike' | 'one-letter' | 'bait' }

export class LookAlikes {
  private readonly bySkeleton: ReadonlyMap<string, string>
  private readonly brands: ReadonlySet<string>
  private readonly byLength: ReadonlyMap<number, readonly string[]>

  /** @param own labels of the tenant's own domains */
  constructor(own: readonly string[] = []) {
    const brands = [...new Set([...BRANDS, ...own.map(label => label.toLowerCase()).filter(label => /^[a-z0-9-]{3,63}$/.test(label))])]
    this.brands = new Set(brands)
    this.bySkeleton = new Map(brands.filter(brand => brand.length >= LEAST).map(brand => [skeleton(brand), brand]))
    const byLength = new Map<number, string[]>()
    for (const brand of brands.filter(one => one.length > LEAST)) byLength.set(brand.length, [...(byLength.get(brand.length) ?? []), brand])
    this.byLength = byLength
  }

  find({ label, shared }: DomainParts): Imitation | undefined {
    if (this.brands.has(label) && !shared) return undefined
    const same = this.bySkeleton.get(skeleton(label))
    if (same !== undefined && same !== label) return { brand: same, how: 'look-alike' }
    if (label.includes('-')) {
      const words = label.split('-')
      const brand = words.find(word => this.brands.has(word))
      if (brand !== undefined && words.some(word => BAIT.test(word))) return { brand, how: 'bait' }
    }
    for (let length = label.length - 1; length <= label.length + 1; length++)
      for (const brand of this.byLength.get(length) ?? []) if (isOneLetterAway(label, brand)) return { brand, how: 'one-letter' }
    return undefined
  }
}

/** What is left when signs that look alike are one sign. */
function skeleton(label: string): string {
  return label
    .replaceAll('rn', 'm')
    .replaceAll('vv', 'w')
    .replaceAll('cl', 'd')
    .replaceAll('0', 'o')
    .replaceAll(/[1il]/g, 'l')
    .replaceAll('5', 's')
    .replaceAll('3', 'e')
    .replaceAll('4', 'a')
    .replaceAll('-', '')
}

/** One letter more, less, other, or two neighbours swapped; the same first letter, because people read the beginning. */
function isOneLetterAway(a: string, b: string): boolean {
  if (a === b || a[0] !== b[0]) return false
  let from = 0
  while (from < a.length && a[from] === b[from]) from++
  let endA = a.length - 1
  let endB = b.length - 1
  while (endA >= from && endB >= from && a[endA] === b[endB]) {
    endA--
    endB--
  }
  const [left, right] = [endA - from + 1, endB - from + 1]
  if (left <= 1 && right <= 1) return true
  return left === 2 && right === 2 && a[from] === b[from + 1] && a[from + 1] === b[from]
}

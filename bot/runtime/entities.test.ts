// What a sentence names, and what only looks like a name: numbers, addresses, durations, days.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { findEntities, MAX_TEXT, type Entities } from './entities.js'

const NOW = Date.parse('2026-11-24T08:30:00Z')
const find = (text: string, now = NOW): Entities => findEntities(text, now, 'Asia/Shanghai')

describe('numbers', () => {
  it.each([
    ['IN-uni-261124-001', 'IN-uni-261124-001'],
    ['in-UNI-261124-001', 'IN-uni-261124-001'],
    ['ＤＰ－ｕｎｉ－２６１１２４－００１', 'DP-uni-261124-001'],
    ['dp—uni—261124—001', 'DP-uni-261124-001'],
    ['看看IN-uni-261124-7的进展', 'IN-uni-261124-007'],
    ['(RP-hos-261124-1234)', 'RP-hos-261124-1234'],
    ['I\u200bN-u\u202eni-261124-001', 'IN-uni-261124-001'],
  ])('%s is the number %s', (text, number) => {
    expect(find(text).numbers).toEqual([number])
  })

  it.each(['XX-uni-261124-001', 'IN-uni-2611-001', 'SPIN-uni-261124-001', 'IN-uni-261124-0000001', 'IN-uni-261124-', 'IN-u_i-261124-001'])(
    '%s is none',
    text => {
      expect(find(text).numbers).toEqual([])
    },
  )

  it('keeps several in the order they were said, each once', () => {
    expect(find('DP-uni-261124-002 和 DP-uni-261124-001，DP-UNI-261124-002').numbers).toEqual(['DP-uni-261124-002', 'DP-uni-261124-001'])
  })

  it('takes no day and no duration out of a number', () => {
    const { day, durationSeconds, rest } = find('同意 DP-uni-261124-001')

    expect({ day, durationSeconds, rest }).toEqual({ day: undefined, durationSeconds: undefined, rest: '同意' })
  })
})

describe('addresses', () => {
  it.each([
    ['封禁203.0.113.7', '203.0.113.7'],
    ['封禁 203.0.113.7。', '203.0.113.7'],
    ['block 203.0.113.7.', '203.0.113.7'],
    ['IP:203.0.113.7', '203.0.113.7'],
    ['src=203.0.113.7,', '203.0.113.7'],
    ['来源（203.0.113.7）', '203.0.113.7'],
    ['203.0.113.7:22', '203.0.113.7'],
    ['http://203.0.113.7/admin', '203.0.113.7'],
    ['２０３．０．１１３．７', '203.0.113.7'],
    ['203。0。113。7', '203.0.113.7'],
    ['203.0.113[.]7', '203.0.113.7'],
    ['2001:db8::1', '2001:db8::1'],
    ['把2001:DB8:0:0::1封了', '2001:db8::1'],
    ['[2001:db8::1]:443', '2001:db8::1'],
    ['::1', '::1'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
  ])('%s names %s', (text, ip) => {
    expect(find(text).ips).toEqual([ip])
  })

  it.each([
    'v1.2.3.4',
    '版本 1.2.3.4',
    '1.2.3.4.5',
    '256.1.1.1',
    '1.2.3',
    'Chrome/120.0.6099.109',
    '10.0.19041.1',
    '12:30',
    '12:30:45',
    'std::vector',
    '::',
    'aa:bb:cc:dd:ee:ff',
    '1.2.3.4a',
    'a1.2.3.4',
  ])('%s names no address', text => {
    expect(find(text)).toMatchObject({ ips: [], cidrs: [] })
  })

  it.each([
    ['10.20.0.0/16', ['10.20.0.0/16']],
    ['2001:db8::/32', ['2001:db8::/32']],
    ['10.20.0.0/33', []],
    ['2001:db8::/129', []],
  ])('%s is the network %j', (text, cidrs) => {
    expect(find(text)).toMatchObject({ ips: [], cidrs })
  })

  it('is never an address that does not parse, whatever the text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6(), fc.string()), fc.string(), (middle, noise) => {
        for (const ip of find(`${noise} ${middle} ${noise}`).ips) expect(ip).toMatch(/^[\d.]{7,15}$|^[0-9a-f:.]{2,45}$/)
      }),
      { numRuns: 300 },
    )
  })

  it('finds every IPv4 and IPv6 address between blanks', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), ip => find(`封禁 ${ip} 12h`).ips.length === 1 || ip === '::'),
      { numRuns: 300 },
    )
  })
})

describe('names', () => {
  it('finds domains, hashes and CVE numbers and leaves them in what is said', () => {
    const md5 = 'D41D8CD98F00B204E9800998ECF8427E'
    const found = find(`误报 www.Example.com、evil[.]org 下的 ${md5}（cve-2021-44228）`)

    expect(found).toMatchObject({
      domains: ['www.example.com', 'evil.org'],
      hashes: [md5.toLowerCase()],
      cves: ['CVE-2021-44228'],
      rest: `误报 www.Example.com、evil.org 下的 ${md5}（cve-2021-44228）`,
    })
    expect(found.day).toBeUndefined()
  })

  it.each(['日报.pdf', 'auth.log', 'li@example.com', 'index.php', 'sshd.service', '1.2.3', 'a..b'])('%s is no domain', text => {
    expect(find(text).domains).toEqual([])
  })

  it.each([
    ['今天高危有几条', 'high'],
    ['严重告警', 'critical'],
    ['中危漏洞', 'medium'],
    ['低危', 'low'],
    ['高可疑', undefined],
  ])('%s has the severity %s', (text, severity) => {
    expect(find(text).severity).toBe(severity)
  })

  it.each([
    ['日报 pdf', 'pdf'],
    ['导出Word版', 'docx'],
    ['周报要 excel 格式的', 'xlsx'],
    ['日报', undefined],
    ['文件 md5 是多少', undefined],
    ['误报 json 源在测试', undefined],
  ])('%s wants the format %s', (text, format) => {
    expect(find(text).format).toBe(format)
  })
})

describe('durations', () => {
  const HOUR = 3600
  it.each([
    ['12h', 12 * HOUR],
    ['１２ｈ', 12 * HOUR],
    ['12 小时', 12 * HOUR],
    ['12个小时', 12 * HOUR],
    ['24 hours', 24 * HOUR],
    ['90min', 1.5 * HOUR],
    ['1.5小时', 1.5 * HOUR],
    ['半小时', 0.5 * HOUR],
    ['半个小时', 0.5 * HOUR],
    ['一个半小时', 1.5 * HOUR],
    ['两小时半', 2.5 * HOUR],
    ['两天', 48 * HOUR],
    ['十二小时', 12 * HOUR],
    ['二十四小时', 24 * HOUR],
    ['四十八小时', 48 * HOUR],
    ['三十分钟', 0.5 * HOUR],
    ['一百二十分钟', 2 * HOUR],
    ['一刻钟', 0.25 * HOUR],
    ['半天', 12 * HOUR],
    ['一周', 168 * HOUR],
    ['两个星期', 336 * HOUR],
    ['1个月', 720 * HOUR],
    ['1天12小时', 36 * HOUR],
    ['1h30m', 1.5 * HOUR],
    ['7日', 168 * HOUR],
    ['90 秒', 90],
  ])('%s', (text, seconds) => {
    const found = find(`封禁 203.0.113.7 ${text} 口令猜解`)

    expect(found.durationSeconds).toBe(seconds)
    expect(found.rest).toBe('封禁 口令猜解')
  })

  it.each([
    '5 分钟内失败 20 次',
    '24小时以内',
    '3小时前',
    '连续三天爆破',
    '12:30',
    '12点',
    '64 分',
    '第三天',
    '3 hosts',
    '5 dogs',
    'ssh2d',
    '日报',
  ])('%s is no duration', text => {
    expect(find(text).durationSeconds).toBeUndefined()
  })

  it('takes the duration and leaves when it was', () => {
    expect(find('封禁 203.0.113.7 5 分钟内失败 20 次 12h')).toMatchObject({ durationSeconds: 12 * HOUR, rest: '封禁 5 分钟内失败 20 次' })
  })
})

describe('days', () => {
  it.each([
    ['今天', '2026-11-24'],
    ['昨天', '2026-11-23'],
    ['昨晚', '2026-11-23'],
    ['前天', '2026-11-22'],
    ['大前天', '2026-11-21'],
    ['明天', '2026-11-25'],
    ['11-23', '2026-11-23'],
    ['１１／２３', '2026-11-23'],
    ['11月23日', '2026-11-23'],
    ['11月3号', '2026-11-03'],
    ['2026-11-23', '2026-11-23'],
    ['2025年1月2日', '2025-01-02'],
    ['2026.1.2', '2026-01-02'],
    ['23号', '2026-11-23'],
    ['28号', '2026-10-28'],
    ['上周五', '2026-11-20'],
    ['上周日', '2026-11-22'],
    ['本周一', '2026-11-23'],
  ])('%s is %s', (text, day) => {
    expect(find(`日报 ${text}`)).toMatchObject({ day, period: { from: day, to: day }, rest: '日报' })
  })

  it.each([
    ['上周', '2026-11-16', '2026-11-22'],
    ['上上周', '2026-11-09', '2026-11-15'],
    ['这周', '2026-11-23', '2026-11-29'],
    ['本月', '2026-11-01', '2026-11-30'],
    ['上个月', '2026-10-01', '2026-10-31'],
    ['2月', '2026-02-01', '2026-02-28'],
    ['12月', '2025-12-01', '2025-12-31'],
    ['2026年2月', '2026-02-01', '2026-02-28'],
    ['上季度', '2026-07-01', '2026-09-30'],
    ['今年', '2026-01-01', '2026-12-31'],
    ['去年', '2025-01-01', '2025-12-31'],
    ['最近三天', '2026-11-22', '2026-11-24'],
    ['近7天', '2026-11-18', '2026-11-24'],
    ['过去两周', '2026-11-11', '2026-11-24'],
    ['最近24小时', '2026-11-23', '2026-11-24'],
    ['11-20到11-23', '2026-11-20', '2026-11-23'],
    ['从11月20日到23日', '2026-11-20', '2026-11-23'],
    ['从昨天到今天', '2026-11-23', '2026-11-24'],
  ])('%s is from %s to %s', (text, from, to) => {
    const found = find(`审计 ${text}`)

    expect(found.period).toEqual({ from, to })
    expect(found.day).toBeUndefined()
    expect(found.durationSeconds).toBeUndefined()
  })

  it.each(['22-8', '13-40', '2-30', '3-5 条', '6379/22', 'v1.2-3', '1-2-3', '版本 2026.11', '3/4 台', 'a-1-2', '第二天'])(
    '%s is no day',
    text => {
      expect(find(text).day).toBeUndefined()
    },
  )

  it('belongs to the year before when it has not come yet', () => {
    const newYear = Date.parse('2027-01-02T02:00:00Z')

    expect(find('日报 12-31', newYear).day).toBe('2026-12-31')
    expect(find('日报 1-2', newYear).day).toBe('2027-01-02')
    expect(find('日报 1-3', newYear).day).toBe('2026-01-03')
    expect(find('日报 昨天', Date.parse('2026-12-31T17:00:00Z')).day).toBe('2026-12-31')
    expect(find('日报 2-29', newYear).day).toBe('2024-02-29')
  })

  it('is a day of the zone, not of Greenwich', () => {
    expect(find('日报 今天', Date.parse('2026-11-23T16:30:00Z')).day).toBe('2026-11-24')
    expect(findEntities('日报 今天', Date.parse('2026-11-23T16:30:00Z'), 'UTC').day).toBe('2026-11-23')
  })
})

describe('hostile text', () => {
  it('looks at a bounded part and drops what cannot be seen', () => {
    const found = find(`封\u202e禁\u0000 ${'x'.repeat(20_000)} 203.0.113.7`)

    expect(found.ips).toEqual([])
    expect(found.text.length).toBeLessThanOrEqual(MAX_TEXT)
    expect(found.text.startsWith('封禁')).toBe(true)
  })

  it.each([
    '一'.repeat(2000),
    '1-'.repeat(1000),
    '::'.repeat(1000),
    'a.'.repeat(1000),
    '1.'.repeat(1000),
    '从1-1到'.repeat(400),
    '半个'.repeat(1000),
  ])('ends soon on a text made to be slow: %#', text => {
    expect(find(text).text).toHaveLength(2000)
  })

  it('never throws and never shows its own placeholders', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), text => {
        expect(find(`${text} example.com \u{F0000}`).rest).not.toMatch(/\p{Co}/u)
      }),
      { numRuns: 300 },
    )
  })
})

// Reads declaration files good, faulty and hostile; every fault must name its line.
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { isAppError } from '../../errors.js'
import { readDeclaration } from './read-declaration.js'

const example = readFileSync(new URL('../../../content/examples/declaration.yaml', import.meta.url), 'utf8')

function refusal(text: string): { readonly line: unknown; readonly problem: string; readonly everything: string } {
  try {
    readDeclaration(text, 'x.yaml')
  } catch (error) {
    if (!isAppError(error, 'FILE_INVALID')) throw error
    return { line: error.facts['line'], problem: String(error.facts['problem']), everything: error.message + error.reply }
  }
  throw new Error('it was read')
}

/** One tenant whose further keys are given, the first of them on line 4. */
const tenant = (...lines: string[]) => ['tenants:', '  - code: uni', '    name: 示例大学', ...lines.map(line => `    ${line}`)].join('\n')

describe('a declaration file', () => {
  it('of three tenants is read as it is written', () => {
    const { content } = readDeclaration(example, 'declaration.yaml')

    expect(
      content.tenants.map(({ code, industry, mlpsLevel, authorizationMode }) => [code, industry, mlpsLevel, authorizationMode]),
    ).toEqual([
      ['uni', 'education', 3, 'collaborate'],
      ['hos', 'healthcare', 3, 'collaborate'],
      ['fac', 'manufacturing', 2, 'notify'],
    ])
    expect(content.rooms.ops).toEqual({ chatid: 'ops-1', name: '运营群', form: 'simulated', robot: 'main' })
    expect(content.tenants[1]?.sources?.[0]?.from).toEqual(['10.30.0.0/16'])
  })

  it('as the design shows it is read', () => {
    const { content } = readDeclaration(
      `robots: [{ name: main, botId: aib-1, secret: "s", wsUrl: "ws://127.0.0.1:9001" }]
staff:  [{ userid: Zhang, name: 张工, role: analyst }, { userid: wang, name: 王专家, role: senior_expert }]
rooms:  { ops: { chatid: ops-1, robot: main }, expert: { chatid: exp-1, robot: main } }
tenants:
  - code: uni
    name: 示例大学
    industry: education
    mlpsLevel: 3
    authorizationMode: collaborate
    manager: Liu
    people:  [{ userid: chen, name: 陈主任, role: owner, mail: chen@example.edu }, { userid: li, name: 李工, role: approver }]
    groups:  [{ chatid: g-uni, name: 示例大学管家群, form: provider_internal, robot: main, webhook: "http://127.0.0.1:9001/x?key=k1" }]
    sources: [{ name: edge, type: syslog, token: "12345678", from: ["10.20.0.0/16"] }]
    devices: [{ name: fw1, kind: nftables, address: "ssh://root@10.20.0.1", credential: "c", protects: ["10.20.0.0/16"] }]
    letters: [{ id: AU-uni-1, targets: ["10.20.0.0/16"], exclude: ["10.20.9.0/24"], from: 2026-01-01, to: 2026-12-31, window: "22:00-06:00", kinds: [discovery, vulnerability, weak_password] }]
`,
      'x.yaml',
    )

    expect(content.staff[0]?.userid).toBe('zhang')
    expect(content.tenants[0]?.manager).toBe('liu')
    expect(content.tenants[0]?.letters?.[0]).toMatchObject({ from: '2026-01-01', window: '22:00-06:00' })
  })

  it('leaves out what it does not mention', () => {
    const [only] = readDeclaration(tenant(), 'x.yaml').content.tenants

    expect(only).toEqual({ code: 'uni', name: '示例大学' })
  })

  it('may use one passage twice', () => {
    const { content } = readDeclaration(
      tenant(
        'sources: [{ name: a, type: json, token: aaaaaaaa }]',
        'settings: { protectedAddresses: &p [{ network: 192.0.2.1, why: 官网 }] }',
      ).concat('\n  - { code: hos, name: b, settings: { protectedAddresses: *p } }'),
      'x',
    )

    expect(content.tenants[1]?.settings?.protectedAddresses).toEqual([{ network: '192.0.2.1', why: '官网' }])
  })
})

describe('a fault', () => {
  it.each([
    ['an unknown key at the top', 'tenants: []\nrobot: []', 2, /^robot：不认识这个键，这里可以写 robots、/],
    ['an unknown key of a tenant', tenant('mlpsLevel: 3', 'colour: red'), 5, /colour：不认识这个键，这里可以写 code、name、/],
    ['an unknown key of settings', tenant('settings:', '  observeSeconds:', '    P1: 1', '    P5: 1'), 7, /observeSeconds\.P5：不认识/],
    ['a missing key', 'tenants:\n\n  - name: 示例大学', 3, /tenants\[0\]\.code：缺少/],
    ['a code with capitals', 'tenants:\n  - name: a\n    code: UNI', 3, /小写字母/],
    ['the code of the platform', 'tenants:\n  - name: a\n    code: platform', 3, /留给平台/],
    ['a code of 33 characters', `tenants:\n  - name: a\n    code: ${'a'.repeat(33)}`, 3, /1 到 32/],
    ['a name longer than its column', tenant(`manager: null`).replace('示例大学', '长'.repeat(201)), 3, /最多 200/],
    ['a name that turns the writing round', tenant().replace('示例大学', '"a\\u202eb"'), 3, /控制字符/],
    ['a NUL that came by an escape', tenant().replace('示例大学', '"a\\0b"'), 3, /控制字符/],
    ['half a character', tenant().replace('示例大学', '"a\\uD800b"'), 3, /控制字符/],
    ['a number for a text', 'staff:\n  - { userid: 1001, name: a, role: analyst }', 2, /userid：要写成文字（数字请加引号）/],
    ['an empty list key', tenant('people:'), 4, /people：要写成列表/],
    ['a level out of range', tenant('mlpsLevel: 6'), 4, /不能大于 5/],
    ['a level that is no whole number', tenant('mlpsLevel: 2.5'), 4, /整数/],
    ['an unknown industry', tenant('industry: circus'), 4, /只能是 education、healthcare、/],
    ['an unknown mode', tenant('authorizationMode: always'), 4, /notify、collaborate、preauthorized/],
    ['an unknown time zone', tenant('timeZone: Asia/Atlantis'), 4, /Asia\/Shanghai/],
    ['a time zone that is an offset', tenant('timeZone: "+08:00"'), 4, /Asia\/Shanghai/],
    [
      'a staff role for a customer',
      tenant('people:', '  - { userid: a, name: a, role: analyst }'),
      5,
      /role：只能是 owner、approver、operator、viewer/,
    ],
    ['a customer role for staff', 'staff:\n  - { userid: a, name: a, role: owner }', 2, /只能是 analyst、/],
    ['a userid with a blank', tenant('people: [{ userid: "a b", name: a, role: owner }]'), 4, /userid：只能是/],
    [
      'one userid twice, the case aside',
      tenant('people:', '  - { userid: chen, name: a, role: owner }', '  - { userid: Chen, name: b, role: viewer }'),
      6,
      /people\[1\]\.userid：userid 与前面的重复/,
    ],
    [
      'staff who are customers',
      `staff: [{ userid: a, name: a, role: analyst }]\n${tenant('people: [{ userid: A, name: a, role: approver }]')}`,
      5,
      /不能既是工作人员又是客户/,
    ],
    ['mail that is none', tenant('people: [{ userid: a, name: a, role: owner, mail: nobody }]'), 4, /邮件地址/],
    [
      'a chatid twice in the file',
      `rooms:\n  ops: { chatid: g, robot: main }\n${tenant('groups:', '  - { chatid: g, name: a, robot: main }')}`,
      7,
      /chatid 与前面的重复/,
    ],
    ['an unknown form of group', tenant('groups: [{ chatid: g, name: a, robot: main, form: telegraph }]'), 4, /provider_internal、/],
    [
      'a webhook that is no web address',
      tenant('groups: [{ chatid: g, name: a, robot: main, webhook: "file:///etc/passwd" }]'),
      4,
      /webhook：要写成 http:\/\/ 或 https:\/\//,
    ],
    [
      'a webSocket address that is none',
      'robots:\n  - name: a\n    botId: b\n    secret: c\n    wsUrl: ftp://x',
      5,
      /wsUrl：要写成 ws:\/\/ 或 wss:\/\//,
    ],
    ['a robot twice', 'robots:\n  - { name: a, botId: b, secret: c }\n  - { name: a, botId: d, secret: c }', 3, /机器人名/],
    ['a bot id twice', 'robots:\n  - { name: a, botId: b, secret: c }\n  - { name: d, botId: b, secret: c }', 3, /botId 与前面的重复/],
    ['a source of an unknown type', tenant('sources: [{ name: a, type: pigeon, token: aaaaaaaa }]'), 4, /只能是 syslog、raw、/],
    ['a short token', tenant('sources: [{ name: a, type: json, token: short }]'), 4, /8 到 200/],
    ['a source nobody could be told by', tenant('sources: [{ name: a, type: json }]'), 4, /缺少 token/],
    [
      'senders of what is not syslog',
      tenant('sources: [{ name: a, type: json, token: aaaaaaaa, from: [10.0.0.0/8] }]'),
      4,
      /from：只有 syslog/,
    ],
    [
      'one token for two sources',
      tenant('sources:', '  - { name: a, type: json, token: aaaaaaaa }', '  - { name: b, type: json, token: aaaaaaaa }'),
      6,
      /sources\[1\]\.token：token 与前面的重复/,
    ],
    [
      'a network that is none',
      tenant('devices: [{ name: a, kind: b, address: c, protects: [10.1/16] }]'),
      4,
      /protects\[0\]：要写成地址或网段/,
    ],
    [
      'a network with host bits',
      tenant('devices:', '  - name: a', '    kind: b', '    address: c', '    protects:', '      - 10.0.0.0/8', '      - 10.20.0.1/16'),
      10,
      /网段应写成“10\.20\.0\.0\/16”/,
    ],
    ['a device address with a password', tenant('devices: [{ name: a, kind: b, address: "ssh://root:geheim@10.0.0.1" }]'), 4, /credential/],
    [
      'a device twice',
      tenant('devices:', '  - { name: a, kind: b, address: c }', '  - { name: a, kind: b, address: d }'),
      6,
      /设备名与前面的重复/,
    ],
    [
      'a letter that ends before it begins',
      tenant('letters: [{ id: a, targets: [10.0.0.0/8], from: 2026-02-01, to: 2026-01-01, kinds: [discovery] }]'),
      4,
      /to：不能早于 from/,
    ],
    [
      'a day that does not exist',
      tenant('letters: [{ id: a, targets: [10.0.0.0/8], from: 2026-02-30, to: 2026-12-31, kinds: [discovery] }]'),
      4,
      /from：要写成日期/,
    ],
    [
      'a window that is none',
      tenant('letters: [{ id: a, targets: [10.0.0.0/8], from: 2026-01-01, to: 2026-12-31, window: "22-6", kinds: [discovery] }]'),
      4,
      /22:00-06:00/,
    ],
    [
      'a letter for the whole internet',
      tenant('letters: [{ id: a, targets: [0.0.0.0/0], from: 2026-01-01, to: 2026-12-31, kinds: [discovery] }]'),
      4,
      /整个互联网/,
    ],
    [
      'a letter without targets',
      tenant('letters: [{ id: a, targets: [], from: 2026-01-01, to: 2026-12-31, kinds: [discovery] }]'),
      4,
      /至少写一个目标/,
    ],
    [
      'a letter for an unknown kind',
      tenant('letters: [{ id: a, targets: [10.0.0.0/8], from: 2026-01-01, to: 2026-12-31, kinds: [flood] }]'),
      4,
      /discovery、vulnerability、weak_password/,
    ],
    ['a tenant twice', `${tenant()}\n  - { code: uni, name: b }`, 4, /单位短码与前面的重复/],
    ['a number that cannot be stored', tenant('settings: { models: { password-guessing: { attempts: .inf } } }'), 4, /\.inf/],
    [
      'someone retired and declared',
      'staff: [{ userid: a, name: a, role: admin }]\nretired:\n  staff:\n    - b\n    - A',
      5,
      /同时写在 staff/,
    ],
  ])('names its line: %s', (_, text, line, problem) => {
    expect(refusal(text)).toMatchObject({ line, problem: expect.stringMatching(problem) as string })
  })

  it('is reported together with all others, each with its line', () => {
    const { line, problem } = refusal(
      tenant(
        'colour: red',
        'people:',
        '  - { userid: a, name: 甲, role: boss }',
        '  - { userid: A, name: 乙, role: owner }',
        'mlpsLevel: 9',
      ),
    )

    expect(line).toBe(4)
    expect(problem).toMatch(/^共 4 处问题：第 4 行 .*colour：.*；第 6 行 .*role：.*；第 7 行 .*userid：.*；第 8 行 .*mlpsLevel：/)
  })

  it('of two tenants that claim one sender names both', () => {
    const text = [
      'tenants:',
      ...[
        ['uni', '10.20.0.0/16'],
        ['hos', '10.20.30.0/24'],
        ['fac', '2001:db8::/32'],
      ].flatMap(([code, network]) => [
        `  - code: ${code}`,
        `    name: ${code}`,
        '    sources:',
        `      - { name: edge, type: syslog, from: [192.0.2.${code!.length + code!.charCodeAt(0)}, ${network}] }`,
      ]),
    ].join('\n')

    expect(refusal(text)).toMatchObject({
      line: 9,
      problem: 'tenants[1].sources[0].from[1]：网段 10.20.30.0/24 与单位 uni 的日志源 edge（10.20.0.0/16）重叠，分不清日志是谁的',
    })
  })

  it('of a secret never repeats it', () => {
    const texts = [
      tenant('sources: [{ name: a, type: json, token: "geheim geheim" }, { name: b, type: json, token: geheim }]'),
      tenant('devices: [{ name: a, kind: b, address: "x://u:geheim@h", credential: { geheim: 1 } }]'),
      tenant('groups: [{ chatid: g, name: a, robot: main, webhook: "ftp://geheim" }]'),
      'robots: [{ name: a, botId: b, secret: [geheim] }]',
      'robots: [{ name: a, botId: b, secret: *geheim }]',
      'robots: [{ name: a, botId: b, secret: !geheim x }]',
      'robots: [{ name: a, botId: b, secret: "geheim }]',
    ]

    for (const text of texts) expect(refusal(text).everything).not.toMatch(/geheim/)
  })
})

describe('a hostile file', () => {
  it.each([
    ['nothing', '', 1, /空/],
    ['a comment only', '# a\n', 1, /空/],
    ['a list', '- a', 1, /键值/],
    ['more than 2 MB', '#'.repeat(3_000_000), 1, /2 MB/],
    ['more than 2 MB of Chinese', `# ${'安'.repeat(800_000)}`, 1, /2 MB/],
    ['a NUL', 'tenants: []\n\0', 2, /控制字符/],
    ['a terminal escape', 'tenants: []\n\n# \u001b[2J', 3, /控制字符/],
    ['brackets without end', `\n${'['.repeat(1_000_000)}`, 2, /太深/],
    ['lists without end', `a:\n  ${'- '.repeat(500_000)}`, 2, /太深/],
    ['maps without end', '{a: '.repeat(400_000), 1, /太深/],
    ['very many small things', ':\n'.repeat(600_000), 250_000, /太多/],
    ['a tag of another language', 'tenants: []\nrobots: !!js/function "() => 1"', 2, /标签/],
    ['a tag of YAML itself', 'tenants: []\nrobots: !!set {}', 2, /标签/],
    ['an older YAML', '%YAML 1.1\n---\ntenants: []', 1, /%YAML/],
    ['two documents', 'tenants: []\n---\ntenants: []', 2, /一份声明/],
    ['a key twice', 'tenants: []\nrobots: []\ntenants: []', 3, /“tenants”写了两次/],
    ['a merge key', `base: &b { name: a }`.concat('\n', '<<: *b'), 1, /共 2 处问题：第 1 行 base.*第 2 行 <</],
    ['a prototype', 'tenants: []\n__proto__: { robots: [] }', 2, /__proto__：不认识/],
    ['a key that is a map', 'tenants: []\n? { a: b }\n: c', 2, /键要写成文字/],
    ['an alias of nothing', 'tenants: []\nrobots: *x', 2, /没有定义/],
    ['an alias of itself', 'tenants: []\nrobots: &r\n  - *r', 3, /没有尽头/],
    ['an alias of itself deep inside', 'tenants: []\nrobots: &r { a: [{ b: *r }] }', 2, /没有尽头/],
    ['more aliases than a person writes', `a: &a x\nb:\n${'- *a\n'.repeat(101)}`, 103, /超过 100 处/],
    ['a tab', 'tenants:\n\t- a', 2, /制表符/],
    ['a bracket that stays open', 'tenants: [\n', 2, /括号/],
  ])('is refused: %s', (_, text, line, problem) => {
    expect(refusal(text)).toMatchObject({ line, problem: expect.stringMatching(problem) as string })
  })

  it('of few bytes and billions of rows is refused', () => {
    const names = [...'abcdefghi']
    const laughs = names.map(
      (name, index) =>
        `${name}: &${name} [${Array(9)
          .fill(index === 0 ? 'x' : `*${names[index - 1]}`)
          .join(', ')}]`,
    )

    expect(refusal(laughs.join('\n'))).toMatchObject({ line: 2, problem: expect.stringMatching(/展开后太大/) as string })
  })

  it('with a fault on every line is answered with the first fifty', () => {
    const { problem } = refusal(`tenants:\n${'  - 1\n'.repeat(20_000)}`)

    expect(problem).toMatch(/第 51 行/)
    expect(problem).not.toMatch(/第 52 行/)
    expect(problem).toMatch(/处未列出/)
  })

  it('of thousands of different keys is answered, not compared key by key', () => {
    const keys = Array.from({ length: 60_000 }, (_, index) => `k${index}:`).join('\n')

    expect(refusal(keys)).toMatchObject({ line: 1, problem: expect.stringMatching(/第 2 行 k1：不认识/) as string })
  })
})

// The `guanjia` command as its users run it: a child process, what it prints where, and with which exit code it ends.
import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const program = join(import.meta.dirname, '..', 'bin', 'guanjia.mjs')
let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'guanjia-cli-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

function run(command: string, args: readonly string[], input = '', env: Record<string, string> = {}): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      env: { PATH: process.env['PATH'] ?? '', HOME: folder, DATA_DIR: join(folder, 'data'), SECRET_KEY: 'a key for tests only', ...env },
    })
    let stdout = ''
    let stderr = ''
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
    child.stdin.on('error', () => undefined)
    child.on('error', reject)
    child.on('close', code => resolve({ code, stdout, stderr }))
    child.stdin.end(input)
  })
}

const guanjia = (args: readonly string[], input = '', env: Record<string, string> = {}): Promise<Ended> =>
  run(process.execPath, [program, ...args], input, env)
const jsonLines = (text: string): Record<string, unknown>[] =>
  text
    .split('\n')
    .filter(line => line !== '')
    .map(line => JSON.parse(line) as Record<string, unknown>)
const file = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text)
  return join(folder, name)
}

describe.concurrent('formats', () => {
  it('are explained line by line on stderr, the events stay on stdout', async () => {
    const log = file(
      'explained.log',
      '<134>Oct 10 12:34:56 fw kernel: DROP: IN=eth0 OUT= SRC=192.0.2.1 DST=198.51.100.2 LEN=40 PROTO=TCP SPT=1 DPT=22\nwhatever this is\n',
    )
    const { code, stdout, stderr } = await guanjia(['parse', '--explain', log])

    expect(code).toBe(0)
    expect(jsonLines(stdout)).toHaveLength(2)
    const said = stderr.split('\n').filter(line => line.startsWith('{"line"'))
    expect(said.map(line => (JSON.parse(line) as { won: string; envelope: string }).won)).toEqual([
      'netfilter-iptables#netfilter',
      'unknown',
    ])
    expect(jsonLines(said[0]!)[0]).toMatchObject({ line: 1, envelope: 'bsd', hostname: 'fw', appname: 'kernel' })
  })

  it('are drafted from what nobody knows, and the draft reads those lines', async () => {
    const unknown = Array.from({ length: 30 }, (_, i) => `acmegate refused visitor v${i} at 192.0.2.${i} for ${i} s`).join('\n')
    const log = file('unknown.log', `${unknown}\n`)

    const draft = await guanjia(['formats', 'learn', log, '--id', 'acme-gate'])
    expect(draft.code).toBe(0)
    expect(draft.stderr).toContain('30 行没有格式认识')
    mkdirSync(join(folder, 'own', 'formats'), { recursive: true })
    writeFileSync(join(folder, 'own', 'formats', 'acme-gate.yaml'), draft.stdout)
    const parsed = await guanjia(['parse', '--formats', join(folder, 'own'), log])

    expect(jsonLines(parsed.stdout).map(event => (event['event'] as { dataset: string }).dataset)).toEqual(
      Array.from({ length: 30 }, () => 'acme.gate'),
    )
  })
})

describe.concurrent('using it wrongly', () => {
  it.each([
    ['an unknown verb', ['fly']],
    ['half a verb', ['audit']],
    ['a name every object has', ['constructor']],
  ])('%s shows the verbs on stderr and ends with 2', async (_, args) => {
    const { code, stdout, stderr } = await guanjia(args)

    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toMatch(/^usage: guanjia <verb>/)
  })

  it.each([
    ['an unknown option', ['detect', '--nothing']],
    ['a missing file', ['parse']],
    ['an unknown role', ['understand', '--as', 'king', '状态']],
    ['a sentence without a place', ['say', '--as', 'li', '状态']],
  ])('%s shows the usage and ends with 2', async (_, args) => {
    const { code, stdout, stderr } = await guanjia(args)

    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toContain(`usage: guanjia ${args[0]}`)
  })
})

describe.concurrent('asking for help', () => {
  it('lists every verb on stdout and ends with 0', async () => {
    const { code, stdout, stderr } = await guanjia(['--help'])

    expect([code, stderr]).toEqual([0, ''])
    for (const verb of ['start', 'migrate', 'apply', 'say', 'understand', 'parse', 'detect', 'report', 'audit verify'])
      expect(stdout).toMatch(new RegExp(`^  ${verb} `, 'm'))
  })

  it.each([
    ['parse', '--help'],
    ['audit', 'verify', '-h'],
  ])('explains the verb of %s %s', async (...args) => {
    const { code, stdout } = await guanjia(args)

    expect(code).toBe(0)
    expect(stdout).toMatch(new RegExp(`^usage: guanjia ${args.slice(0, -1).join(' ')}`))
  })
})

describe.concurrent('parse', () => {
  const lines = [
    'Nov 24 08:30:00 web1 sshd[811]: Failed password for root from 203.0.113.7 port 4711 ssh2',
    'something nobody has ever seen',
    '',
    '\u0000\ufffd{"broken":',
  ]

  it('gives one event for each line, in order, the unknown ones too', async () => {
    const { code, stdout } = await guanjia(['parse', '-'], `${lines.join('\n')}\n`)

    const events = jsonLines(stdout)
    expect([code, events.length]).toEqual([0, 4])
    expect(events[0]).toMatchObject({ source: { ip: '203.0.113.7' }, host: { name: 'web1' } })
    expect(events[1]).toMatchObject({ event: { original: lines[1], dataset: 'unknown' } })
  })

  it('of a file that is not there ends with 1 and a sentence', async () => {
    const { code, stdout, stderr } = await guanjia(['parse', join(folder, 'absent.log')])

    expect([code, stdout]).toEqual([1, ''])
    expect(stderr).toContain('没有找到')
    expect(stderr).not.toContain('    at ')
  })

  it('into a reader that has seen enough is no failure', async () => {
    const many = file('many.log', `${lines[0]}\n`.repeat(20_000))

    const { stdout, stderr } = await run('bash', [
      '-c',
      `set -o pipefail; "$0" "$1" parse "$2" | head -n 1; echo "ended with $?"`,
      process.execPath,
      program,
      many,
    ])

    expect(stdout.split('\n').at(1)).toBe('ended with 0')
    expect(stderr).toBe('')
  })
})

describe.concurrent('understand', () => {
  it('reads one sentence a line and gives one object a line, empty ones too', async () => {
    const { code, stdout } = await guanjia(
      ['understand', '--now', '2026-11-24T08:30:00Z', '-'],
      '封禁 203.0.113.7 12h\n\n日报 昨天\n不要封 203.0.113.7\n{"x":1}\n',
    )

    expect(code).toBe(0)
    expect(jsonLines(stdout)).toEqual([
      { command: '封禁', args: { ip: '203.0.113.7', durationMinutes: 720 }, asks: null, confirm: true },
      { command: null, args: {}, asks: null, confirm: false },
      { command: '日报', args: { period: { from: '2026-11-23', to: '2026-11-23' } }, asks: null, confirm: false },
      {
        command: '不同意',
        args: { ip: '203.0.113.7' },
        asks: '是否不同意执行待确认的处置？请回复：不同意 加单号',
        confirm: true,
      },
      { command: null, args: {}, asks: null, confirm: false },
    ])
  })

  it('tells a person in words, and a program in JSON', async () => {
    const [words, json] = await Promise.all([guanjia(['understand', '封禁', '203.0.113.7']), guanjia(['understand', '--json', '封了吧'])])

    expect(words.stdout).toBe('命令：封禁\nip：203.0.113.7\n先要确认，之前什么都不做\n')
    expect(jsonLines(json.stdout)).toMatchObject([{ command: '封禁', confirm: true }])
  })
})

describe.concurrent('detect', () => {
  const rule = `title: Login as root
id: 5f1d3c5e-0000-4000-8000-000000000001
status: test
logsource: { product: linux, service: sshd }
detection: { selection: { user: root }, condition: selection }
level: high
`
  const events = [
    { logsource: { product: 'linux', service: 'sshd' }, event: { user: 'root' } },
    { logsource: { product: 'linux', service: 'sshd' }, event: { user: 'li' } },
    { logsource: { product: 'windows' }, event: { user: 'root' } },
  ]

  it('gives one object a hit on stdout, and the summary on stderr', async () => {
    const rules = join(folder, 'rules')
    mkdirSync(rules, { recursive: true })
    writeFileSync(join(rules, 'root.yml'), rule)
    writeFileSync(join(rules, 'broken.yml'), 'title: no detection\n')
    const recorded = file('events.ndjson', `${events.map(event => JSON.stringify(event)).join('\n')}\nno json\n`)

    const { code, stdout, stderr } = await guanjia(['detect', '--rules', rules, '--events', recorded, '--json'])

    expect(code).toBe(0)
    expect(jsonLines(stdout)).toEqual([{ rule: '5f1d3c5e-0000-4000-8000-000000000001', title: 'Login as root', level: 'high', event: 0 }])
    expect(stderr).toContain('events.ndjson:4: not a JSON object')
    expect(stderr).toMatch(/refused .*broken\.yml/)
    expect(stderr).toMatch(/1 rules loaded, 1 refused; 4 events, 1 unreadable, 1 hits, \d+ events\/s/)
  })

  it('tells a correlation at its last contributing event, by @timestamp, instead of the rules behind it', async () => {
    const rules = join(folder, 'correlated')
    mkdirSync(rules, { recursive: true })
    const correlation =
      'title: Twice\nid: twice\nlevel: high\ncorrelation:\n  type: event_count\n  rules: [5f1d3c5e-0000-4000-8000-000000000001]\n  timespan: 1m\n  condition: { gte: 2 }\n'
    writeFileSync(join(rules, 'all.yml'), `${rule}---\n${correlation}`)
    const lines = ['08:00:00', '08:05:00', '08:05:59'].map(at =>
      JSON.stringify({ product: 'linux', service: 'sshd', user: 'root', '@timestamp': `2026-11-24T${at}Z` }),
    )

    const { stdout, stderr } = await guanjia(['detect', '--rules', rules, '--events', file('timed.ndjson', lines.join('\n')), '--json'])

    expect(jsonLines(stdout)).toEqual([{ rule: 'twice', title: 'Twice', level: 'high', event: 2 }])
    expect(stderr).toContain('2 rules loaded, 0 refused')
  })

  it('without its folder ends with 1', async () => {
    const recorded = file('one.ndjson', '{}\n')

    expect((await guanjia(['detect', '--rules', join(folder, 'absent'), '--events', recorded])).code).toBe(1)
  })
})

describe.concurrent('the verbs on the database', () => {
  it('apply names the line of what is wrong, and changes nothing', async () => {
    const faulty = file(
      'faulty.yaml',
      'staff:\n  - { userid: zhang, name: 张工, role: analyst }\n  - { userid: li, name: 李工, role: king }\n',
    )
    const unknown = file('unknown.yaml', 'staff: []\nteants: []\n')

    const [role, key, absent] = await Promise.all([
      guanjia(['apply', faulty]),
      guanjia(['apply', unknown]),
      guanjia(['apply', join(folder, 'absent.yaml')]),
    ])

    expect([role.code, key.code, absent.code]).toEqual([1, 1, 1])
    expect(role.stderr).toMatch(/faulty\.yaml 第 3 行/)
    expect(key.stderr).toMatch(/unknown\.yaml 第 2 行/)
    expect([role.stdout, key.stdout]).toEqual(['', ''])
  })

  it('apply says what it would do, does it, and has nothing to do the second time', async () => {
    const env = { DATA_DIR: join(folder, 'applied') }
    const good = file('good.yaml', 'staff:\n  - { userid: zhang, name: 张工, role: analyst }\n')

    const dry = await guanjia(['apply', '--dry-run', good], '', env)
    const done = await guanjia(['apply', good], '', env)
    const again = await guanjia(['apply', '--json', good], '', env)

    expect([dry.code, done.code, again.code]).toEqual([0, 0, 0])
    expect(dry.stderr).toContain('将会改动')
    expect(done.stdout).toContain('zhang')
    expect([again.stdout, again.stderr]).toEqual(['', '没有变化。\n'])
  })

  it('audit verify of an empty installation is whole, and says that there is nothing', async () => {
    const { code, stderr } = await guanjia(['audit', 'verify'], '', { DATA_DIR: join(folder, 'empty') })

    expect(code).toBe(0)
    expect(stderr).toBe('还没有审计记录。\n')
  })

  it('audit verify of a customer that is not there ends with 1', async () => {
    const { code, stderr } = await guanjia(['audit', 'verify', '--tenant', 'nobody'], '', { DATA_DIR: join(folder, 'nobody') })

    expect(code).toBe(1)
    expect(stderr).toContain('单位 nobody')
  })

  it('a faulty environment names all its faults', async () => {
    const { code, stderr } = await guanjia(['migrate'], '', { PORT: 'eighty', LOG_LEVEL: 'loud' })

    expect(code).toBe(1)
    expect(stderr).toMatch(/PORT: .*LOG_LEVEL: /)
  })

  it('what they write is for their own user', async () => {
    await guanjia(['migrate'], '', { DATA_DIR: join(folder, 'private'), SECRET_KEY: '' })

    expect(readFileSync(join(folder, 'private', 'secret.key'), 'utf8')).toMatch(/^[\w-]{43}\n$/)
    const { stdout } = await run('stat', ['-c', '%a', join(folder, 'private', 'guanjia.db'), join(folder, 'private', 'secret.key')])
    expect(stdout).toBe('600\n600\n')
  })
})

it.concurrent('say without a running product ends with 1 and says what to do', async () => {
  const { code, stderr } = await guanjia(['say', '--as', 'li', '--in', 'g-uni', '--url', 'http://127.0.0.1:9', '状态'])

  expect(code).toBe(1)
  expect(stderr).toContain('npm start')
})

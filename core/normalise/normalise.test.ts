import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { EcsEvent } from '../events/event.js'
import { normalise, type NormaliseOptions } from './normalise.js'
import { parsers } from './parsers/index.js'

const receivedAt = '2026-11-24T08:30:00.000Z'
const parse = (raw: string, options: NormaliseOptions = {}, type = 'raw'): EcsEvent => normalise({ raw, type, receivedAt }, options)

function pick(event: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], event)
}

function texts(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  return typeof value === 'object' && value !== null ? Object.entries(value).flatMap(([key, item]) => [key, ...texts(item)]) : []
}

function fixture(name: string): { format: string; raw: string; expected: Record<string, unknown> }[] {
  return readFileSync(new URL(`./fixtures/${name}`, import.meta.url), 'utf8')
    .split('\n')
    .filter(line => line !== '')
    .map(line => JSON.parse(line) as never)
}

describe.each(parsers.map(parser => [parser.id, parser] as const))('parser %s', (_, parser) => {
  it.each(parser.samples.parses)('understands %s', raw => {
    const event = parse(raw)

    expect(event.event.dataset).not.toBe('unknown')
    expect(event.observer?.product).toBe(event.event.dataset === 'apache.access' ? 'HTTP Server' : parser.product)
  })
  it.each(parser.samples.ignores)('leaves alone %s', raw => {
    const event = parse(raw)

    if (parser.product === undefined) expect(event.event.dataset).not.toBe(parser.dataset)
    else expect(event.observer?.product).not.toBe(parser.product)
  })
  it('has both kinds of samples', () => {
    expect(parser.samples.parses.length).toBeGreaterThan(0)
    expect(parser.samples.ignores.length).toBeGreaterThan(0)
  })
})

describe('recorded lines of others', () => {
  const zoned = /Z$/
  it('finds what Filebeat finds', () => {
    const misses: string[] = []
    for (const { raw, expected } of fixture('ecs-pairs.jsonl')) {
      const event = parse(raw)
      for (const [name, wanted] of Object.entries(expected)) {
        if (wanted === '-' || (name === '@timestamp' && !zoned.test(String(wanted)))) continue
        const got = pick(event, name === 'host.hostname' ? 'host.name' : name)
        // The reference decodes the query, which we leave as it was sent because decoding can add separators.
        // The reference keeps an address as it was written, we write it canonically.
        const same =
          name === 'source.ip'
            ? got ===
              new URL(String(wanted).includes(':') ? `http://[${String(wanted)}]` : `http://${String(wanted)}`).hostname.replace(
                /^\[|\]$/g,
                '',
              )
            : name === 'url.query'
              ? decodeURIComponent(String(got)) === wanted
              : got === wanted
        if (!same) misses.push(`${name}: ${String(got)} instead of ${String(wanted)} in ${raw.slice(0, 100)}`)
      }
    }

    expect(misses).toEqual([])
  })
  it('finds what CrowdSec finds', () => {
    const names = {
      source_ip: 'source.ip',
      target_user: 'user.name',
      username: 'user.name',
      http_verb: 'http.request.method',
      http_path: 'url.original',
    }
    const misses: string[] = []
    for (const { raw, expected } of fixture('crowdsec-pairs.jsonl')) {
      const event = parse(raw)
      for (const [theirs, ours] of Object.entries(names)) {
        const wanted = expected[theirs]
        if (wanted !== undefined && pick(event, ours) !== wanted)
          misses.push(`${ours}: ${String(pick(event, ours))} instead of ${JSON.stringify(wanted)} in ${raw}`)
      }
      const status = expected['http_status']
      if (status !== undefined && event.http?.response?.status_code !== Number(status)) misses.push(`status in ${raw}`)
    }

    expect(misses).toEqual([])
  })
})

describe('syslog envelope', () => {
  it('reads RFC 5424 with escapes in structured data and a byte order mark', () => {
    const event = parse('<165>1 2003-10-11T22:14:15.003Z mymachine evntslog 7 ID47 [ex@1 a="\\"x\\]\\\\" b="2"][two] \ufeffhello', {})

    expect(event['@timestamp']).toBe('2003-10-11T22:14:15.003Z')
    expect(event.message).toBe('hello')
    expect(event.host?.name).toBe('mymachine')
    expect(event['log']).toEqual({
      syslog: {
        priority: 165,
        facility: { code: 20 },
        severity: { code: 5 },
        hostname: 'mymachine',
        appname: 'evntslog',
        procid: '7',
        msgid: 'ID47',
        structured_data: { 'ex@1': { a: '"x]\\', b: '2' } },
      },
    })
  })
  it('gives a line without year the nearest year, at most a day ahead', () => {
    const at = (raw: string, received: string) =>
      normalise({ raw, type: 'syslog', receivedAt: received }, { utcOffsetMinutes: 0 })['@timestamp']

    expect(at('Dec 31 23:59:59 h a: x', '2026-01-01T00:00:05.000Z')).toBe('2025-12-31T23:59:59.000Z')
    expect(at('Jan  1 00:00:01 h a: x', '2025-12-31T23:59:00.000Z')).toBe('2026-01-01T00:00:01.000Z')
    expect(at('Jan  3 00:00:01 h a: x', '2025-12-31T23:59:00.000Z')).toBe('2025-01-03T00:00:01.000Z')
    expect(at('Feb 29 10:00:00 h a: x', '2026-11-24T00:00:00.000Z')).toBe('2024-02-29T10:00:00.000Z')
    expect(at('Feb 30 10:00:00 h a: x', '2026-11-24T00:00:00.000Z')).toBe('2026-11-24T00:00:00.000Z')
  })
  it('takes Chinese time for what has no zone, unless told otherwise', () => {
    expect(parse('Feb 12 14:10:21 h a: x')['@timestamp']).toBe('2026-02-12T06:10:21.000Z')
    expect(parse('2026-02-12T14:10:21.5 h a: x', { utcOffsetMinutes: 0 })['@timestamp']).toBe('2026-02-12T14:10:21.500Z')
    expect(parse('2026-02-12T14:10:21+0200 h a: x')['@timestamp']).toBe('2026-02-12T12:10:21.000Z')
    expect(parse('Feb 12 14:10:21 h a: x', { year: 2019 })['@timestamp']).toBe('2019-02-12T06:10:21.000Z')
  })
  it('keeps host and program of a payload nobody knows', () => {
    const event = parse('<13>Feb 12 14:10:21 web-1 thing[77]: hello world')

    expect(event).toMatchObject({
      event: { dataset: 'unknown' },
      host: { name: 'web-1' },
      process: { name: 'thing', pid: 77 },
      message: 'hello world',
    })
  })
  it('leaves a line alone that only looks a little like syslog', () => {
    const event = parse('2026-02-12T14:10:21Z INFO service started')

    expect(event.host).toBeUndefined()
    expect(event.message).toBe('INFO service started')
    expect(parse('date=2026-01-01 time=1 devname="fw"').host).toBeUndefined()
    expect(parse('<999>x')).toEqual({ '@timestamp': receivedAt, event: { original: '<999>x', dataset: 'unknown' }, message: '<999>x' })
  })
})

describe('sshd', () => {
  it('is not misled by an address in a user name', () => {
    const event = parse(
      'Feb 12 14:10:21 h sshd[1]: Failed password for invalid user a from 10.9.9.9 port 1 ssh2 from 192.0.2.4 port 22 ssh2',
    )

    expect(event.source).toEqual({ ip: '192.0.2.4', port: 22 })
    expect(event.user?.name).toBe('a from 10.9.9.9 port 1 ssh2')
  })
  it('tells attempts, successes and announcements apart', () => {
    const actions = [
      'Failed password for root from 192.0.2.4 port 22 ssh2',
      'Accepted password for root from 192.0.2.4 port 22 ssh2',
      'Invalid user a from 192.0.2.4 port 22',
    ].map(message => parse(`Feb 12 14:10:21 h sshd[1]: ${message}`).event)

    expect(actions.map(event => [event.action, event.outcome])).toEqual([
      ['ssh_login', 'failure'],
      ['ssh_login', 'success'],
      ['ssh_invalid_user', 'failure'],
    ])
  })
  it('counts a repeated message', () => {
    const event = parse(
      'Feb 12 14:10:21 h sshd[1]: message repeated 4 times: [ Failed password for root from ::ffff:192.0.2.4 port 22 ssh2]',
    )

    expect(event.event['count']).toBe(4)
    expect(event.source).toEqual({ ip: '192.0.2.4', port: 22 })
  })
  it('takes the first rhost, since the user name comes last', () => {
    const event = parse(
      'Feb 12 14:10:21 h sshd[1]: pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=192.0.2.4  user=x rhost=10.0.0.1',
    )

    expect(event.source?.ip).toBe('192.0.2.4')
    expect(event.user?.name).toBe('x rhost=10.0.0.1')
  })
})

describe('JSON', () => {
  it('keeps nested ECS and unfolds flat keys', () => {
    expect(
      parse(
        '{"@timestamp":"2026-11-24T01:02:03+08:00","event":{"category":"web","dataset":"my.app"},"source":{"ip":"::ffff:192.0.2.1","port":"80"}}',
      ),
    ).toMatchObject({
      '@timestamp': '2026-11-23T17:02:03.000Z',
      event: { category: ['web'], dataset: 'my.app' },
      source: { ip: '192.0.2.1', port: 80 },
    })
    expect(parse('{"source.ip":"192.0.2.1","event.action":"login","a.b":1,"a":2}')).toMatchObject({
      event: { action: 'login', dataset: 'json' },
      source: { ip: '192.0.2.1' },
      a: 2,
      'a.b': 1,
    })
  })
  it('knows the usual names and epochs', () => {
    const event = parse('{"src_ip":"192.0.2.1","dstip":"198.51.100.2","dport":443,"user":"bob","level":"warn","msg":"hi","ts":1763973000}')

    expect(event).toMatchObject({
      '@timestamp': '2025-11-24T08:30:00.000Z',
      source: { ip: '192.0.2.1' },
      destination: { ip: '198.51.100.2', port: 443 },
      user: { name: 'bob' },
      log: { level: 'warn' },
      message: 'hi',
    })
    expect(parse('{"time":"1763973000123"}')['@timestamp']).toBe('2025-11-24T08:30:00.123Z')
    expect(parse('{"src_ip":"10.1","a":1}').source).toBeUndefined()
  })
  it('gives the types the event promises, whatever the sender wrote', () => {
    const event = parse(
      '{"url":{"original":5},"http":{"request":"GET","response":{"status_code":"404"}},"event":"x","user":["a"],"source":"192.0.2.1","process":{"pid":"7"}}',
    )

    expect(event).toMatchObject({
      url: { original: '5' },
      http: { request: { value: 'GET' }, response: { status_code: 404 } },
      event: { action: 'x' },
      user: { values: ['a'] },
      source: { ip: '192.0.2.1' },
      process: { pid: 7 },
    })
  })
  it('cannot reach prototypes', () => {
    const event = parse(
      '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"__proto__.polluted":1,"a":{"__proto__":{"polluted":1}},"b":1}',
    )

    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
    expect(event['polluted']).toBeUndefined()
    expect(Object.getPrototypeOf(event)).toBe(Object.prototype)
    expect(Object.keys(event)).not.toContain('__proto__')
  })
  it('is bounded in depth', () => {
    const deep = `${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}`
    let at: unknown = parse(deep)
    let depth = 0
    while (typeof at === 'object' && at !== null) [at, depth] = [(at as Record<string, unknown>)['a'], depth + 1]

    expect(depth).toBeLessThanOrEqual(20)
    expect(parse(`{"b":${'['.repeat(30_000)}${']'.repeat(30_000)}}`).event.dataset).toBe('json')
  })
})

describe('whatever comes', () => {
  const seeds = parsers.flatMap(parser => [...parser.samples.parses, ...parser.samples.ignores])
  it('never throws and always gives an event that can be stored', () => {
    const mutated = fc
      .tuple(fc.constantFrom(...seeds), fc.nat(), fc.string({ unit: 'binary', maxLength: 40 }), fc.nat(20))
      .map(([seed, at, insert, cut]) => seed.slice(0, at % seed.length) + insert + seed.slice((at % seed.length) + cut))
    fc.assert(
      fc.property(fc.oneof(mutated, fc.string({ unit: 'binary', maxLength: 300 }), fc.json()), raw => {
        const event = parse(raw)

        expect(event.event.original).toBe(raw)
        expect(event['@timestamp']).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
        expect(texts({ ...event, event: { ...event.event, original: '' } }).filter(text => /\p{Cc}/u.test(text))).toEqual([])
      }),
      { numRuns: 3000, seed: 7 },
    )
  })
  it('keeps control characters only in the original', () => {
    const event = parse('Feb 12 14:10:21 h sshd[1]: Invalid user a\u001b[31m\nb from 192.0.2.4 port 22')

    expect(event.user?.name).toBe('a [31m b')
    expect(event.event.original).toContain('\u001b')
  })
  it('cuts what is too long', () => {
    expect(parse('x'.repeat(200_000)).event.original).toHaveLength(65_536)
  })
  it('gets through lines built to make patterns go back and forth', () => {
    const length = 65_000
    const evil = [
      `Feb 12 14:10:21 h sshd[1]: Failed password for ${' from 1.1.1.1 port 1'.repeat(length / 20)}`,
      `Feb 12 14:10:21 h sshd[1]: Disconnected from user ${' 1.1.1.1 port 1:'.repeat(length / 16)}`,
      `Feb 12 14:10:21 h sshd[1]: Invalid user ${' from'.repeat(length / 5)}`,
      `Feb 12 14:10:21 h sudo: a : ${' ; '.repeat(length / 3)}`,
      `Feb 12 14:10:21 h sudo: a : TTY=x ; PWD=${' ; USER=a'.repeat(length / 9)}`,
      `Feb 12 14:10:21 h su: pam_unix(su:auth): authentication failure; logname=${' uid=1 euid=0 tty= ruser='.repeat(length / 26)}`,
      `${'a, '.repeat(length / 3)}[25/Oct/2016:14:49:33 +0200] "GET / HTTP/1.1" 200 1`,
      `1.1.1.1 - - [25/Oct/2016:14:49:33 +0200] "${'\\"'.repeat(length / 2)}`,
      `1.1.1.1 - - [25/Oct/2016:14:49:33 +0200] "${' HTTP/1'.repeat(length / 7)}" 200 1`,
      `<1>1 - h a p m ${'[a b="'.repeat(length / 6)}`,
      '['.repeat(length),
      `{"a":"${'\\u0000'.repeat(length / 6)}"}`,
    ]

    expect(evil.map(raw => parse(raw).event.original.length)).toEqual(evil.map(raw => raw.length))
  })
})

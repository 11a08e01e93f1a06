import { describe, expect, it } from 'vitest'
import { redactLine } from './redact-line.js'

describe('a line that is shown', () => {
  it.each([
    ['login user=a password=Hunter2! ok', 'login user=a password=*** ok'],
    ['{"passwd":"Hunter2!","x":1}', '{"passwd":"***","x":1}'],
    ['GET /x?access_token=Hunter2&b=1', 'GET /x?access_token=***&b=1'],
    ['Authorization: Basic SHVudGVyMg==', 'Authorization: Basic ***'],
    ['authorization=Bearer Hunter2.abc-d', 'authorization=Bearer ***'],
    ['Cookie: JSESSIONID=Hunter2; a=b', 'Cookie: ***'],
    ['mysql://root:Hunter2@10.0.0.1/db', 'mysql://root:***@10.0.0.1/db'],
    ['mysql -u root -p Hunter2', 'mysql -u root -p ***'],
    ['密码：Hunter2', '密码：***'],
    ['jwt eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.Hunter2', 'jwt ***'],
    ["secret: 'Hunter2 with blanks' end", "secret: '***' end"],
  ])('%s', (raw, shown) => {
    expect(redactLine(raw)).toBe(shown)
  })

  it('keeps what only speaks of passwords', () => {
    const line = 'Failed password for root from 203.0.113.7 port 22 ssh2'

    expect(redactLine(line)).toBe(line)
  })

  it('is done with a hostile line at once', () => {
    for (const part of ['password', 'token="', 'eyJ', 'a://b:', '-----BEGIN PRIVATE KEY-----', 'cookie:'])
      expect(redactLine(part.repeat(10_000)).length).toBeLessThan(200_000)
  })
})

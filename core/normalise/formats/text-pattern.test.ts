import { describe, expect, it } from 'vitest'
import { compilePattern, PatternError } from './text-pattern.js'

function read(pattern: string, text: string): Record<string, unknown> | null {
  const found: Record<string, unknown> = {}
  return compilePattern(pattern).match(text, found) ? found : null
}

describe('a text pattern', () => {
  it.each([
    ['user %{USER:u} from %{IP:ip}', 'login: user bob from 192.0.2.1 port 1', { u: 'bob', ip: '192.0.2.1' }],
    ['^%{WORD:a} %{DATA:b} to %{IP:c}$', 'deny x y z to 2001:db8::1', { a: 'deny', b: 'x y z', c: '2001:db8::1' }],
    ['^a%[ b=%{INT:b}%] c', 'a c', {}],
    ['^a%[ b=%{INT:b}%] c', 'a b=7 c', { b: '7' }],
    ['^%(permit%|deny%) %{NOTSPACE:x}', 'deny tcp', { x: 'tcp' }],
    ['^src %{NOTCOLON:if}:%{IP:ip}/%{PORT:port}', 'src inside:192.0.2.1/53', { if: 'inside', ip: '192.0.2.1', port: '53' }],
    ['^%{DATA}from %{IP:ip}', 'x from 192.0.2.9', { ip: '192.0.2.9' }],
    ['^%{DATA}%{IP:ip}', 'version 1.2 at 192.0.2.9', { ip: '192.0.2.9' }],
    ['^%{GREEDYDATA:all} end', 'a end b end', { all: 'a end b' }],
    ['[%{TIMESTAMP:t}] x', '[2024-10-10 12:34:56,123] x', { t: '2024-10-10 12:34:56,123' }],
  ])('%s reads %s', (pattern, text, found) => {
    expect(read(pattern, text)).toEqual(found)
  })

  it.each([
    ['^user %{USER:u}$', 'user bob smith'],
    ['^from %{IP:ip}', 'from nowhere'],
    ['^a b', 'ab'],
  ])('%s leaves %s alone', (pattern, text) => {
    expect(read(pattern, text)).toBeNull()
  })

  it.each([['%{NOSUCH:x}'], ['%{WORD'], ['%[ a'], ['a %]'], ['%{WORD:bad key}'], ['x'.repeat(3_000)]])('%s is refused', pattern => {
    expect(() => compilePattern(pattern)).toThrow(PatternError)
  })
})

// How our events look to Sigma rules.
import { describe, expect, it } from 'vitest'
import type { EcsEvent } from '../../events/event.js'
import { compileRules } from './compile-rules.js'
import { sigmaView } from './field-mapping.js'

function event(dataset: string, more: Record<string, unknown>, original = 'the line'): EcsEvent {
  const { event: own, ...rest } = more as { event?: object }
  return { '@timestamp': '2026-11-24T08:30:00.000Z', event: { original, dataset, ...own }, ...rest }
}

describe('web access', () => {
  const access = event('nginx.access', {
    event: { category: ['web'] },
    source: { ip: '203.0.113.9' },
    http: { request: { method: 'GET', referrer: 'http://r/' }, response: { status_code: 404 } },
    url: { original: '/a%2e/x.php?q=%3Cscript%3E', path: '/a./x.php', query: 'q=%3Cscript%3E', domain: 'www.example.com' },
    user_agent: { original: 'sqlmap/1.5' },
  })

  it('has W3C names', () => {
    const { logsource, fields } = sigmaView(access)

    expect(logsource).toEqual({ category: 'webserver', service: 'nginx' })
    expect(fields).toMatchObject({
      'cs-method': 'GET',
      'cs-uri-stem': ['/a%2e/x.php', '/a./x.php'],
      'c-uri': ['/a%2e/x.php?q=%3Cscript%3E', '/a./x.php?q=<script>'],
      'c-ip': '203.0.113.9',
      'cs-host': 'www.example.com',
      'sc-status': 404,
      'cs-referer': 'http://r/',
      'cs-user-agent': 'sqlmap/1.5',
      'c-useragent': 'sqlmap/1.5',
      'cs(User-Agent)': 'sqlmap/1.5',
    })
  })

  it('keywords see the request decoded, not our own words for it', () => {
    const rule = (word: string) => `title: t\nlogsource: { category: webserver }\ndetection: { k: ['${word}'], condition: k }`
    const found = (word: string) => compileRules([{ file: 'f', text: rule(word) }]).ruleSet.match(sigmaView(access)).length

    expect(found('<SCRIPT>')).toBe(1)
    expect(found('nginx.access')).toBe(0)
  })
})

it.each([
  ['sshd', ['sshd', 'auth']],
  ['sudo', ['sudo', 'auth']],
  ['pam', ['auth']],
  ['cron', ['cron', 'syslog']],
])('%s is a Linux service', (dataset, service) => {
  const { logsource, keywords } = sigmaView(event(dataset, {}, 'raw text'))

  expect(logsource).toEqual({ product: 'linux', service })
  expect(keywords).toEqual(['raw text'])
})

describe('JSON', () => {
  it('keeps its own names and the log source it names', () => {
    const line = '{"logsource":{"product":"windows","category":["process_creation"]},"event":{"Image":"C:\\\\a.exe"}}'

    expect(sigmaView(event('json', {}, line))).toMatchObject({
      logsource: { product: 'windows', category: ['process_creation'] },
      fields: { Image: 'C:\\a.exe' },
    })
  })

  it('of Windows is placed by channel and number', () => {
    const flat = (fields: object) => sigmaView(event('json', {}, JSON.stringify(fields)))

    expect(flat({ Channel: 'Microsoft-Windows-Sysmon/Operational', EventID: 13 }).logsource).toEqual({
      product: 'windows',
      service: 'sysmon',
      category: ['registry_set', 'registry_event'],
    })
    expect(flat({ Channel: 'Security', EventID: 4688, NewProcessName: 'x.exe' })).toMatchObject({
      logsource: { service: 'security', category: ['process_creation'] },
      fields: { Image: 'x.exe' },
    })
    expect(
      flat({
        winlog: {
          channel: 'Microsoft-Windows-Windows Defender/Operational',
          event_id: '1116',
          event_data: { 'Process Name': 'p', 'Threat Name': 'T' },
        },
      }),
    ).toMatchObject({
      logsource: { service: 'windefend', category: ['antivirus'] },
      fields: { ProcessName: 'p', Signature: 'T', EventID: '1116' },
    })
  })
})

// What must and must not make the signature alert model speak; declared in signature-alert.ts, walked by models.test.ts.
import type { Sample } from '../define-model.js'

function alert(name: string, severity: number, action = 'allowed', kind = 'alert'): string {
  return JSON.stringify({
    '@timestamp': '2026-11-24T08:00:00Z',
    event: { kind, category: ['intrusion_detection'], action, severity },
    rule: { id: '2024897', name, category: 'Web Application Attack' },
    source: { ip: '192.0.2.7' },
    destination: { ip: '10.0.0.5', port: 80 },
  })
}

export const signatureAlertSamples: { readonly fires: readonly Sample[]; readonly silent: readonly Sample[] } = {
  fires: [
    { what: 'an exploit', lines: [alert('EXPLOIT Apache log4j RCE Attempt CVE-2021-44228', 1)] },
    { what: 'one that was blocked', lines: [alert('SQL Injection', 2, 'blocked')] },
    { what: 'a Trojan that calls home', lines: [alert('MALWARE Trojan CnC Checkin', 1)] },
  ],
  silent: [
    { what: 'one nobody must hear of', lines: [alert('INFO TLS handshake', 4)] },
    { what: 'an event that is no alert', lines: [alert('SQL Injection', 1, 'allowed', 'event')] },
    { what: 'an alert without a name', lines: ['{"event":{"kind":"alert"},"source":{"ip":"192.0.2.7"}}'] },
  ],
}

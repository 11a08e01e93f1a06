// What must and must not make the network scan model speak; declared in network-scan.ts, walked by models.test.ts.
import type { Sample } from '../define-model.js'

/** Connections `seconds` apart; `{n}` in address and port becomes the number. */
function connections(count: number, seconds: number, ip: string, port: string, type = 'denied'): string[] {
  return Array.from({ length: count }, (_, n) =>
    JSON.stringify({
      '@timestamp': new Date(Date.UTC(2026, 10, 24, 8) + n * seconds * 1000).toISOString(),
      event: {
        category: ['network'],
        type: ['connection', type],
        ...(type === 'start' ? {} : { action: type === 'denied' ? 'drop' : 'accept' }),
      },
      source: { ip: '192.0.2.7' },
      destination: { ip: ip.replace('{n}', String(n + 1)), port: Number(port.replace('{n}', String(n))) },
    }),
  )
}

export const networkScanSamples: { readonly fires: readonly Sample[]; readonly silent: readonly Sample[] } = {
  fires: [
    { what: '15 ports of one machine', lines: connections(15, 1, '10.0.0.5', '10{n}') },
    { what: 'one port of 20 machines', lines: connections(20, 1, '10.0.0.{n}', '445') },
    { what: '15 ports of which nothing is said', lines: connections(15, 1, '10.0.0.5', '10{n}', 'start') },
    { what: '30 ports let through', lines: connections(30, 1, '10.0.0.5', '10{n}', 'allowed') },
  ],
  silent: [
    { what: '14 ports', lines: connections(14, 1, '10.0.0.5', '10{n}') },
    { what: '15 ports in the course of an hour', lines: connections(15, 240, '10.0.0.5', '10{n}') },
    { what: 'one port refused again and again', lines: connections(100, 1, '10.0.0.5', '443') },
    { what: '29 ports let through', lines: connections(29, 1, '10.0.0.5', '10{n}', 'allowed') },
    { what: '19 machines', lines: connections(19, 1, '10.0.0.{n}', '445') },
  ],
}

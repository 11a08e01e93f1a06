// What must and must not make the beacon model speak; declared in covert-beacon.ts, walked by models.test.ts.
import type { Sample } from '../define-model.js'

interface Calls {
  readonly count: number
  readonly period: number
  readonly to?: string
  readonly port?: number
  /** Seconds added to the n-th call. */
  readonly shift?: (n: number) => number
  readonly sent?: (n: number) => number
}

function calls({ count, period, to = '203.0.113.9', port = 443, shift = () => 0, sent = n => 240 + (n % 5) }: Calls): string[] {
  const begin = Date.UTC(2026, 10, 24, 1)
  return Array.from({ length: count }, (_, n) =>
    JSON.stringify({
      '@timestamp': new Date(begin + (n * period + shift(n)) * 1000).toISOString(),
      event: { category: ['network'] },
      source: { ip: '10.20.1.5', bytes: sent(n) },
      destination: { ip: to, port, bytes: 300 + ((n * 37) % 90) },
    }),
  )
}

/** A person: bursts of pages of any size, then nothing. */
const browsing = calls({
  count: 40,
  period: 200,
  shift: n => ((n * n * 7919) % 197) - 190 * (n % 7 === 0 ? 1 : 0),
  sent: n => 200 + ((n * n * 104_729) % 9_000),
})

export const covertBeaconSamples: { readonly fires: readonly Sample[]; readonly silent: readonly Sample[] } = {
  fires: [
    { what: 'a call every minute', lines: calls({ count: 10, period: 60 }) },
    {
      what: 'a call about every five minutes, up to a third early or late',
      lines: calls({ count: 16, period: 300, shift: n => ((n * 7919) % 160) - 80 }),
    },
    { what: 'calls of which every fifth is lost', lines: calls({ count: 16, period: 60, shift: n => Math.floor(n / 4) * 60 }) },
  ],
  silent: [
    { what: 'nine calls', lines: calls({ count: 9, period: 60 }) },
    { what: 'a person reading pages', lines: browsing },
    { what: 'regular calls inside the own network', lines: calls({ count: 20, period: 60, to: '10.9.9.9' }) },
    { what: 'the time service', lines: calls({ count: 20, period: 64, port: 123 }) },
    { what: 'calls every five seconds', lines: calls({ count: 20, period: 5 }) },
  ],
}

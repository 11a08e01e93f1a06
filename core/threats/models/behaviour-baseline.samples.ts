// What must and must not make the baseline model speak; declared in behaviour-baseline.ts, walked by models.test.ts.
import type { Sample } from '../define-model.js'

interface Login {
  /** Days before the samples' day, and hour (UTC). */
  readonly day: number
  readonly hour: number
  readonly host?: string
  readonly from?: 'CN' | 'DE'
  readonly outcome?: string
}
const PLACE = {
  CN: { country_iso_code: 'CN', city_name: 'Beijing', location: { lat: 39.9, lon: 116.4 } },
  DE: { country_iso_code: 'DE', city_name: 'Frankfurt', location: { lat: 50.1, lon: 8.7 } },
}

function login({ day, hour, host = 'ws-1', from = 'CN', outcome = 'success' }: Login): string {
  return JSON.stringify({
    '@timestamp': new Date(Date.UTC(2026, 10, 24 - day) + hour * 3_600_000).toISOString(),
    event: { category: ['authentication'], outcome },
    user: { name: 'bob' },
    host: { name: host },
    source: { ip: '192.0.2.7', geo: PLACE[from] },
  })
}

/** Office hours on one machine, for as many days. */
function ordinary(days: number): string[] {
  return Array.from({ length: days }, (_, n) => days - n).flatMap(day => [1, 3, 6].map(hour => login({ day, hour })))
}

function sent(days: number, today: number): string[] {
  const flow = (day: number, bytes: number) =>
    JSON.stringify({
      '@timestamp': new Date(Date.UTC(2026, 10, 24 - day, 2)).toISOString(),
      event: { category: ['network'] },
      source: { ip: '10.20.1.5', bytes },
      destination: { ip: '198.51.100.9', port: 443 },
    })
  return [...Array.from({ length: days }, (_, n) => flow(days - n, 20_000_000 + (n % 3) * 1_000_000)), flow(0, today)]
}

export const behaviourBaselineSamples: { readonly fires: readonly Sample[]; readonly silent: readonly Sample[] } = {
  fires: [
    { what: 'a machine never used before', lines: [...ordinary(16), login({ day: 0, hour: 3, host: 'srv-9' })] },
    { what: 'a country never seen before', lines: [...ordinary(16), login({ day: 0, hour: 6, from: 'DE' })] },
    { what: 'Beijing and Frankfurt within an hour', lines: [login({ day: 0, hour: 1 }), login({ day: 0, hour: 2, from: 'DE' })] },
    { what: 'a logon in the middle of the night', lines: [...ordinary(16), login({ day: 0, hour: -6 })] },
    {
      what: 'a burst of failures',
      lines: [...ordinary(16), ...Array.from({ length: 12 }, (_, n) => login({ day: 0, hour: 3 + n / 60, outcome: 'failure' }))],
    },
    { what: 'a day with fifty times the volume', lines: sent(16, 1_000_000_000) },
  ],
  silent: [
    { what: 'a new machine while still learning', lines: [...ordinary(12), login({ day: 0, hour: 3, host: 'srv-9' })] },
    { what: 'an ordinary day', lines: [...ordinary(16), login({ day: 0, hour: 2 })] },
    {
      what: 'Frankfurt a day after Beijing, while still learning',
      lines: [login({ day: 1, hour: 1 }), login({ day: 0, hour: 2, from: 'DE' })],
    },
    {
      what: 'a few failures',
      lines: [...ordinary(16), ...Array.from({ length: 9 }, (_, n) => login({ day: 0, hour: 3 + n / 60, outcome: 'failure' }))],
    },
    { what: 'a day with twice the volume', lines: sent(16, 42_000_000) },
  ],
}

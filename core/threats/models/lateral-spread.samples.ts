// What must and must not make the spread model speak; declared in lateral-spread.ts, walked by models.test.ts.
import type { Sample } from '../define-model.js'

interface Step {
  readonly from?: string
  readonly to: string
  readonly port?: number
  /** Seconds after 08:00 of the samples' day. */
  readonly at: number
  readonly user?: string
  readonly outcome?: string
}

function step({ from = '10.20.1.5', to, port = 445, at, user, outcome }: Step): string {
  return JSON.stringify({
    '@timestamp': new Date(Date.UTC(2026, 10, 24, 8) + at * 1000).toISOString(),
    event: outcome === undefined ? { category: ['network'] } : { category: ['authentication'], outcome },
    source: { ip: from },
    destination: { ip: to, port },
    ...(user === undefined ? {} : { user: { name: user } }),
  })
}

/** Two days before, so that the model has been looking for long enough. */
const before = step({ to: '10.20.9.9', port: 80, at: -2 * 86_400 })
const many = (count: number, port: number, apart: number, set: Partial<Step> = {}): string[] =>
  Array.from({ length: count }, (_, n) => step({ to: `10.20.2.${n + 1}`, port, at: n * apart, ...set }))
const guessed = [
  ...Array.from({ length: 6 }, (_, n) => step({ to: '10.20.2.1', port: 22, at: n, user: 'root', outcome: 'failure' })),
  step({ to: '10.20.2.1', port: 22, at: 10, user: 'root', outcome: 'success' }),
]

export const lateralSpreadSamples: { readonly fires: readonly Sample[]; readonly silent: readonly Sample[] } = {
  fires: [
    { what: '5 new machines by SMB within 10 minutes', lines: [before, ...many(5, 445, 60)] },
    { what: '20 new machines within 10 minutes', lines: [before, ...many(20, 8080, 20)] },
    {
      what: 'a machine whose password was guessed, and which now turns to others',
      lines: [
        before,
        ...guessed,
        step({ from: '10.20.2.1', to: '10.20.3.1', port: 22, at: 100 }),
        step({ from: '10.20.2.1', to: '10.20.3.2', port: 22, at: 110 }),
      ],
    },
    {
      what: 'one account from machine to machine',
      lines: [
        step({ to: '10.20.2.1', at: 0, user: 'admin', outcome: 'success' }),
        step({ from: '10.20.2.1', to: '10.20.2.2', at: 300, user: 'admin', outcome: 'success' }),
        step({ from: '10.20.2.2', to: '10.20.2.3', at: 600, user: 'admin', outcome: 'success' }),
      ],
    },
  ],
  silent: [
    { what: '4 new machines by SMB', lines: [before, ...many(4, 445, 60)] },
    { what: '19 new machines', lines: [before, ...many(19, 8080, 20)] },
    { what: '5 new machines by SMB within an hour', lines: [before, ...many(5, 445, 700)] },
    {
      what: '5 machines known from yesterday',
      lines: [before, ...many(4, 445, 900, {}).map(line => line.replace('2026-11-24', '2026-11-23')), ...many(4, 445, 60)],
    },
    { what: '5 new machines in the first hour of all', lines: many(5, 445, 60) },
    {
      what: 'machines of the Internet',
      lines: [before, ...Array.from({ length: 30 }, (_, n) => step({ to: `198.51.100.${n + 1}`, port: 445, at: n }))],
    },
    {
      what: 'one account on two machines',
      lines: [
        step({ to: '10.20.2.1', at: 0, user: 'admin', outcome: 'success' }),
        step({ from: '10.20.2.1', to: '10.20.2.2', at: 300, user: 'admin', outcome: 'success' }),
      ],
    },
  ],
}

// What must and must not make the tunnel model speak; declared in dns-tunnel.ts, walked by models.test.ts.
import type { Sample } from '../define-model.js'

function asked(count: number, name: (n: number) => string, secondsApart = 2): string[] {
  return Array.from({ length: count }, (_, n) =>
    JSON.stringify({
      '@timestamp': new Date(Date.UTC(2026, 10, 24, 8) + n * secondsApart * 1000).toISOString(),
      source: { ip: '10.20.1.5' },
      dns: { question: { name: name(n), type: 'TXT' } },
    }),
  )
}

/** Base32 as tunnels write it, different for each n. */
function data(n: number, length: number): string {
  let state = n * 2_654_435_761 + 1
  let out = ''
  while (out.length < length) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    out += 'abcdefghijklmnopqrstuvwxyz234567'[state >>> 27]
  }
  return out
}

export const dnsTunnelSamples: { readonly fires: readonly Sample[]; readonly silent: readonly Sample[] } = {
  fires: [
    { what: '20 long names beneath one domain', lines: asked(20, n => `${data(n, 50)}.t.example.net`) },
    { what: 'names of two labels of data', lines: asked(20, n => `${data(n, 30)}.${data(n + 99, 30)}.example.co.uk`) },
    { what: '60 names of middling length', lines: asked(60, n => `${data(n, 26)}.example.net`) },
  ],
  silent: [
    { what: '19 long names', lines: asked(19, n => `${data(n, 50)}.example.net`) },
    { what: 'the same long name again and again', lines: asked(80, () => `${data(1, 50)}.example.net`) },
    { what: 'long names beneath different domains', lines: asked(40, n => `${data(n, 50)}.example${n}.net`) },
    { what: 'long names, one in ten minutes', lines: asked(40, n => `${data(n, 50)}.example.net`, 601) },
    { what: 'many plain names', lines: asked(100, n => `www${n}.static.content.example.net`) },
    { what: 'addresses looked up backwards', lines: asked(100, n => `${n}.${data(n, 45)}.8.b.d.0.1.0.0.2.ip6.arpa`) },
  ],
}

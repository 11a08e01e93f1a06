// What must and must not make the model of names speak; declared in generated-domains.ts, walked by models.test.ts.
import type { Model } from '../define-model.js'
import { BUCKETS } from '../learned/dga-features.js'
import { DgaNet, HIDDEN, INPUTS, PIECE_WIDTH } from '../learned/dga-net.js'
import { TRIPLES } from '../learned/letter-model.js'

/** A net with one thought: more than a third digits is generated. The real one is measured by `npm run campaign -- models`. */
function digitsNet(): DgaNet {
  const DIGIT_SHARE = PIECE_WIDTH + 4
  const zeros = (count: number) => Array.from({ length: count }, () => 0)
  const hidden = zeros(HIDDEN * INPUTS)
  hidden[DIGIT_SHARE] = 10
  const out = zeros(HIDDEN)
  out[0] = 1
  return DgaNet.load({
    kind: 'dga',
    version: 'sample',
    pieces: btoa('\0'.repeat(BUCKETS * PIECE_WIDTH)),
    letters: btoa('\0'.repeat(TRIPLES)),
    scale: 1,
    hidden,
    hiddenBias: zeros(HIDDEN),
    out,
    outBias: 0,
    thresholds: { percent: 3, strict: 3.3 },
  })
}

function asked(names: readonly string[], secondsApart = 60, code = 'NXDOMAIN'): string[] {
  return names.map((name, n) =>
    JSON.stringify({
      '@timestamp': new Date(Date.UTC(2026, 10, 24, 7) + n * secondsApart * 1000).toISOString(),
      source: { ip: '10.20.1.5' },
      dns: { question: { name }, response_code: code },
    }),
  )
}
const generated = (count: number): string[] => Array.from({ length: count }, (_, n) => `x${n}7q48v${n}19.net`)

export const generatedDomainsSamples: Model['samples'] = {
  materials: () => ({ dga: digitsNet() }),
  fires: [
    { what: '5 generated names within an hour', lines: asked(generated(5)) },
    { what: 'a name of look-alike letters', lines: asked(['rnicr0soft.com']) },
    { what: 'a name one letter off', lines: asked(['www.micrsoft.com']) },
    { what: 'a name with a word of bait', lines: asked(['alipay-verify.top']) },
  ],
  silent: [
    { what: '4 generated names', lines: asked(generated(4)) },
    { what: 'one generated name again and again', lines: asked(Array.from({ length: 20 }, () => generated(1)[0]!)) },
    { what: '5 generated names, one in half an hour', lines: asked(generated(5), 1_800) },
    { what: '20 generated names that exist', lines: asked(generated(20), 60, 'NOERROR') },
    {
      what: '5 generated names among hundreds of ordinary ones',
      lines: asked([...Array.from({ length: 400 }, (_, n) => `host.site${n % 10}.example`), ...generated(5)], 5),
    },
    {
      what: 'ordinary names',
      lines: asked(['www.microsoft.com', 'alipay.com', 'example.edu.cn', 'news.example.org', 'mail.example.net', 'shop.example.cn']),
    },
  ],
}

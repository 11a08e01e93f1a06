// `guanjia formats learn`: proposes a draft format for the lines of a file nobody knows.
import { parseArgs } from 'node:util'
import { stringify } from 'yaml'
import { mineTemplates, patternOf } from '../../core/normalise/formats/mine-templates.js'
import { normalise, type Explanation } from '../../core/normalise/normalise.js'
import { readFormats } from './parse.js'
import { readLines } from './read-input.js'
import { UsageError, type Verb } from './verb.js'

const MAX_SHAPES = 40
const MAX_UNKNOWN = 200_000

export const formatsLearn: Verb = {
  usage: 'formats learn FILE|- [--id vendor-product]',
  summary: 'Proposes a draft format for the lines nobody knows: templates found in them, most frequent first',
  details:
    'The draft is YAML on stdout. Give vendor, product and fields their names, take out what is particular to your site, then run `formats test`.',
  async run(args) {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { id: { type: 'string', default: 'vendor-product' } },
    })
    const [file] = positionals
    if (file === undefined || positionals.length > 1) throw new UsageError('one file, or - for stdin, is needed')
    const { formats } = readFormats(undefined)
    const unknown: string[] = []
    const whole = new Map<string, string>()
    let lines = 0
    for await (const raw of readLines(file)) {
      lines += 1
      const explanation: Explanation = { envelope: 'none', won: 'unknown', near: [] }
      const event = normalise({ raw, type: 'raw', receivedAt: new Date().toISOString() }, { formats }, explanation)
      if (!['unknown', 'pairs'].includes(explanation.won) || unknown.length >= MAX_UNKNOWN) continue
      // normalise keeps what the envelope leaves over as the message of an unknown line.
      const message = typeof event.message === 'string' && raw.endsWith(event.message) ? event.message : raw
      unknown.push(message)
      if (!whole.has(message)) whole.set(message, raw)
    }
    const templates = mineTemplates(unknown).slice(0, MAX_SHAPES)
    process.stderr.write(`${lines} 行，${unknown.length} 行没有格式认识，归为 ${templates.length} 个模板\n`)
    if (templates.length === 0) return 0
    const draft = {
      id: values.id,
      vendor: 'Vendor',
      product: 'Product',
      dataset: values.id.replace('-', '.'),
      shapes: templates.map((template, index) => ({ name: `t${index + 1}`, read: { grok: [`^${patternOf(template)}`] } })),
      samples: templates.map(template => whole.get(template.example) ?? template.example),
    }
    process.stdout.write(stringify(draft, { lineWidth: 0 }))
    return 0
  },
}

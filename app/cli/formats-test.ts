// `guanjia formats test`: runs the samples of every format, shipped and own.
import { parseArgs } from 'node:util'
import { checkSamples } from '../../core/normalise/formats/check-samples.js'
import { readFormats } from './parse.js'
import { UsageError, type Verb } from './verb.js'

export const formatsTest: Verb = {
  usage: 'formats test [DIR]',
  summary: 'Runs the samples of every log format; exit 1 when one does not come out as it says',
  details: 'DIR is a content folder (with formats/ in it) laid over the shipped one and DATA_DIR/content.',
  async run(args) {
    const { positionals } = parseArgs({ args: [...args], allowPositionals: true, options: {} })
    if (positionals.length > 1) throw new UsageError('at most one folder')
    const { formats, faults } = readFormats(positionals[0])
    let bad = 0
    let samples = 0
    for (const format of formats.formats) {
      samples += format.samples.length + format.ignores.length
      for (const problem of checkSamples(format, formats)) {
        bad += 1
        process.stdout.write(`${format.id}: ${problem}\n`)
      }
    }
    process.stderr.write(`${formats.formats.length} formats, ${samples} lines, ${bad} problems, ${faults} faults\n`)
    return bad + faults > 0 ? 1 : 0
  },
}

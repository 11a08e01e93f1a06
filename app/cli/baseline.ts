// `guanjia baseline`: checks a configuration text, or what a collector read, against a baseline; or prints the collector.
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { loadBaselines } from '../../adapters/content/load-content.js'
import type { Baseline } from '../../core/baselines/baseline.js'
import { collectorScript, readCollected } from '../../core/baselines/collected.js'
import { evaluate, type BaselineResult, type Collected } from '../../core/baselines/evaluate.js'
import { outcomeLabel } from '../../core/baselines/outcome.js'
import { readBaselines } from '../../core/baselines/read-baseline.js'
import { AppError } from '../../core/errors.js'
import { contentFolder } from '../folders.js'
import { readText } from './read-input.js'
import { UsageError, type Verb } from './verb.js'

const MOST_TEXT = 64 * 1024 * 1024

export const baseline: Verb = {
  usage: 'baseline --profile ID [--content DIR] [--param NAME=VALUE]… [--json] (--collect | FILE | INPUT=FILE…)',
  summary: 'Checks collected configuration against a baseline; --collect prints the read-only script that collects it',
  details:
    'FILE is what the collector printed (`ssh HOST sh -s < script > FILE`) or a configuration text for the first input of the baseline; INPUT=FILE names the input. Exit 1 when something does not conform.',
  async run(args) {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        profile: { type: 'string' },
        content: { type: 'string' },
        param: { type: 'string', multiple: true, default: [] },
        json: { type: 'boolean', default: false },
        collect: { type: 'boolean', default: false },
      },
    })
    const faults: { file: string; line?: number; problem: string }[] = []
    const files = loadBaselines([contentFolder, ...(values.content === undefined ? [] : [values.content])], faults)
    const read = readBaselines(files)
    for (const fault of [...faults, ...read.faults]) process.stderr.write(`left out ${JSON.stringify(fault)}\n`)
    const chosen = read.baselines.find(one => one.baseline.id === values.profile)
    if (!chosen) throw new UsageError(`--profile must be one of: ${read.baselines.map(one => one.baseline.id).join(', ')}`)
    if (values.collect) {
      process.stdout.write(collectorScript(chosen))
      return 0
    }
    if (positionals.length === 0) throw new UsageError('FILE, INPUT=FILE or --collect is needed')
    const result = evaluate(chosen, await inputsOf(chosen, positionals), paramsOf(chosen, values.param))
    process.stdout.write(values.json ? `${JSON.stringify(result)}\n` : words(result))
    return result.counts.fail > 0 ? 1 : 0
  },
}

async function inputsOf(chosen: Baseline, positionals: readonly string[]): Promise<Record<string, Collected>> {
  const inputs: Record<string, Collected> = {}
  for (const given of positionals) {
    const [, name, file] = /^([a-z][a-z0-9_]{0,40})=(.+)$/s.exec(given) ?? []
    if (name !== undefined && file !== undefined && Object.hasOwn(chosen.inputs, name)) {
      inputs[name] = { text: await readText(join(file), MOST_TEXT) }
      continue
    }
    const text = await readText(given, MOST_TEXT)
    Object.assign(inputs, readCollected(text) ?? { [Object.keys(chosen.inputs)[0]!]: { text } })
  }
  return inputs
}

function paramsOf(chosen: Baseline, given: readonly string[]): Record<string, string | number> {
  return Object.fromEntries(
    given.map(one => {
      const [name = '', value = ''] = one.split('=', 2)
      if (!Object.hasOwn(chosen.params, name)) throw new AppError('REQUEST_INVALID', { problem: `基线没有参数 ${name.slice(0, 40)}` })
      return [name, /^-?\d+$/.test(value) ? Number(value) : value]
    }),
  )
}

function words({ results, counts, score }: BaselineResult): string {
  const lines = results.flatMap(({ id, title, outcome, clause, evidence, problem, fix }) => [
    `${outcomeLabel[outcome]}\t${id}\t${title}\t等保 ${clause}`,
    ...(outcome === 'fail'
      ? [
          ...evidence
            .flatMap(one => one.lines)
            .slice(0, 3)
            .map(line => `\t> ${line.trim()}`),
          `\t整改：${fix}`,
        ]
      : []),
    ...(problem === undefined ? [] : [`\t${problem}`]),
  ])
  const shown = score === null ? '无法给出（无法判断的超过一成）' : `${Math.round(score * 1000) / 10}%`
  return `${lines.join('\n')}\n符合 ${counts.pass}，不符合 ${counts.fail}，不适用 ${counts.na}，无法判断 ${counts.unknown}；符合率 ${shown}\n`
}

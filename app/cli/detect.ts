// `guanjia detect`: runs a folder of Sigma rules over recorded events; hits on stdout, what was loaded and refused on stderr.
import { once } from 'node:events'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { parse } from 'yaml'
import { z } from 'zod'
import { AppError } from '../../core/errors.js'
import { compileRules } from '../../core/threats/sigma/compile-rules.js'
import { CorrelationEngine, type Fired } from '../../core/threats/sigma/correlation-engine.js'
import type { SigmaRule } from '../../core/threats/sigma/rule.js'
import { readEvent } from './detect-events.js'
import { readLineBatches, readText } from './read-input.js'
import { UsageError, type Verb } from './verb.js'

/** A recording may hold far more than one customer's stream. */
const LIMITS = { groups: 200_000, matches: 4_000_000, snapshot: 0 }
const MAX_PLACEHOLDERS = 8 * 1024 * 1024
/** Bad lines named one by one. */
const NAMED_LINES = 20

export const detect: Verb = {
  usage: 'detect --rules DIR --events FILE.ndjson [--placeholders FILE.yml] [--json]',
  summary: 'Runs Sigma rules, filters and correlations over events; one JSON per hit {rule, title, level, event}',
  details:
    'A line of FILE is {logsource, event} or a plain event; event time is @timestamp. `event` in a hit is the 0-based line number, for a ' +
    'correlation that of the last contributing event. --placeholders: a map of lists for the modifier expand. The end of FILE ends every window.',
  async run(args) {
    const { values } = parseArgs({
      args: [...args],
      options: {
        rules: { type: 'string' },
        events: { type: 'string' },
        placeholders: { type: 'string' },
        json: { type: 'boolean', default: false },
      },
    })
    if (values.rules === undefined || values.events === undefined) throw new UsageError('--rules and --events are needed')
    const files = await ruleFiles(values.rules)
    const placeholders = values.placeholders === undefined ? {} : await placeholdersOf(values.placeholders)
    const loading = performance.now()
    const { ruleSet, loaded, refused, warnings } = compileRules(files, { placeholders })
    const loadSeconds = (performance.now() - loading) / 1000
    const engine = new CorrelationEngine<number>(ruleSet.correlations, LIMITS)
    const hasCorrelations = ruleSet.correlations.length > 0
    const output = new HitWriter(values.json)
    const began = performance.now()
    let count = 0
    let unreadable = 0
    let time = 0
    const tellFired = (fired: readonly Fired<number>[]) => {
      for (const { correlation, tokens } of fired) output.add(correlation.rule, tokens.at(-1)!)
    }
    for await (const lines of readLineBatches(values.events)) {
      for (const text of lines) {
        const index = count++
        if (text === '' || text.trim() === '') continue
        const read = readEvent(text)
        if (read === undefined) {
          unreadable++
          if (unreadable <= NAMED_LINES) process.stderr.write(`${values.events}:${index + 1}: not a JSON object\n`)
          continue
        }
        const matched = ruleSet.match(read.event)
        for (const rule of matched) if (!ruleSet.isSilent(rule)) output.add(rule, index)
        if (!hasCorrelations) continue
        // An event without a time happened when the one before it did.
        time = read.time() ?? time
        tellFired(engine.push(matched, read.event.fields, time, index))
      }
      await output.flush()
    }
    tellFired(engine.end())
    await output.flush()
    const seconds = (performance.now() - began) / 1000
    for (const item of refused) process.stderr.write(`refused ${JSON.stringify(item)}\n`)
    for (const item of warnings) process.stderr.write(`warning ${JSON.stringify(item)}\n`)
    const { late, dropped } = engine.counts
    const correlated = hasCorrelations
      ? `; ${ruleSet.correlations.length} correlations, ${late} matches too late, ${dropped} dropped for want of room`
      : ''
    process.stderr.write(
      `${loaded} rules loaded, ${refused.length} refused; ${count} events, ${unreadable} unreadable, ${output.hits} hits, ` +
        `${Math.round(count / seconds)} events/s; rules read in ${loadSeconds.toFixed(2)} s${correlated}\n`,
    )
    return 0
  },
}

class HitWriter {
  hits = 0
  private lines: string[] = []
  constructor(private readonly json: boolean) {}

  add({ id, title, level }: SigmaRule, event: number): void {
    this.hits++
    this.lines.push(this.json ? JSON.stringify({ rule: id, title, level, event }) : `${event}\t${level}\t${title}\t${id}`)
  }

  async flush(): Promise<void> {
    if (this.lines.length === 0) return
    const text = `${this.lines.join('\n')}\n`
    this.lines = []
    if (!process.stdout.write(text)) await once(process.stdout, 'drain')
  }
}

async function ruleFiles(folder: string): Promise<{ file: string; text: string }[]> {
  const names = await readdir(folder, { recursive: true }).catch((cause: unknown) =>
    Promise.reject(new AppError('NOT_FOUND', { what: folder }, { cause })),
  )
  const wanted = names.filter(name => /\.ya?ml$/.test(name)).sort()
  const files = await Promise.all(wanted.map(async file => ({ file, text: await readFile(join(folder, file), 'utf8') })))
  // A pack's own description is no rule.
  return files.filter(({ file, text }) => !/(?:^|\/)pack\.yaml$/.test(file) || /^(?:detection|correlation|filter):/m.test(text))
}

const Placeholders = z.record(z.string(), z.array(z.coerce.string()).max(100_000))

async function placeholdersOf(file: string): Promise<Record<string, string[]>> {
  const text = await readText(file, MAX_PLACEHOLDERS)
  let value: unknown
  try {
    value = parse(text)
  } catch (cause) {
    throw new AppError('REQUEST_INVALID', { problem: `${file}: ${(cause as Error).message.split('\n')[0]}` }, { cause })
  }
  const read = Placeholders.safeParse(value)
  if (!read.success)
    throw new AppError('REQUEST_INVALID', { problem: `${file}: ${read.error.issues[0]!.path.join('.')} is no list of texts` })
  return read.data
}

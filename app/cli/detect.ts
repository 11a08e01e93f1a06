// `guanjia detect`: runs a folder of Sigma rules over recorded events; hits on stdout, what was loaded and refused on stderr.
import { once } from 'node:events'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { EcsEvent } from '../../core/events/event.js'
import { AppError } from '../../core/errors.js'
import { compileRules } from '../../core/threats/sigma/compile-rules.js'
import { sigmaView } from '../../core/threats/sigma/field-mapping.js'
import type { SigmaEvent } from '../../core/threats/sigma/rule.js'
import { readLines } from './read-input.js'
import { UsageError, type Verb } from './verb.js'

export const detect: Verb = {
  usage: 'detect --rules DIR --events FILE.ndjson [--json]',
  summary: 'Runs Sigma rules over events; one JSON per hit {rule, title, level, event}',
  details: 'A line of FILE is {logsource, event} or a plain event. `event` in a hit is the 0-based line number.',
  async run(args) {
    const { values } = parseArgs({
      args: [...args],
      options: { rules: { type: 'string' }, events: { type: 'string' }, json: { type: 'boolean', default: false } },
    })
    if (values.rules === undefined || values.events === undefined) throw new UsageError('--rules and --events are needed')
    const { ruleSet, loaded, refused } = compileRules(await ruleFiles(values.rules))
    const began = performance.now()
    let count = 0
    let hits = 0
    let unreadable = 0
    for await (const text of readLines(values.events)) {
      const index = count++
      if (text.trim() === '') continue
      const event = sigmaEvent(text)
      if (event === undefined) {
        unreadable++
        process.stderr.write(`${values.events}:${index + 1}: not a JSON object\n`)
        continue
      }
      for (const rule of ruleSet.match(event)) {
        hits++
        const line = values.json
          ? JSON.stringify({ rule: rule.id, title: rule.title, level: rule.level, event: index })
          : `${index}\t${rule.level}\t${rule.title}\t${rule.id}`
        if (!process.stdout.write(`${line}\n`)) await once(process.stdout, 'drain')
      }
    }
    const seconds = (performance.now() - began) / 1000
    for (const item of refused) process.stderr.write(`refused ${JSON.stringify(item)}\n`)
    process.stderr.write(
      `${loaded} rules loaded, ${refused.length} refused; ${count} events, ${unreadable} unreadable, ${hits} hits, ${Math.round(count / seconds)} events/s\n`,
    )
    return 0
  },
}

async function ruleFiles(folder: string): Promise<{ file: string; text: string }[]> {
  const names = await readdir(folder, { recursive: true }).catch((cause: unknown) =>
    Promise.reject(new AppError('NOT_FOUND', { what: folder }, { cause })),
  )
  const wanted = names.filter(name => /\.ya?ml$/.test(name)).sort()
  return Promise.all(wanted.map(async file => ({ file, text: await readFile(join(folder, file), 'utf8') })))
}

function sigmaEvent(text: string): SigmaEvent | undefined {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  const { logsource, event } = value as { logsource?: unknown; event?: unknown }
  if (typeof logsource === 'object' && logsource !== null && typeof event === 'object' && event !== null)
    return { logsource: logsource, fields: event as SigmaEvent['fields'] }
  const plain = typeof event === 'object' && event !== null ? event : {}
  return sigmaView({ ...(value as EcsEvent), event: { original: '', dataset: 'unknown', ...plain } })
}

// `npm run bench -- sigma [FOLDER] [--rules DIR]… [--rounds N]`: Sigma rules over streams of events, one thread; the last line is one JSON object.
// FOLDER (or GUANJIA_BENCH_DATA) holds `perf/` with the lanes and `sigma-rules/`; without it a small lane of the product's own is measured.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { gunzipSync } from 'node:zlib'
import { readEvent } from '../../app/cli/detect-events.js'
import { contentFolder } from '../../app/folders.js'
import { compileRules } from '../../core/threats/sigma/compile-rules.js'
import type { SigmaRuleSet } from '../../core/threats/sigma/rule-set.js'
import type { SigmaEvent } from '../../core/threats/sigma/rule.js'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { rules: { type: 'string', multiple: true }, rounds: { type: 'string', default: '7' } },
})
const rounds = Number(values.rounds)
const folder = positionals[0] ?? process.env['GUANJIA_BENCH_DATA']
const talk = (text: string) => process.stderr.write(`${text}\n`)

/** Events of a lane name their log source flat, and what is missing of it is unknown. */
function readLane(line: string): { event: SigmaEvent; expected?: readonly string[] } | undefined {
  const value = JSON.parse(line) as Record<string, unknown>
  if (typeof value['event'] === 'object' && value['event'] !== null) {
    const event = { logsource: value['logsource'] as SigmaEvent['logsource'], fields: value['event'] as SigmaEvent['fields'] }
    return Array.isArray(value['expect']) ? { event, expected: value['expect'] as string[] } : { event }
  }
  const { product, service, category } = value as Record<string, string | undefined>
  return { event: { logsource: { product, service, category, partial: true }, fields: value } }
}

function ownLane(): string[] {
  return Array.from({ length: 5_000 }, (_, n) => {
    const started = {
      Channel: 'Microsoft-Windows-Sysmon/Operational',
      EventID: 1,
      Image: `C:\\Windows\\System32\\${['svchost.exe', 'cmd.exe', 'conhost.exe', 'whoami.exe'][n % 4]!}`,
      CommandLine: n % 500 === 0 ? 'whoami /priv' : `C:\\Windows\\System32\\svchost.exe -k netsvcs -p -s Task${n}`,
      ParentImage: 'C:\\Windows\\System32\\services.exe',
      User: `NT AUTHORITY\\SYSTEM`,
    }
    return JSON.stringify({ logsource: { product: 'windows', service: 'sysmon', category: ['process_creation'] }, event: started })
  })
}

function ruleFolders(): string[] {
  if (values.rules !== undefined) return values.rules
  const given = folder === undefined ? undefined : join(folder, 'sigma-rules')
  return given !== undefined && existsSync(given) ? [given] : [join(contentFolder, 'rules')]
}

function rulesOf(folders: readonly string[]): { file: string; text: string }[] {
  return folders.flatMap(path =>
    readdirSync(path, { recursive: true, encoding: 'utf8' })
      .filter(name => /\.ya?ml$/.test(name) && !/(?:^|\/)pack\.yaml$/.test(name))
      .sort()
      .map(name => ({ file: `${path}/${name}`, text: readFileSync(join(path, name), 'utf8') })),
  )
}

function lanesOf(): Map<string, string[]> {
  const perf =
    folder === undefined ? undefined : [join(folder, 'perf'), folder].find(path => existsSync(path) && readdirSync(path).some(isLane))
  if (perf === undefined) {
    talk('No folder with streams of events given (FOLDER/perf/*.ndjson.gz, *.jsonl.gz): measuring a small lane of our own.')
    return new Map([['own', ownLane()]])
  }
  return new Map(
    readdirSync(perf)
      .filter(isLane)
      .map(name => {
        const bytes = readFileSync(join(perf, name))
        const text = (name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8')
        return [name.replace(/\..*$/, ''), text.split('\n').filter(line => line !== '')]
      }),
  )
}

function isLane(name: string): boolean {
  return /\.(?:nd)?jsonl?(?:\.gz)?$/.test(name)
}

/** @returns matches in the lane; throws when the rule set is wrong about one event */
function verify(name: string, lines: readonly string[], ruleSet: SigmaRuleSet): number {
  const loaded = new Set(ruleSet.rules.map(rule => rule.id))
  let matches = 0
  // Trying every rule is slow: a sample where the stream does not say itself what must match.
  const step = Math.max(1, Math.floor(lines.length / 200))
  lines.forEach((line, at) => {
    const read = readLane(line)!
    const found = ruleSet.match(read.event).map(rule => rule.id)
    matches += found.length
    if (at % step === 0) {
      const slow = ruleSet.matchByTryingAll(read.event).map(rule => rule.id)
      if (found.join() !== slow.join()) throw new Error(`${name}:${at + 1}: ${found.join()} instead of ${slow.join()}`)
    }
    const missing = (read.expected ?? []).filter(id => loaded.has(id) && !found.includes(id))
    if (missing.length > 0) throw new Error(`${name}:${at + 1}: ${missing.join()} did not match`)
  })
  return matches
}

const median = (list: readonly number[]) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)]!

const files = rulesOf(ruleFolders())
const began = performance.now()
const loadCpu = process.cpuUsage()
const { ruleSet, loaded, refused } = compileRules(files)
const loadSeconds = (performance.now() - began) / 1000
const { user, system } = process.cpuUsage(loadCpu)
talk(`${loaded} rules in ${loadSeconds.toFixed(2)} s, ${refused.length} refused`)
const lanes: Record<string, { events: number; matches: number; eventsPerSecond: number; cpuEventsPerSecond: number }> = {}
for (const [name, lines] of lanesOf()) {
  const matches = verify(name, lines, ruleSet)
  const walls: number[] = []
  const cpus: number[] = []
  for (let round = 0; round < rounds; round++) {
    const cpu = process.cpuUsage()
    const start = performance.now()
    let found = 0
    for (const line of lines) found += ruleSet.match(readLane(line)!.event).length
    walls.push(lines.length / ((performance.now() - start) / 1000))
    const used = process.cpuUsage(cpu)
    cpus.push(lines.length / ((used.user + used.system) / 1e6))
    if (found !== matches) throw new Error(`${name}: ${found} matches instead of ${matches}`)
  }
  lanes[name] = {
    events: lines.length,
    matches,
    eventsPerSecond: Math.round(median(walls)),
    cpuEventsPerSecond: Math.round(median(cpus)),
  }
  talk(`${name}: ${lanes[name].eventsPerSecond} events/s (${lanes[name].cpuEventsPerSecond} by processor time), ${matches} matches`)
}
// How fast `guanjia detect` reads a bare event and tells its log source.
const sample = JSON.stringify({
  Channel: 'Security',
  EventID: 4688,
  NewProcessName: 'C:\\Windows\\System32\\cmd.exe',
  CommandLine: 'cmd /c dir',
})
const readStart = performance.now()
for (let n = 0; n < 100_000; n++) readEvent(sample)
process.stdout.write(
  `${JSON.stringify({
    bench: 'sigma',
    rules: loaded,
    refused: refused.length,
    loadSeconds: Number(loadSeconds.toFixed(2)),
    loadCpuSeconds: Number(((user + system) / 1e6).toFixed(2)),
    memoryMegabytes: Math.round(process.memoryUsage.rss() / 1e6),
    bareEventsReadPerSecond: Math.round(100_000 / ((performance.now() - readStart) / 1000)),
    lanes,
  })}\n`,
)

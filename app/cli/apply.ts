// `guanjia apply`: declares customers, people, groups, robots, sources and devices from a file.
import { parseArgs } from 'node:util'
import { applyDeclaration } from '../../core/tenants/declaration/apply-declaration.js'
import { describeChange } from '../../core/tenants/declaration/describe-change.js'
import { readDeclaration } from '../../core/tenants/declaration/read-declaration.js'
import { readText } from './read-input.js'
import { UsageError, type Verb } from './verb.js'
import { withParts } from './with-parts.js'

const MAX_BYTES = 2 * 1024 * 1024

export const apply: Verb = {
  usage: 'apply FILE.yaml [--dry-run] [--json]',
  summary: 'Declares tenants, people, groups, robots, rooms, sources, devices and letters; prints what changed',
  async run(args) {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { 'dry-run': { type: 'boolean', default: false }, json: { type: 'boolean', default: false } },
    })
    const [file] = positionals
    if (file === undefined || positionals.length > 1) throw new UsageError('one file is needed')
    const declaration = readDeclaration(await readText(file, MAX_BYTES), file)
    const dryRun = values['dry-run']
    const changes = await withParts(({ core, secrets, deviceKinds }) =>
      applyDeclaration({ transactions: core.transactions, secrets, deviceKinds }, declaration, { dryRun, actor: 'cli' }),
    )
    for (const change of changes) process.stdout.write(`${values.json ? JSON.stringify(change) : describeChange(change)}\n`)
    process.stderr.write(changes.length === 0 ? '没有变化。\n' : `${dryRun ? '将会改动' : '已改动'} ${changes.length} 项。\n`)
    return 0
  },
}

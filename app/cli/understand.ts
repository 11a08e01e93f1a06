// `guanjia understand`: what the bot would take a sentence for; nothing is done and no database is needed.
import { parseArgs } from 'node:util'
import { loadPhrases } from '../../adapters/content/load-phrases.js'
import { commands } from '../../bot/commands/index.js'
import { makeGuesser } from '../../bot/runtime/likeness.js'
import { understand as understandText } from '../../bot/runtime/understand.js'
import { roleLabel, type Role } from '../../core/tenants/roles.js'
import { contentFolder } from '../folders.js'
import { readLines } from './read-input.js'
import { UsageError, type Verb } from './verb.js'

export const understand: Verb = {
  usage: 'understand [--as ROLE] [--now ISO] [--json] TEXT|-',
  summary: 'Shows what the bot would take a sentence for: {command, args, asks, confirm}',
  details: 'With - one sentence per line of stdin in, one JSON object per line out. Days are told in +08:00.',
  async run(args) {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { as: { type: 'string' }, now: { type: 'string' }, json: { type: 'boolean', default: false } },
    })
    const text = positionals.join(' ')
    const now = values.now === undefined ? Date.now() : Date.parse(values.now)
    const role = values.as
    if (text === '') throw new UsageError('TEXT, or - for stdin, is needed')
    if (!Number.isFinite(now)) throw new UsageError('--now must be a time such as 2026-11-24T08:30:00Z')
    if (role !== undefined && !Object.hasOwn(roleLabel, role))
      throw new UsageError(`no role ${role}; there are ${Object.keys(roleLabel).join(', ')}`)
    const guesser = makeGuesser(loadPhrases([contentFolder]).phrases)
    const options = { now, zone: 'Asia/Shanghai', guesser, ...(role === undefined ? {} : { role: role as Role }) }
    if (text === '-') {
      for await (const line of readLines('-')) process.stdout.write(`${JSON.stringify(understandText(commands, line, options))}\n`)
      return 0
    }
    const result = understandText(commands, text, options)
    if (values.json) process.stdout.write(`${JSON.stringify(result)}\n`)
    else {
      const lines = [
        `命令：${result.command ?? '（没听懂）'}`,
        ...Object.entries(result.args).map(([key, value]) => `${key}：${typeof value === 'string' ? value : JSON.stringify(value)}`),
        ...(result.asks === null ? [] : [`会追问：${result.asks}`]),
        ...(result.confirm ? ['先要确认，之前什么都不做'] : []),
      ]
      process.stdout.write(`${lines.join('\n')}\n`)
    }
    return 0
  },
}

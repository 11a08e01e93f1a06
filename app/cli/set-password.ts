// `guanjia set-password`: the password a person logs in to the big screen with, read from stdin so that no shell keeps it.
import { text } from 'node:stream/consumers'
import { parseArgs } from 'node:util'
import { UsageError, type Verb } from './verb.js'
import { withParts } from './with-parts.js'

export const setPassword: Verb = {
  usage: 'set-password USERID',
  summary: 'Sets the password for the big screen; the first line of stdin',
  details: 'At least 12 characters. Whoever was logged in by the old one is logged out.',
  async run(args) {
    const { positionals } = parseArgs({ args: [...args], allowPositionals: true })
    const [userId] = positionals
    if (userId === undefined || positionals.length > 1) throw new UsageError('one userid is needed')
    const [password = ''] = (await text(process.stdin)).split(/\r?\n/)
    return withParts(async ({ core }) => {
      const person = await core.webAccess.setPassword(userId, password)
      process.stderr.write(`password of ${person.name} (${person.userId}) set\n`)
      return 0
    })
  },
}

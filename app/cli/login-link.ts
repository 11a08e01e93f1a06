// `guanjia login-link`: a link to the big screen that logs a person in once, for the next quarter of an hour.
import { parseArgs } from 'node:util'
import { UsageError, type Verb } from './verb.js'
import { withParts } from './with-parts.js'

export const loginLink: Verb = {
  usage: 'login-link USERID',
  summary: 'Prints a link to the big screen that logs this person in once, within 15 minutes',
  async run(args) {
    const { positionals } = parseArgs({ args: [...args], allowPositionals: true })
    const [userId] = positionals
    if (userId === undefined || positionals.length > 1) throw new UsageError('one userid is needed')
    return withParts(async ({ core, config }) => {
      const secret = await core.webAccess.link(userId)
      process.stdout.write(`${config.publicUrl ?? `http://127.0.0.1:${config.port}`}/login/${secret}\n`)
      return 0
    })
  },
}

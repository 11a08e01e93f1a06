// The `guanjia` command: finds the verb's file, turns failures into sentences and exit codes (0 done, 1 failed, 2 used wrongly).
import { isAppError } from '../core/errors.js'
import { UsageError, type Verb } from './cli/verb.js'

/** One file per verb in app/cli; loaded only when called, so that `parse` does not wait for a database driver. */
const verbs: Readonly<Record<string, () => Promise<Verb>>> = {
  start: async () => (await import('./cli/start.js')).start,
  migrate: async () => (await import('./cli/migrate.js')).migrate,
  apply: async () => (await import('./cli/apply.js')).apply,
  say: async () => (await import('./cli/say.js')).say,
  understand: async () => (await import('./cli/understand.js')).understand,
  parse: async () => (await import('./cli/parse.js')).parse,
  'formats learn': async () => (await import('./cli/formats-learn.js')).formatsLearn,
  'formats test': async () => (await import('./cli/formats-test.js')).formatsTest,
  detect: async () => (await import('./cli/detect.js')).detect,
  judge: async () => (await import('./cli/judge.js')).judge,
  'login-link': async () => (await import('./cli/login-link.js')).loginLink,
  'set-password': async () => (await import('./cli/set-password.js')).setPassword,
  baseline: async () => (await import('./cli/baseline.js')).baseline,
  import: async () => (await import('./cli/import.js')).importVerb,
  vulns: async () => (await import('./cli/vulns.js')).vulns,
  report: async () => (await import('./cli/report.js')).report,
  'audit verify': async () => (await import('./cli/audit-verify.js')).auditVerify,
}

async function main(args: readonly string[]): Promise<number> {
  const two = args.slice(0, 2).join(' ')
  const name = two in verbs ? two : (args[0] ?? '')
  const load = Object.hasOwn(verbs, name) ? verbs[name] : undefined
  if (!load) {
    const asked = name === '--help' || name === '-h' || name === 'help'
    const list = await Promise.all(Object.entries(verbs).map(async ([verb, verbOf]) => `  ${verb.padEnd(14)}${(await verbOf()).summary}`))
    const text = ['usage: guanjia <verb> [options]', '', ...list, '', 'guanjia <verb> --help explains one.', ''].join('\n')
    ;(asked ? process.stdout : process.stderr).write(text)
    return asked ? 0 : 2
  }
  const verb = await load()
  const rest = args.slice(name.split(' ').length)
  if (rest.includes('--help') || rest.includes('-h')) {
    process.stdout.write(`usage: guanjia ${verb.usage}\n\n${verb.summary}\n${verb.details ? `\n${verb.details}\n` : ''}`)
    return 0
  }
  try {
    return await verb.run(rest)
  } catch (error) {
    if (error instanceof UsageError || (error as { code?: string } | null)?.code?.startsWith('ERR_PARSE_ARGS')) {
      process.stderr.write(`${(error as Error).message}\nusage: guanjia ${verb.usage}\n`)
      return 2
    }
    if (isAppError(error)) process.stderr.write(`${error.reply}\n`)
    else process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
    return 1
  }
}

// A reader that has seen enough (`| head`) is no failure.
process.stdout.on('error', error => {
  if ((error as NodeJS.ErrnoException).code === 'EPIPE') process.exit(0)
  throw error
})
// What this process writes is for its own user: the database holds customers' data.
process.umask(0o077)
process.exitCode = await main(process.argv.slice(2))

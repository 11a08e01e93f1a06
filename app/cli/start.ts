// `guanjia start`: the product in this process until it is told to stop.
import { parseArgs } from 'node:util'
import { makeLogger } from '../../adapters/shared/pino-logger.js'
import { readConfig, roleNames, type ProcessRole } from '../config.js'
import { startProduct } from '../main.js'
import { UsageError, type Verb } from './verb.js'

export const start: Verb = {
  usage: 'start [--role api|bot|worker|scheduler|sandbox]…',
  summary: 'Runs the product: everything in one process, or the named roles',
  details:
    'Settings come from the environment (docs/configuration.md). With --role, DATABASE_URL (mysql), REDIS_URL and SECRET_KEY are needed.',
  async run(args) {
    const { values } = parseArgs({ args: [...args], options: { role: { type: 'string', multiple: true } } })
    const roles = (values.role ?? []).flatMap(text => text.split(','))
    const unknown = roles.find(role => !(roleNames as readonly string[]).includes(role))
    if (unknown !== undefined) throw new UsageError(`no role ${unknown}; there are ${roleNames.join(', ')}`)
    const config = readConfig(process.env, roles as ProcessRole[])
    const logger = makeLogger(config.logLevel)
    process.on('unhandledRejection', error => logger.error({ error }, 'a promise was left alone'))
    const stopped = new Promise<NodeJS.Signals>(resolve => {
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve(signal))
    })
    const product = await startProduct(config, logger)
    const ending = new AbortController()
    void announce(product, config.roles, config.publicUrl ?? product.url, ending.signal)
    const signal = await stopped
    ending.abort()
    process.stderr.write(`${signal}: stopping …\n`)
    // A second signal ends at once: what was accepted is safe anyway.
    for (const again of ['SIGINT', 'SIGTERM'] as const) process.once(again, () => process.exit(1))
    await product.stop()
    return 0
  },
}

async function announce(
  product: Awaited<ReturnType<typeof startProduct>>,
  roles: readonly ProcessRole[],
  url: string,
  ending: AbortSignal,
): Promise<void> {
  for (;;) {
    if (ending.aborted) return
    const works = await product.ready().then(
      () => true,
      () => false,
    )
    if (works) break
    await new Promise(resolve => setTimeout(resolve, 100))
  }
  const lines = [
    ...(roles.includes('sandbox') ? [`  企业微信沙箱  ${url}/sandbox/`] : []),
    ...(roles.includes('api')
      ? [`  大屏          ${url}${await demoLogin(product)}`, `  syslog        UDP/TCP ${product.syslogPort ?? ''}`]
      : []),
  ]
  process.stdout.write(`ready（${roles.join(', ')}）\n${lines.map(line => `${line}\n`).join('')}`)
}

/** In the try-out a link that logs in once, as the customer manager; elsewhere people log in (`guanjia login-link`). */
async function demoLogin({ parts }: Awaited<ReturnType<typeof startProduct>>): Promise<string> {
  if (!parts.config.demo) return '/'
  return parts.core.webAccess.link('liu').then(
    secret => `/login/${secret}`,
    () => '/',
  )
}

// Environment → one frozen object; the only reader of process.env. docs/configuration.md is generated from the schema.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { randomBytes } from 'node:crypto'
import { join, resolve } from 'node:path'
import { z } from 'zod'
import { AppError } from '../core/errors.js'

export const roleNames = ['api', 'bot', 'worker', 'scheduler', 'sandbox'] as const
export type ProcessRole = (typeof roleNames)[number]

const Port = z.coerce.number().int().min(0).max(65_535)
const SocketUrl = z.url({ protocol: /^wss?$/ })
const WebUrl = z.url({ protocol: /^https?$/ })

/** Every variable; each may come from `<NAME>_FILE` instead, which names a file holding the value. */
export const Environment = z.object({
  HOST: z.string().min(1).default('127.0.0.1').describe('address the web server and syslog listen on'),
  PORT: Port.default(8080).describe('web server: sandbox page, dashboard, API; 0 takes a free port'),
  DATA_DIR: z.string().min(1).default('./data').describe('archive, SQLite file, key file; shared by all processes of an installation'),
  DATABASE_URL: z
    .string()
    .regex(/^(sqlite:|mysql:\/\/|mariadb:\/\/)/, 'must begin with sqlite:, mysql:// or mariadb://')
    .optional()
    .describe('sqlite:<file> or mysql://user:password@host/database; default sqlite:<DATA_DIR>/guanjia.db'),
  REDIS_URL: z
    .url({ protocol: /^rediss?$/ })
    .optional()
    .describe('redis://…; absent: jobs run inside this process'),
  SYSLOG_PORT: Port.default(5514).describe('UDP and TCP; 0 takes a free port'),
  SECRET_KEY: z
    .string()
    .min(16)
    .optional()
    .describe('encrypts stored credentials; made and kept in DATA_DIR when everything runs in one process'),
  WECOM_API_BASE: WebUrl.optional().describe('reserved for application messages'),
  WECOM_WS_URL: SocketUrl.optional().describe(
    'long connection of robots, wss://openws.work.weixin.qq.com in production; default is the sandbox of this process',
  ),
  WECOM_CORP_ID: z.string().optional().describe('reserved for application messages'),
  WECOM_AGENT_ID: z.string().optional().describe('reserved for application messages'),
  WECOM_SECRET: z.string().optional().describe('reserved for application messages'),
  WECOM_CALLBACK_TOKEN: z.string().optional().describe('reserved for encrypted callbacks'),
  WECOM_CALLBACK_AES_KEY: z.string().optional().describe('reserved for encrypted callbacks'),
  SMTP_URL: z.string().optional().describe('reserved for mail'),
  MAIL_FROM: z.string().optional().describe('reserved for mail'),
  PUBLIC_URL: WebUrl.optional().describe('address people reach this service by; default http://HOST:PORT'),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info').describe('lines below it are not written'),
  DEMO: z.stringbool().default(false).describe('1: demo tenants and a replayed attack; npm start sets it'),
})

export interface Config {
  readonly host: string
  readonly port: number
  readonly dataDir: string
  readonly databaseUrl: string
  readonly redisUrl: string | undefined
  readonly syslogPort: number
  readonly secretKey: string
  readonly wecomWsUrl: string | undefined
  readonly publicUrl: string | undefined
  readonly logLevel: string
  readonly demo: boolean
  readonly roles: readonly ProcessRole[]
}

/** @throws CONFIGURATION_INVALID naming every fault at once */
export function readConfig(env: NodeJS.ProcessEnv, roles: readonly ProcessRole[] = []): Config {
  const problems: string[] = []
  const given: Record<string, string> = {}
  for (const name of Object.keys(Environment.shape)) {
    const file = env[`${name}_FILE`]
    if (env[name] !== undefined && env[name] !== '') given[name] = env[name]
    else if (file) {
      try {
        given[name] = readFileSync(file, 'utf8').trim()
      } catch {
        problems.push(`${name}_FILE: ${file} cannot be read`)
      }
    }
  }
  const parsed = Environment.safeParse(given)
  if (!parsed.success) problems.push(...parsed.error.issues.map(issue => `${issue.path.join('.')}: ${issue.message}`))
  // A sandbox alone, for training or tests, shares nothing.
  const split = roles.some(role => role !== 'sandbox')
  const values = parsed.data
  if (values?.DEMO && values.WECOM_WS_URL) problems.push('DEMO: made-up customers must not meet the real WeCom; unset DEMO or WECOM_WS_URL')
  if (values && split) {
    if (!values.DATABASE_URL || values.DATABASE_URL.startsWith('sqlite:'))
      problems.push('DATABASE_URL: with --role a mysql:// database is needed')
    if (!values.REDIS_URL) problems.push('REDIS_URL: with --role Redis is needed')
    if (!values.SECRET_KEY) problems.push('SECRET_KEY: with --role it must be given, the same for every process')
    if (roles.includes('bot') && !roles.includes('sandbox') && !values.WECOM_WS_URL)
      problems.push('WECOM_WS_URL: the role bot needs it unless the role sandbox runs in the same process')
  }
  if (problems.length > 0 || !values) throw new AppError('CONFIGURATION_INVALID', { problems: problems.join('; ') })
  const dataDir = resolve(values.DATA_DIR)
  const everything: readonly ProcessRole[] = values.WECOM_WS_URL ? ['api', 'bot', 'worker', 'scheduler'] : roleNames
  return Object.freeze({
    host: values.HOST,
    port: values.PORT,
    dataDir,
    databaseUrl: values.DATABASE_URL ?? `sqlite:${join(dataDir, 'guanjia.db')}`,
    redisUrl: values.REDIS_URL,
    syslogPort: values.SYSLOG_PORT,
    secretKey: values.SECRET_KEY ?? keyOf(dataDir),
    wecomWsUrl: values.WECOM_WS_URL,
    publicUrl: values.PUBLIC_URL,
    logLevel: values.LOG_LEVEL,
    demo: values.DEMO,
    roles: roles.length > 0 ? roles : everything,
  })
}

/** The key of an installation that was given none: made once, readable by its owner only. */
function keyOf(dataDir: string): string {
  const file = join(dataDir, 'secret.key')
  if (!existsSync(file)) {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 })
    writeFileSync(file, `${randomBytes(32).toString('base64url')}\n`, { mode: 0o600, flag: 'wx' })
  }
  return readFileSync(file, 'utf8').trim()
}

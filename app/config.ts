// Environment → one frozen object; the only reader of process.env. docs/configuration.md is generated from the schema.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { randomBytes } from 'node:crypto'
import { join, resolve } from 'node:path'
import { z } from 'zod'
import { AppError } from '../core/errors.js'

export const roleNames = ['api', 'bot', 'worker', 'scheduler', 'sandbox'] as const
export type ProcessRole = (typeof roleNames)[number]

const MIN_KEY = 16
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
    .min(MIN_KEY)
    .optional()
    .describe('encrypts stored credentials; made and kept in DATA_DIR when everything runs in one process'),
  WECOM_API_BASE: WebUrl.optional().describe(
    'base of the WeCom HTTP API, https://qyapi.weixin.qq.com in production; default is the sandbox of this process',
  ),
  WECOM_WS_URL: SocketUrl.optional().describe(
    'long connection of robots, wss://openws.work.weixin.qq.com in production; default is the sandbox of this process',
  ),
  WECOM_CORP_ID: z
    .string()
    .optional()
    .describe('corp of the self-built application that writes to single people (escalation); with WECOM_AGENT_ID and WECOM_SECRET'),
  WECOM_AGENT_ID: z.coerce.number().int().positive().optional().describe('agent id of that application'),
  WECOM_SECRET: z.string().optional().describe('secret of that application'),
  WECOM_CALLBACK_TOKEN: z.string().optional().describe('token of its callbacks at /wecom/callback/app'),
  WECOM_CALLBACK_AES_KEY: z
    .string()
    .regex(/^[0-9A-Za-z]{43}$/)
    .optional()
    .describe('EncodingAESKey of its callbacks, 43 characters'),
  SMTP_URL: z
    .url({ protocol: /^smtps?$/ })
    .optional()
    .describe('smtp(s)://user:password@host:port, the second road when WeCom is down; with MAIL_FROM'),
  MAIL_FROM: z.string().optional().describe('sender of mails, e.g. 管家 <butler@example.com>'),
  DKIM_DOMAIN: z.string().min(1).max(253).optional().describe('signs mails for this domain; with DKIM_SELECTOR and DKIM_PRIVATE_KEY'),
  DKIM_SELECTOR: z.string().min(1).max(63).optional().describe('name of the key in the DNS of DKIM_DOMAIN'),
  DKIM_PRIVATE_KEY: z.string().min(1).optional().describe('PEM; best given as DKIM_PRIVATE_KEY_FILE'),
  HOOK_URL: WebUrl.optional().describe('gateway for short messages or calls, called for the gravest when WeCom is down; with HOOK_SECRET'),
  HOOK_SECRET: z.string().min(16).optional().describe('signs what is posted to HOOK_URL (HMAC-SHA256)'),
  ROBOT_PER_MINUTE: z.coerce
    .number()
    .int()
    .min(1)
    .max(1_000_000)
    .optional()
    .describe('messages of a robot in one conversation and minute; default is what WeCom documents (30 a minute, 1,000 an hour)'),
  REACH_SECONDS: z.coerce
    .number()
    .int()
    .min(0)
    .max(3600)
    .default(180)
    .describe('each group is looked at so often without speaking in it, to find dead ones; 0: never'),
  PUBLIC_URL: WebUrl.optional().describe('address people reach this service by; without it no signed links are made'),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info').describe('lines below it are not written'),
  DEMO: z.stringbool().default(false).describe('1: demo tenants and a replayed attack; npm start sets it'),
})

export interface WecomApp {
  readonly corpId: string
  readonly agentId: number
  readonly secret: string
  /** Absent: nothing is heard from it. */
  readonly callback: { readonly token: string; readonly aesKey: string } | undefined
}

export interface Config {
  readonly host: string
  readonly port: number
  readonly dataDir: string
  readonly databaseUrl: string
  readonly redisUrl: string | undefined
  readonly syslogPort: number
  readonly secretKey: string
  readonly wecomWsUrl: string | undefined
  /** Undefined: the sandbox of this process. */
  readonly wecomApiBase: string | undefined
  /** The self-built application, when it is configured. */
  readonly wecomApp: WecomApp | undefined
  readonly publicUrl: string | undefined
  readonly smtpUrl: string | undefined
  readonly mailFrom: string | undefined
  /** Signature of mails. */
  readonly dkim: { readonly domain: string; readonly selector: string; readonly privateKey: string } | undefined
  readonly hook: { readonly url: string; readonly secret: string } | undefined
  /** Instead of WeCom's documented limits. */
  readonly robotPerMinute: number | undefined
  /** Seconds between two silent looks at a group; 0: none. */
  readonly reachSeconds: number
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
  // Looked at as they were given, so that one faulty variable does not hide what else is wrong.
  const { DATABASE_URL, REDIS_URL, SECRET_KEY, WECOM_WS_URL, DEMO } = given
  if (z.stringbool().safeParse(DEMO).data && WECOM_WS_URL)
    problems.push('DEMO: made-up customers must not meet the real WeCom; unset DEMO or WECOM_WS_URL')
  const application = [given['WECOM_CORP_ID'], given['WECOM_AGENT_ID'], given['WECOM_SECRET']]
  if (application.some(Boolean) && !application.every(Boolean))
    problems.push('WECOM_CORP_ID, WECOM_AGENT_ID, WECOM_SECRET: all three are needed, or none')
  if (Boolean(given['SMTP_URL']) !== Boolean(given['MAIL_FROM'])) problems.push('SMTP_URL, MAIL_FROM: both are needed, or none')
  const dkim = ['DKIM_DOMAIN', 'DKIM_SELECTOR', 'DKIM_PRIVATE_KEY'].filter(name => given[name])
  if (dkim.length % 3 !== 0) problems.push('DKIM_DOMAIN, DKIM_SELECTOR, DKIM_PRIVATE_KEY: all are needed, or none')
  if (Boolean(given['HOOK_URL']) !== Boolean(given['HOOK_SECRET'])) problems.push('HOOK_URL, HOOK_SECRET: both are needed, or none')
  if (split) {
    if (!DATABASE_URL || DATABASE_URL.startsWith('sqlite:')) problems.push('DATABASE_URL: with --role a mysql:// database is needed')
    if (!REDIS_URL) problems.push('REDIS_URL: with --role Redis is needed')
    if (!SECRET_KEY) problems.push('SECRET_KEY: with --role it must be given, the same for every process')
    if (roles.includes('bot') && !roles.includes('sandbox') && !WECOM_WS_URL)
      problems.push('WECOM_WS_URL: the role bot needs it unless the role sandbox runs in the same process')
  }
  const values = parsed.data
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
    wecomApiBase: values.WECOM_API_BASE,
    wecomApp: appOf(values),
    publicUrl: values.PUBLIC_URL,
    smtpUrl: values.SMTP_URL,
    mailFrom: values.MAIL_FROM,
    dkim:
      values.DKIM_DOMAIN && values.DKIM_SELECTOR && values.DKIM_PRIVATE_KEY
        ? { domain: values.DKIM_DOMAIN, selector: values.DKIM_SELECTOR, privateKey: values.DKIM_PRIVATE_KEY }
        : undefined,
    hook: values.HOOK_URL && values.HOOK_SECRET ? { url: values.HOOK_URL, secret: values.HOOK_SECRET } : undefined,
    robotPerMinute: values.ROBOT_PER_MINUTE,
    reachSeconds: values.REACH_SECONDS,
    logLevel: values.LOG_LEVEL,
    demo: values.DEMO,
    roles: roles.length > 0 ? roles : everything,
  })
}

function appOf(values: z.output<typeof Environment>): WecomApp | undefined {
  const { WECOM_CORP_ID, WECOM_AGENT_ID, WECOM_SECRET, WECOM_CALLBACK_TOKEN, WECOM_CALLBACK_AES_KEY } = values
  if (!WECOM_CORP_ID || !WECOM_AGENT_ID || !WECOM_SECRET) return undefined
  const callback =
    WECOM_CALLBACK_TOKEN && WECOM_CALLBACK_AES_KEY ? { token: WECOM_CALLBACK_TOKEN, aesKey: WECOM_CALLBACK_AES_KEY } : undefined
  return { corpId: WECOM_CORP_ID, agentId: WECOM_AGENT_ID, secret: WECOM_SECRET, callback }
}

/** The key of an installation that was given none: made once, readable by its owner only. */
function keyOf(dataDir: string): string {
  const file = join(dataDir, 'secret.key')
  if (!existsSync(file)) {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 })
    try {
      writeFileSync(file, `${randomBytes(32).toString('base64url')}\n`, { mode: 0o600, flag: 'wx' })
    } catch (error) {
      // Another process of the installation was first; its key counts.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
  }
  const key = readFileSync(file, 'utf8').trim()
  if (key.length < MIN_KEY)
    throw new AppError('CONFIGURATION_INVALID', {
      problems: `SECRET_KEY: ${file} holds no key; restore it from a copy, or give SECRET_KEY`,
    })
  return key
}

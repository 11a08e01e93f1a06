// The environment: defaults, values from files, every fault at once, what each role needs, and what must never meet.
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { isAppError } from '../core/errors.js'
import { Environment, readConfig, type ProcessRole } from './config.js'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'guanjia-config-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const KEY = 'a key of sixteen characters'
const read = (env: Record<string, string> = {}, roles: readonly ProcessRole[] = []) =>
  readConfig({ DATA_DIR: folder, SECRET_KEY: KEY, ...env }, roles)

function problems(env: Record<string, string>, roles: readonly ProcessRole[] = []): string[] {
  try {
    readConfig({ DATA_DIR: folder, ...env }, roles)
  } catch (error) {
    if (isAppError(error, 'CONFIGURATION_INVALID')) return String(error.facts['problems']).split('; ')
    throw error
  }
  return []
}

const write = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text)
  return join(folder, name)
}

describe('an empty environment', () => {
  it('is enough: everything in one process, on SQLite, without Redis, with the sandbox', () => {
    const config = readConfig({ DATA_DIR: folder })

    expect(config).toMatchObject({
      host: '127.0.0.1',
      port: 8080,
      dataDir: folder,
      databaseUrl: `sqlite:${join(folder, 'guanjia.db')}`,
      redisUrl: undefined,
      syslogPort: 5514,
      wecomWsUrl: undefined,
      logLevel: 'info',
      demo: false,
      roles: ['api', 'bot', 'worker', 'scheduler', 'sandbox'],
    })
    expect(Object.isFrozen(config)).toBe(true)
  })

  it('gets a key of its own, kept for its owner only', () => {
    const first = readConfig({ DATA_DIR: join(folder, 'new') }).secretKey
    const file = join(folder, 'new', 'secret.key')

    expect(first).toMatch(/^[\w-]{43}$/)
    expect(readConfig({ DATA_DIR: join(folder, 'new') }).secretKey).toBe(first)
    expect(readFileSync(file, 'utf8')).toBe(`${first}\n`)
    expect(statSync(file).mode & 0o777).toBe(0o600)
  })

  it('does not start on a key file that lost its key', () => {
    write('secret.key', '\n')

    expect(problems({}).join()).toMatch(/^SECRET_KEY: .*secret\.key holds no key/)
  })

  it('takes an empty variable for an absent one', () => {
    expect(read({ PORT: '', REDIS_URL: '', DEMO: '' })).toMatchObject({ port: 8080, redisUrl: undefined, demo: false })
  })
})

describe('a value from a file', () => {
  it('is read for every variable, without the line end', () => {
    const env = { PORT_FILE: write('port', '9090\n'), SECRET_KEY_FILE: write('key', `${KEY}\n`), DEMO_FILE: write('demo', 'true') }

    expect(readConfig({ DATA_DIR: folder, ...env })).toMatchObject({ port: 9090, secretKey: KEY, demo: true })
  })

  it('gives way to the variable itself', () => {
    expect(read({ PORT: '1234', PORT_FILE: write('port', '9090') }).port).toBe(1234)
  })

  it('that cannot be read is a fault that names the variable', () => {
    expect(problems({ SECRET_KEY_FILE: join(folder, 'absent') })).toEqual([`SECRET_KEY_FILE: ${join(folder, 'absent')} cannot be read`])
  })
})

describe('a faulty environment', () => {
  it('names every fault at once', () => {
    const found = problems(
      {
        PORT: 'eighty',
        SYSLOG_PORT: '70000',
        DATABASE_URL: 'postgres://x',
        LOG_LEVEL: 'loud',
        SECRET_KEY: 'short',
        PUBLIC_URL: 'ftp://x',
        DEMO: 'maybe',
      },
      ['bot'],
    )

    for (const name of [
      'PORT',
      'SYSLOG_PORT',
      'DATABASE_URL',
      'LOG_LEVEL',
      'SECRET_KEY',
      'PUBLIC_URL',
      'DEMO',
      'REDIS_URL',
      'WECOM_WS_URL',
    ])
      expect(
        found.some(problem => problem.startsWith(`${name}:`)),
        name,
      ).toBe(true)
  })

  it.each([
    ['PORT', '-1'],
    ['PORT', '80.5'],
    ['HOST_FILE', '/nowhere/at/all'],
    ['REDIS_URL', 'http://127.0.0.1'],
    ['WECOM_WS_URL', 'http://127.0.0.1'],
    ['WECOM_API_BASE', 'ws://127.0.0.1'],
    ['SECRET_KEY', '0123456789abcde'],
  ])('%s=%s stops the start', (name, value) => {
    expect(problems({ [name]: value })[0]).toMatch(new RegExp(`^${name}: `))
  })

  it('says nothing of a value that may be secret', () => {
    expect(problems({ SECRET_KEY: 'hunter2' }).join()).not.toContain('hunter2')
  })
})

describe('roles of their own processes', () => {
  const shared = {
    DATABASE_URL: 'mysql://u:p@db/guanjia',
    REDIS_URL: 'redis://redis',
    SECRET_KEY: KEY,
    WECOM_WS_URL: 'wss://openws.example',
  }

  it('take what they are told', () => {
    expect(read(shared, ['api', 'bot']).roles).toEqual(['api', 'bot'])
    expect(read({ ...shared, DATABASE_URL: 'mariadb://db/x' }, ['worker']).databaseUrl).toBe('mariadb://db/x')
  })

  it('need a database, a Redis and a key that others share', () => {
    expect(problems({}, ['worker']).map(problem => problem.split(':')[0])).toEqual(['DATABASE_URL', 'REDIS_URL', 'SECRET_KEY'])
    expect(problems({ ...shared, DATABASE_URL: 'sqlite:/tmp/x.db' }, ['worker'])).toHaveLength(1)
  })

  it('the bot needs WeCom, or the sandbox beside it', () => {
    const { WECOM_WS_URL: _, ...without } = shared

    expect(problems(without, ['bot'])[0]).toMatch(/^WECOM_WS_URL:/)
    expect(problems(without, ['bot', 'sandbox'])).toEqual([])
  })

  it('a sandbox alone shares nothing', () => {
    expect(problems({}, ['sandbox'])).toEqual([])
  })

  it('with the real WeCom there is no sandbox unless it is asked for', () => {
    expect(read({ WECOM_WS_URL: 'wss://openws.example' }).roles).not.toContain('sandbox')
  })
})

describe('the demo', () => {
  it.each(['1', 'true', 'on', 'yes'])('%s turns it on', DEMO => {
    expect(read({ DEMO }).demo).toBe(true)
  })

  it('never meets the real WeCom', () => {
    expect(problems({ DEMO: '1', WECOM_WS_URL: 'wss://openws.work.weixin.qq.com' })[0]).toBe(
      'DEMO: made-up customers must not meet the real WeCom',
    )
    expect(problems({ DEMO: '0', WECOM_WS_URL: 'wss://openws.work.weixin.qq.com' })).toEqual([])
  })
})

it('every variable says what it is for', () => {
  for (const [name, schema] of Object.entries(Environment.shape)) expect(schema.description, name).toMatch(/\S/)
})

// What a stranger gets to see before any code runs: image, compose file, lock file, and the pages that lead to them.
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { Environment, readConfig, roleNames, type ProcessRole } from '../app/config.js'

const root = join(import.meta.dirname, '..')
const read = (path: string): string => readFileSync(join(root, path), 'utf8')
const version = (JSON.parse(read('package.json')) as { version: string }).version

/** Put together here, so that this file does not name them. */
const registries = [
  ['registry', 'npmjs'],
  ['registry', 'yarnpkg'],
  ['docker', 'io'],
  ['ghcr', 'io'],
  ['gcr', 'io'],
  ['quay', 'io'],
  ['npmmirror', 'com'],
  ['npm', 'taobao'],
].map(parts => parts.join('.'))
const machinePath = new RegExp(String.raw`(?<![\w./-])/(?:${['work', 'root', 'home/[a-z]+'].join('|')})/`)

/** Files that are, or would be, under version control. */
function ourFiles(): string[] {
  if (existsSync(join(root, '.git'))) {
    const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
      cwd: root,
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024,
    })
    return listed.split('\0').filter(file => file !== '' && existsSync(join(root, file)))
  }
  const made = ['node_modules', 'dist', 'data', 'coverage']
  const folders = readdirSync(root, { withFileTypes: true }).filter(entry => !made.includes(entry.name))
  return folders.flatMap(entry => {
    if (!entry.isDirectory()) return [entry.name]
    const inside = readdirSync(join(root, entry.name), { recursive: true, withFileTypes: true }).filter(item => item.isFile())
    return inside.map(item => join(item.parentPath, item.name).slice(root.length + 1))
  })
}

interface Service {
  readonly image?: string
  readonly command?: readonly string[]
  readonly restart?: string
  readonly healthcheck?: { readonly test?: unknown; readonly disable?: boolean }
  readonly environment?: Readonly<Record<string, string>>
  readonly secrets?: readonly string[]
  readonly volumes?: readonly string[]
  readonly networks?: readonly string[]
  readonly ports?: readonly string[]
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>
}

interface Compose {
  readonly services: Readonly<Record<string, Service>>
  readonly volumes: Readonly<Record<string, unknown>>
  readonly networks: Readonly<Record<string, unknown>>
  readonly secrets: Readonly<Record<string, { readonly file?: string }>>
}

const compose = parse(read('docker-compose.yml'), { merge: true }) as Compose
const services = Object.entries(compose.services)
const ours = services.filter(([, service]) => service.image?.startsWith('guanjia:'))
const rolesOf = ({ command = [] }: Service) => command.filter((_, index) => command[index - 1] === '--role')
/** `${NAME:-default}` as it is when nothing is set. */
const byDefault = (text: string) => text.replaceAll(/\$\{\w+:-([^}]*)\}/g, '$1')

describe('the compose file', () => {
  it.each(services)('%s is watched, or runs once before the others', (name, service) => {
    if (service.restart === 'no') {
      const waiting = services.filter(([, other]) => other.depends_on?.[name]?.condition === 'service_completed_successfully')
      expect(waiting.length).toBeGreaterThan(0)
    } else {
      expect(service.healthcheck?.test).toBeDefined()
      expect(service.restart).toBe('unless-stopped')
    }
  })

  it.each(services)('%s runs an image pinned by a tag, from no named registry', (_, service) => {
    expect(service.image).toMatch(/^[a-z0-9-]+:\d[\w.-]*$/)
  })

  it('our own image bears the version of the package', () => {
    expect(new Set(ours.map(([, service]) => service.image))).toEqual(new Set([`guanjia:${version}`]))
  })

  it.each(services)('%s uses only volumes, networks and secrets that are declared', (_, service) => {
    const volumes = (service.volumes ?? []).map(volume => volume.split(':')[0] ?? '')

    expect(Object.keys(compose.volumes)).toEqual(expect.arrayContaining(volumes))
    expect(Object.keys(compose.networks)).toEqual(expect.arrayContaining([...(service.networks ?? [])]))
    expect(Object.keys(compose.secrets)).toEqual(expect.arrayContaining([...(service.secrets ?? [])]))
  })

  it('every secret comes from a file', () => {
    for (const [name, { file }] of Object.entries(compose.secrets)) expect(file).toBe(`./secrets/${name}`)
    const secret = /PASSWORD|SECRET|_KEY|TOKEN|DATABASE_URL|CREDENTIAL/
    const settings = services.flatMap(([, service]) =>
      Object.entries(service.environment ?? {}).map(([name, value]) => ({ name, value, service })),
    )
    const secrets = settings.filter(({ name }) => secret.test(name))
    expect(secrets.length).toBeGreaterThan(0)
    for (const { name, value, service } of secrets) {
      expect(name).toMatch(/_FILE$/)
      expect((service.secrets ?? []).map(item => `/run/secrets/${item}`)).toContain(value)
    }
    for (const { value } of settings) expect(value).not.toMatch(/\/\/[^/\s]+:[^/\s]+@/)
  })

  it('starts every role but the sandbox, and no role that there is not', () => {
    const started = services.flatMap(([, service]) => rolesOf(service))

    expect([...started].sort()).toEqual(roleNames.filter(role => role !== 'sandbox').sort())
  })

  it.each(ours)('%s calls a verb that there is, with settings the product takes', (_, service) => {
    const [verb = ''] = service.command ?? []
    const settings = Object.entries(service.environment ?? {}).map(([name, value]) => {
      if (!name.endsWith('_FILE')) return [name, byDefault(value)] as const
      const plain = name.slice(0, -'_FILE'.length)
      return [plain, plain === 'DATABASE_URL' ? 'mysql://guanjia:word@mysql:3306/guanjia' : 'a key for tests only 0123456789'] as const
    })
    const config = readConfig({ ...Object.fromEntries(settings), DATA_DIR: '/data' }, rolesOf(service) as ProcessRole[])

    expect(existsSync(join(root, 'app', 'cli', `${verb}.ts`))).toBe(true)
    expect(Object.keys(Environment.shape)).toEqual(expect.arrayContaining(settings.map(([name]) => name)))
    expect(config.wecomWsUrl).toMatch(/^wss:/)
    expect(config.demo).toBe(false)
    expect(config.roles).not.toContain('sandbox')
  })

  it('workers read the archive the intake wrote: all processes share the data folder of the image', () => {
    const folder = /DATA_DIR=(\S+)/.exec(read('Dockerfile'))?.[1]

    for (const [, service] of ours) expect(service.volumes).toContain(`data:${folder}`)
  })

  it('opens ports on loopback only, unless told otherwise', () => {
    const ports = services.flatMap(([, service]) => service.ports ?? []).map(byDefault)

    expect(ports).toEqual(['127.0.0.1:8080:8080', '127.0.0.1:5514:5514/tcp', '127.0.0.1:5514:5514/udp'])
  })
})

describe('the image', () => {
  const lines = read('Dockerfile')
    .replaceAll(/\\\n\s*/g, '')
    .split('\n')
  const last = lines.slice(lines.findLastIndex(line => line.startsWith('FROM ')))

  it('is built from tagged images of no named registry', () => {
    const bases = lines.filter(line => line.startsWith('FROM ')).map(line => line.split(' ')[1])

    expect(bases.length).toBeGreaterThan(1)
    for (const base of bases) expect(base).toMatch(/^[a-z0-9-]+:\d[\w.-]*$/)
  })

  it('runs as a user without rights, is watched, and keeps its data in a volume', () => {
    expect(last.findLast(line => line.startsWith('USER '))).toBe('USER node')
    expect(last.find(line => line.startsWith('HEALTHCHECK '))).toContain('/healthz')
    expect(last).toContain('VOLUME /data')
    expect(last).toContain('EXPOSE 8080 5514/tcp 5514/udp')
  })

  it('holds no packages of development', () => {
    const packages = lines.slice(lines.findIndex(line => line.endsWith(' AS packages')))

    expect(packages).toContain('RUN npm ci --omit=dev')
    expect(last.filter(line => line.includes('node_modules'))).toEqual(['COPY --from=packages /packages/node_modules node_modules'])
  })

  it('copies only what exists and what reaches the builder', () => {
    const allowed = read('.dockerignore')
      .split('\n')
      .filter(line => line.startsWith('!'))
      .map(line => line.slice(1))
    const copied = lines.filter(line => line.startsWith('COPY ') && !line.includes('--from=')).flatMap(line => line.split(' ').slice(1, -1))

    expect(copied.length).toBeGreaterThan(0)
    for (const path of copied) {
      expect(existsSync(join(root, path)), path).toBe(true)
      expect(allowed, path).toContain(path.split('/')[0])
    }
  })
})

describe('the repository', () => {
  const files = ourFiles()
  const pages = files.filter(file => file.endsWith('.md') && (!file.includes('/') || file.startsWith('docs/')))

  it('README names the two commands, each by itself', () => {
    for (const page of ['README.md', 'README.zh-CN.md']) {
      expect(read(page)).toMatch(/^npm start(?: +#.*)?$/m)
      expect(read(page)).toMatch(/^npm test(?: +#.*)?$/m)
    }
  })

  it('the lock file binds nobody to one registry', () => {
    expect(read('package-lock.json')).not.toContain('"resolved"')
  })

  it('every page leads to files that exist', () => {
    const broken = pages.flatMap(page => {
      const text = read(page).replaceAll(/^ *```[\s\S]*?^ *```/gm, '')
      const links = [...text.matchAll(/\]\(([^)\s]+)\)|\bsrc="([^"]+)"/g)].map(match => match[1] ?? match[2] ?? '')
      return links
        .filter(link => !/^(?:[a-z]+:|#)/.test(link))
        .filter(link => !existsSync(join(root, dirname(page), link.split('#')[0] ?? '')))
        .map(link => `${page}: ${link}`)
    })

    expect(pages).toEqual(
      expect.arrayContaining(['README.md', 'README.zh-CN.md', 'CONTRIBUTING.md', 'SECURITY.md', 'docs/architecture.md']),
    )
    expect(broken).toEqual([])
  })

  it('no file names a registry or a path of somebody’s machine', () => {
    // Recorded lines and rules of others speak of hosts that are not ours.
    const own = files.filter(file => !/^content\/|(?:^|\/)fixtures\//.test(file))
    const found = own.filter(file => {
      const text = read(file)
      return machinePath.test(text) || registries.some(host => text.includes(host))
    })

    expect(found).toEqual([])
  })
})

// Makes sure that the servers and tools the tests run against are on this machine; `npm test` calls it through bootstrap.mjs.
// Missing ones are installed through apt-get where that is there and permitted; otherwise it says what to install and fails.
import { spawnSync } from 'node:child_process'
import { accessSync, constants, existsSync, rmSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runChild } from './run-child.mjs'

export const NEEDED = [
  { what: 'mariadbd', debianPackage: 'mariadb-server' },
  { what: 'redis-server', debianPackage: 'redis-server' },
  { what: 'nft', debianPackage: 'nftables' },
  { what: 'iptables', debianPackage: 'iptables' },
  { what: 'ipset', debianPackage: 'ipset' },
  { what: 'snmpd', debianPackage: 'snmpd' },
  { what: 'ip', debianPackage: 'iproute2' },
  { what: 'sshd', debianPackage: 'openssh-server' },
  { what: 'ssh-keygen', debianPackage: 'openssh-client' },
  { what: 'chromium', debianPackage: 'chromium' },
  { what: 'prometheus-alertmanager', debianPackage: 'prometheus-alertmanager' },
  { what: 'a Chinese font', debianPackage: 'fonts-noto-cjk', found: hasChineseFont },
]

/** Debian keeps servers where the PATH of an ordinary user does not look. */
const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/local/sbin', '/usr/sbin', '/sbin'].filter(Boolean)

function isProgram(name) {
  return folders.some(folder => {
    try {
      accessSync(join(folder, name), constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}

function hasChineseFont() {
  if (existsSync('/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc')) return true
  const listed = spawnSync('fc-list', [':lang=zh-cn', 'family'], { encoding: 'utf8' })
  return listed.status === 0 && listed.stdout.trim() !== ''
}

export function missing(needed = NEEDED) {
  return needed.filter(({ what, found }) => !(found ? found() : isProgram(what)))
}

const POLICY = '/usr/sbin/policy-rc.d'

/** While it runs, Debian's packages do not start their services: the tests start their own. A policy that is there already stays untouched. */
export async function withoutServices(work, policy = POLICY) {
  if (existsSync(policy)) return work()
  const restore = () => rmSync(policy, { force: true })
  writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755, flag: 'wx' })
  process.once('exit', restore)
  try {
    return await work()
  } finally {
    restore()
    process.off('exit', restore)
  }
}

async function install(packages) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const options = { env, stdio: ['ignore', process.stderr, process.stderr] }
  const apt = (...args) => runChild('apt-get', args, options)
  return withoutServices(async () => {
    // A stale or missing package list is the usual reason for a first failure, and an update may fail for one source of many.
    await apt('update', '-q')
    return apt('install', '-y', '-q', '--no-install-recommends', ...packages)
  })
}

/** Resolves true when everything is there; otherwise prints what to do. */
export async function ensureMachine() {
  const wanted = missing()
  if (wanted.length === 0) return true
  const packages = [...new Set(wanted.map(({ debianPackage }) => debianPackage))]
  const names = wanted.map(({ what }) => what).join(', ')
  const permitted = process.getuid?.() === 0 && isProgram('apt-get')
  if (permitted) {
    process.stderr.write(`The tests need ${names}: installing ${packages.join(' ')}\n`)
    const code = await install(packages)
    if (code === 0 && missing().length === 0) return true
    process.stderr.write(`apt-get could not install everything (exit code ${code}).\n`)
  }
  const still = missing()
  process.stderr.write(
    `The tests need ${still.map(({ what }) => what).join(', ')}. Install them and run npm test again, on Debian or Ubuntu:\n` +
      `  sudo apt-get install ${[...new Set(still.map(({ debianPackage }) => debianPackage))].join(' ')}\n`,
  )
  return false
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = (await ensureMachine()) ? 0 : 1

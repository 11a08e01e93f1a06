// Tells whether node_modules is what package-lock.json says, by a stamp left after the last install. Used by bootstrap.mjs.
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const stampOf = root => join(root, 'node_modules', '.bootstrap-stamp')

function wanted(root) {
  return createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex')
}

/** Somebody may have run `npm ci` by hand: npm's own note of what it has put there then agrees with the lock file. */
function installedByHand(root) {
  const note = join(root, 'node_modules', '.package-lock.json')
  if (!existsSync(note)) return false
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages
  const there = JSON.parse(readFileSync(note, 'utf8')).packages
  return Object.entries(lock).every(([path, entry]) => {
    if (path === '' || entry.link) return true
    // An optional package of another platform is rightly absent.
    return there[path] ? there[path].version === entry.version : entry.optional === true
  })
}

export function needsInstall(root) {
  const stamp = stampOf(root)
  if (existsSync(stamp) && readFileSync(stamp, 'utf8').trim() === wanted(root)) return false
  return !installedByHand(root)
}

export function markInstalled(root) {
  writeFileSync(stampOf(root), `${wanted(root)}\n`)
}

// Order of RPM versions (rpmvercmp of rpm 4.15 and later): epoch:version-release, `~` before the end, `^` after it.
import { compareDigits } from './debian.js'

export function compareRpm(a: string, b: string): number {
  const left = parts(a)
  const right = parts(b)
  return (
    left.epoch - right.epoch ||
    segments(left.version, right.version) ||
    // A version without release stands for all of its releases.
    (left.release === '' || right.release === '' ? 0 : segments(left.release, right.release))
  )
}

function parts(version: string): { epoch: number; version: string; release: string } {
  const text = version.trim().slice(0, 200)
  const found = /^(?:(\d+):)?([^-]*)(?:-(.*))?$/.exec(text)
  return { epoch: Number(found?.[1] ?? 0), version: found?.[2] ?? text, release: found?.[3] ?? '' }
}

export function segments(a: string, b: string): number {
  let one = a
  let two = b
  for (;;) {
    one = one.replace(/^[^a-zA-Z0-9~^]+/, '')
    two = two.replace(/^[^a-zA-Z0-9~^]+/, '')
    if (one.startsWith('~') || two.startsWith('~')) {
      if (!one.startsWith('~')) return 1
      if (!two.startsWith('~')) return -1
      one = one.slice(1)
      two = two.slice(1)
      continue
    }
    if (one.startsWith('^') || two.startsWith('^')) {
      if (one === '') return -1
      if (two === '') return 1
      if (!one.startsWith('^')) return 1
      if (!two.startsWith('^')) return -1
      one = one.slice(1)
      two = two.slice(1)
      continue
    }
    if (one === '' || two === '') return one === two ? 0 : one === '' ? -1 : 1
    const numeric = /^\d/.test(one)
    const left = (numeric ? /^\d+/ : /^[a-zA-Z]+/).exec(one)?.[0] ?? ''
    const right = (numeric ? /^\d+/ : /^[a-zA-Z]+/).exec(two)?.[0] ?? ''
    // Numbers are newer than letters.
    if (right === '') return numeric ? 1 : -1
    const difference = numeric ? compareDigits(left, right) : left < right ? -1 : left > right ? 1 : 0
    if (difference !== 0) return difference
    one = one.slice(left.length)
    two = two.slice(right.length)
  }
}

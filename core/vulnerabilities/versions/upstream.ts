// Order of versions as upstream projects write them (scanners.md 4): numbers, pre-releases before the release, patches and letters after it.
import { compareDigits } from './debian.js'

/** Words before the release, in their order; everything known after it; other letters (OpenSSL 1.0.2k) after the bare number. */
const before = ['dev', 'snapshot', 'nightly', 'alpha', 'a', 'milestone', 'm', 'preview', 'pre', 'beta', 'b', 'cr', 'rc', 'c']
const after = ['p', 'pl', 'patch', 'sp', 'u', 'update', 'r', 'rev', 'hotfix', 'build', 'final', 'ga', 'release']
const same: Readonly<Record<string, string>> = {
  a: 'alpha',
  b: 'beta',
  m: 'milestone',
  pre: 'preview',
  cr: 'rc',
  c: 'rc',
  pl: 'p',
  patch: 'p',
  update: 'u',
  rev: 'r',
}

interface Token {
  /** Below 0: before the release; 0: number; above: after it. */
  readonly rank: number
  readonly text: string
}

const END: Token = { rank: 0, text: '0' }

function tokens(version: string): Token[] {
  const text = version
    .trim()
    .toLowerCase()
    .slice(0, 200)
    .replace(/^v(?=\d)/, '')
    .replace(/\+.*$/, '')
  const runs = text.match(/\d+|[a-z]+|~/g) ?? []
  return runs.map((run, index): Token => {
    if (/^\d/.test(run)) return { rank: 0, text: run }
    if (run === '~') return { rank: -100, text: run }
    // A single letter right behind a number and at the end is a patch letter (1.0.2a), unless a number follows (2.0a1).
    const letterPatch =
      run.length <= 2 &&
      !/^\d/.test(runs[index + 1] ?? '') &&
      index > 0 &&
      new RegExp(`\\d${run}(?![a-z0-9])`).test(text) &&
      !['rc', 'pl', 'sp'].includes(run)
    const word = same[run] ?? run
    const early = letterPatch ? -1 : before.indexOf(word)
    if (early !== -1) return { rank: early - before.length, text: word }
    if (word === 'final' || word === 'ga' || word === 'release') return END
    return { rank: after.includes(word) && !letterPatch ? 2 : 1, text: word }
  })
}

export function compareUpstream(a: string, b: string): number {
  const left = tokens(a)
  const right = tokens(b)
  for (let index = 0; index < Math.max(left.length, right.length); index++) {
    const one = left[index] ?? END
    const two = right[index] ?? END
    if (one.rank !== two.rank) return one.rank - two.rank
    // Letters: longer is later (1.0.2z < 1.0.2za), as long as they are patch letters.
    const difference =
      one.rank === 0
        ? compareDigits(one.text, two.text)
        : one.rank === 1
          ? letters(one.text, two.text)
          : one.text < two.text
            ? -1
            : one.text > two.text
              ? 1
              : 0
    if (difference !== 0) return difference
  }
  return 0
}

/** OpenSSL: a … z, za, zb …: the first difference decides, a longer one follows. */
function letters(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1
}

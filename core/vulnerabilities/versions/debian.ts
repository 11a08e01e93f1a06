// Order of Debian package versions (deb-version(7)): epoch:upstream-revision, `~` before everything, letters before other signs.
export function compareDebian(a: string, b: string): number {
  const left = parts(a)
  const right = parts(b)
  return left.epoch - right.epoch || compareRuns(left.upstream, right.upstream) || compareRuns(left.revision, right.revision)
}

function parts(version: string): { epoch: number; upstream: string; revision: string } {
  const text = version.trim().slice(0, 200)
  const colon = text.indexOf(':')
  const epoch = colon > 0 && /^\d+$/.test(text.slice(0, colon)) ? Number(text.slice(0, colon)) : 0
  const rest = colon > 0 && /^\d+$/.test(text.slice(0, colon)) ? text.slice(colon + 1) : text
  const dash = rest.lastIndexOf('-')
  // An absent revision is as good as 0.
  return dash === -1 ? { epoch, upstream: rest, revision: '0' } : { epoch, upstream: rest.slice(0, dash), revision: rest.slice(dash + 1) }
}

function weight(c: string | undefined): number {
  if (c === undefined) return 0
  if (c === '~') return -1
  return /[a-zA-Z]/.test(c) ? c.charCodeAt(0) : c.charCodeAt(0) + 256
}

const isDigit = (c: string | undefined): boolean => c !== undefined && c >= '0' && c <= '9'

/** Turn by turn: signs by weight, then digits as a number. */
function compareRuns(a: string, b: string): number {
  let i = 0
  let j = 0
  while (i < a.length || j < b.length) {
    while ((i < a.length && !isDigit(a[i])) || (j < b.length && !isDigit(b[j]))) {
      const difference = weight(isDigit(a[i]) ? undefined : a[i]) - weight(isDigit(b[j]) ? undefined : b[j])
      if (difference !== 0) return difference
      if (i < a.length && !isDigit(a[i])) i++
      if (j < b.length && !isDigit(b[j])) j++
    }
    const [left, right] = [/^\d*/.exec(a.slice(i))?.[0] ?? '', /^\d*/.exec(b.slice(j))?.[0] ?? '']
    i += left.length
    j += right.length
    const difference = compareDigits(left, right)
    if (difference !== 0) return difference
  }
  return 0
}

/** Numbers of any length. */
export function compareDigits(a: string, b: string): number {
  const left = a.replace(/^0+/, '')
  const right = b.replace(/^0+/, '')
  return left.length - right.length || (left < right ? -1 : left > right ? 1 : 0)
}

// Ranges as nginx's advisories write them: `0.8.40+`, `0.7.52-0.8.39`, `0.9.10`, `1.5.0+, 1.4.1+`, `all`, `none`; used for its vulnerable and fixed lists.
import { compareUpstream } from './upstream.js'

export interface Interval {
  readonly from: string | undefined
  /** Exclusive when `below`, else inclusive. */
  readonly to: string | undefined
  readonly below: boolean
}

/**
 * `1.4.1+` on a stable branch (even second number) ends with the branch: 1.4.1 ≤ v < 1.5.0; on a mainline branch it is open to newer versions,
 * unless it is the only one and its branch was followed by a stable one.
 */
export function nginxIntervals(text: string): Interval[] {
  const clean = text.trim().toLowerCase()
  if (clean === '' || clean === 'none') return []
  if (clean === 'all') return [{ from: undefined, to: undefined, below: false }]
  return clean
    .split(',')
    .map(part => part.trim())
    .filter(part => part !== '')
    .map(part => {
      const plus = /^([\d.]+)\+$/.exec(part)?.[1]
      if (plus !== undefined) {
        const [major = '0', minor = '0'] = plus.split('.')
        const stable = Number(minor) % 2 === 0
        return stable ? { from: plus, to: `${major}.${Number(minor) + 1}.0`, below: true } : { from: plus, to: undefined, below: false }
      }
      const range = /^([\d.]+)\s*-\s*([\d.]+)$/.exec(part)
      return range ? { from: range[1], to: range[2], below: false } : { from: part, to: part, below: false }
    })
    .sort((a, b) => compareUpstream(a.from ?? '0', b.from ?? '0'))
}

/** As `vers:nginx/…`: constraints joined by `|`. */
export function nginxVers(text: string): string {
  const intervals = nginxIntervals(text)
  const constraints = intervals.flatMap(({ from, to, below }) =>
    from === undefined ? ['*'] : from === to ? [from] : to === undefined ? [`>=${from}`] : [`>=${from}`, `${below ? '<' : '<='}${to}`],
  )
  return `vers:nginx/${constraints.join('|')}`
}

export function inNginxRange(version: string, text: string): boolean {
  return nginxIntervals(text).some(({ from, to, below }) => {
    if (from !== undefined && compareUpstream(version, from) < 0) return false
    if (to === undefined) return true
    const order = compareUpstream(version, to)
    return below ? order < 0 : order <= 0
  })
}

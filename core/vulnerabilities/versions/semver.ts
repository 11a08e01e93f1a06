// Semantic Versioning 2.0.0, section 11: pre-release identifiers by number or text, build data ignored.
import { compareDigits } from './debian.js'

export function compareSemver(a: string, b: string): number {
  const [left, leftPre] = parts(a)
  const [right, rightPre] = parts(b)
  for (let index = 0; index < Math.max(left.length, right.length); index++) {
    const difference = compareDigits(left[index] ?? '0', right[index] ?? '0')
    if (difference !== 0) return difference
  }
  if (leftPre.length === 0 || rightPre.length === 0) return rightPre.length - leftPre.length
  for (let index = 0; index < Math.max(leftPre.length, rightPre.length); index++) {
    const one = leftPre[index]
    const two = rightPre[index]
    if (one === undefined || two === undefined) return one === undefined ? -1 : 1
    const numbers = [/^\d+$/.test(one), /^\d+$/.test(two)]
    if (numbers[0] !== numbers[1]) return numbers[0] === true ? -1 : 1
    const difference = numbers[0] === true ? compareDigits(one, two) : one < two ? -1 : one > two ? 1 : 0
    if (difference !== 0) return difference
  }
  return 0
}

function parts(version: string): [string[], string[]] {
  const text = version.trim().slice(0, 200).replace(/^v/i, '').replace(/\+.*$/, '')
  const dash = text.indexOf('-')
  return [(dash === -1 ? text : text.slice(0, dash)).split('.'), dash === -1 ? [] : text.slice(dash + 1).split('.')]
}

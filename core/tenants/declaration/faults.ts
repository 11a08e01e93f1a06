// What is wrong with a declaration file, each fault with its place; all faults of a file become one FILE_INVALID.
import { AppError } from '../../errors.js'

/** Keys and list positions from the top of the file. */
export type Path = readonly (string | number)[]

export interface Fault {
  readonly path: Path
  /** Chinese; says what is allowed and never repeats a secret. */
  readonly problem: string
}

export interface LocatedFault {
  readonly line: number
  readonly problem: string
}

/** A hostile file may have a fault on every line; nobody reads more than these. */
const MAX_SHOWN = 50
const MAX_LOCATED = 500

/** `tenants[0].people[1].role`; an unknown key is anybody's text, so it is cut and cleaned. */
function placeName(path: Path): string {
  const words = path.map(part => (typeof part === 'number' ? part : part.replace(/[\p{Cc}\p{Cf}\p{Cs}]/gu, '?').slice(0, 64)))
  return words.map((part, index) => (typeof part === 'number' ? `[${part}]` : index === 0 ? part : `.${part}`)).join('')
}

export function locate(faults: readonly Fault[], lineOf: (path: Path) => number): LocatedFault[] {
  return faults.slice(0, MAX_LOCATED).map(({ path, problem }) => ({
    line: lineOf(path),
    problem: path.length === 0 ? problem : `${placeName(path)}：${problem}`,
  }))
}

/** @param faults at least one */
export function fileInvalid(file: string, faults: readonly LocatedFault[], cause?: unknown): AppError {
  const sorted = [...faults].sort((a, b) => a.line - b.line)
  const line = sorted[0]?.line ?? 1
  const [only] = sorted
  if (only && sorted.length === 1) return new AppError('FILE_INVALID', { file, line, problem: only.problem }, { cause })
  const shown = sorted.slice(0, MAX_SHOWN).map(fault => `第 ${fault.line} 行 ${fault.problem}`)
  const rest = sorted.length > MAX_SHOWN ? `；其余 ${sorted.length - MAX_SHOWN} 处未列出` : ''
  return new AppError('FILE_INVALID', { file, line, problem: `共 ${sorted.length} 处问题：${shown.join('；')}${rest}` }, { cause })
}

// Understands what ipset and iptables answer: pure, from text to port types or to a catalogue error; called by the driver.
import { AppError } from '../../../core/errors.js'
import type { BlockedAddress } from '../../../core/ports/firewall.js'
import type { Answer } from '../../shared/linux-run.js'
import { canonicalFromDevice, isReference } from '../checked-order.js'
import { CHAIN, chainRules, hooks } from './script.js'

const ENTRY = /^add (guanjia[46]) (\S+)(?: timeout (\d+))?(?:.*? comment "([^"]*)")?/

/** @throws DEVICE_BUSY, DEVICE_UNREACHABLE (no such namespace), DEVICE_MISCONFIGURED (no ipset there), DEVICE_REFUSED */
export function assertDone(device: string, { exitCode, stdout, stderr }: Answer): void {
  if (exitCode === 0) return
  const answer = (stderr || stdout || `exit code ${exitCode ?? 'none'}`).trim().slice(0, 500)
  if (/cannot open network namespace/i.test(stderr)) throw new AppError('DEVICE_UNREACHABLE', { device, answer })
  if (exitCode === 127) throw new AppError('DEVICE_MISCONFIGURED', { device, problem: '设备上没有 ipset 或 iptables' })
  if (/another app is currently holding|resource (?:temporarily unavailable|busy)/i.test(stderr))
    throw new AppError('DEVICE_BUSY', { device, answer })
  throw new AppError('DEVICE_REFUSED', { device, answer })
}

/**
 * The addresses in force, from the output of listProgram. A set counts only while the rules that drop it stand first in the table.
 * @throws DEVICE_REFUSED when the answer cannot be understood
 */
export function parseListing(device: string, text: string): readonly BlockedAddress[] {
  const [before = '', ...parts] = text.split(/^== (?=guanjia[46]$)/m)
  if (before.trim() !== '') throw new AppError('DEVICE_REFUSED', { device, answer: `unreadable: ${before.slice(0, 200)}` })
  return parts.flatMap(part => {
    const [set = '', ...lines] = part.split('\n')
    const [created] = lines
    if (created?.startsWith(`create ${set} hash:ip `) !== true)
      throw new AppError('DEVICE_REFUSED', { device, answer: `unreadable: ${part.slice(0, 200)}` })
    return inForce(set, lines) ? lines.flatMap(entry) : []
  })
}

function inForce(set: string, lines: readonly string[]): boolean {
  const own = lines.filter(line => line.startsWith(`-A ${CHAIN} `))
  const wanted = chainRules(set)
  if (own.length !== wanted.length || !wanted.every((rule, i) => own[i] === rule)) return false
  return hooks.every(hook => lines.find(line => line.startsWith(`-A ${hook} `)) === `-A ${hook} -j ${CHAIN}`)
}

function entry(line: string): BlockedAddress[] {
  const [, , address, timeout, comment] = ENTRY.exec(line) ?? []
  const ip = address === undefined ? undefined : canonicalFromDevice(address)
  if (ip === undefined) return []
  // Zero means without end.
  const remainingSeconds = Number(timeout ?? 0)
  return [{ ip, ...(remainingSeconds > 0 && { remainingSeconds }), ...(isReference(comment) && { reference: comment }) }]
}

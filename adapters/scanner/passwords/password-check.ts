// The built-in password engine: SSH, FTP, Redis and MySQL, one attempt at a time, each granted by the ledger before it is made.
import type { Answer, Decoy, PasswordOrder, ScanEngine, SliceOrder, SliceResult } from '../../../core/ports/scan-engine.js'
import type { FindingDraft } from '../../../core/ports/scan-import.js'
import { builtInState } from '../built-in-state.js'
import { inParallel } from '../in-parallel.js'
import { ftpDecoy } from './ftp-decoy.js'
import { loginAttempts } from './login-attempt.js'
import { checkOf, inOrder, judgeRefusals, weakAccount } from './weak-account.js'

const HOSTS_AT_ONCE = 4
const TITLE = '内置弱口令检查'

export function passwordCheck(): ScanEngine {
  return {
    id: 'password-check',
    title: TITLE,
    stage: 'passwords',
    services: Object.keys(loginAttempts),
    state: () => Promise.resolve(builtInState('password-check', TITLE)),
    look,
    decoy: (): Promise<Decoy> => ftpDecoy(),
  }
}

async function look(order: SliceOrder): Promise<SliceResult> {
  const { passwords, signal } = order
  const answers: Answer[] = []
  const drafts: FindingDraft[] = []
  let probes = 0
  if (!passwords) return { answers, observations: [], drafts, probes, partial: '没有候选口令' }
  // One connection to a host at a time.
  await inParallel(order.targets, HOSTS_AT_ONCE, async ({ address, ports }) => {
    for (const { port, service } of ports)
      for (const account of passwords.accounts.filter(item => item.service === service)) {
        const place = { address, port, protocol: 'tcp' as const, check: checkOf(service, account.login) }
        const { candidates, known, login } = account
        const all = inOrder(candidates, known, passwords.fingerprint)
        const refused: string[] = []
        let found = false
        for (const password of all) {
          if (signal.aborted || !order.permit(address)) break
          const result = await tryOnce(order, passwords, { address, port, service, login, password }).catch(error => {
            if (signal.aborted) return 'unknown' as const
            throw error
          })
          if (result === 'no-leave') break
          probes++
          if (result === 'accepted') {
            const weak = weakAccount(passwords, { address, port, service, login, password })
            answers.push(weak.answer)
            drafts.push(weak.draft)
            found = true
            break
          }
          // A service that does not answer is not asked again: every attempt may count.
          if (result === 'unknown') break
          refused.push(password)
        }
        if (!found) answers.push({ ...place, ...judgeRefusals({ all, refused, known }, passwords.fingerprint) })
      }
  })
  return { answers, observations: [], drafts, probes, partial: signal.aborted ? '按要求停止' : null }
}

interface Try {
  readonly address: string
  readonly port: number
  readonly service: string
  readonly login: string
  readonly password: string
}

async function tryOnce(
  order: SliceOrder,
  passwords: PasswordOrder,
  { password, port, ...target }: Try,
): Promise<'accepted' | 'refused' | 'unknown' | 'no-leave'> {
  const attempt = loginAttempts[target.service]
  if (!attempt) return 'no-leave'
  await order.pacer.take(1, order.signal)
  if ((await passwords.reserve(target, 1)) < 1) return 'no-leave'
  return attempt({ address: target.address, port, signal: order.signal }, target.login, password)
}

// What is kept of a found password: account, place, the rule it breaks, and a fingerprint; the password ends here. Used by all password engines.
import type { Answer, PasswordOrder } from '../../../core/ports/scan-engine.js'
import type { FindingDraft } from '../../../core/ports/scan-import.js'

export interface WeakAccount {
  readonly address: string
  readonly port: number
  readonly service: string
  readonly login: string
  readonly password: string
}

export function checkOf(service: string, login: string): string {
  return `weak-credential:${service}:${login}`.slice(0, 100)
}

export function weakAccount(
  order: Pick<PasswordOrder, 'fingerprint'>,
  found: WeakAccount,
): { readonly answer: Answer; readonly draft: FindingDraft } {
  const { address, port, service, login, password } = found
  const check = checkOf(service, login)
  const why = `${ruleOf(login, password)}；指纹 ${order.fingerprint(password)}`
  const shown = login === '' ? '（无账号）' : login
  return {
    answer: { address, port, protocol: 'tcp', check, outcome: 'found', why },
    draft: {
      kind: 'weak_credential',
      check,
      problem: `${address}|${port}|${check}`,
      title: `${service} 账号 ${shown} 存在弱口令`,
      severity: 'high',
      host: address,
      port,
      protocol: 'tcp',
      instances: [],
      cve: [],
      cwe: [521],
      cvss: { score: null, vector: null },
      evidence: why,
      description: '',
      solution: '立即修改口令：不少于 10 位、四类字符取三、不含账号与单位名称；互联网侧应在 4 小时内完成。',
      references: [],
      toVerify: false,
      declared: 'open',
    },
  }
}

/** Which rule a password breaks, without telling it. */
function ruleOf(login: string, password: string): string {
  const lower = password.toLowerCase()
  const name = login.toLowerCase()
  if (password === '') return '空口令'
  if (name !== '' && lower === name) return '口令与账号相同'
  if (name !== '' && lower === [...name].reverse().join('')) return '口令是账号倒写'
  if (name !== '' && lower.startsWith(name)) return '口令由账号加常见后缀构成'
  return '口令在候选表中'
}

/** What was known first, so that a repair is proven within the few tries there are. */
export function inOrder(
  candidates: readonly string[],
  known: readonly string[],
  fingerprint: (password: string) => string,
): readonly string[] {
  const before = candidates.filter(candidate => known.includes(fingerprint(candidate)))
  return [...before, ...candidates.filter(candidate => !before.includes(candidate))]
}

export interface Tried {
  readonly all: readonly string[]
  readonly refused: readonly string[]
  readonly known: readonly string[]
}

/** “Not found” needs proof: everything was refused, or the very password that was found before was. */
export function judgeRefusals({ all, refused, known }: Tried, fingerprint: (password: string) => string): Pick<Answer, 'outcome' | 'why'> {
  if (refused.length === 0) return { outcome: 'unknown', why: '没有尝试：账号在锁定保护期内，或服务没有应答' }
  if (refused.length >= all.length) return { outcome: 'not_found', why: `${all.length} 个候选全部被拒绝` }
  const prints = new Set(refused.map(fingerprint))
  if (known.length > 0 && known.every(print => prints.has(print))) return { outcome: 'not_found', why: '此前发现的弱口令已被拒绝' }
  return { outcome: 'unknown', why: `锁定保护内只试了 ${refused.length}/${all.length} 个候选` }
}

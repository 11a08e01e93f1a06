// What must hold in the laboratory, checked on what its patrols printed; shared by the campaign `lab` and its short test.
import { LAB_BASE, LATE_HOST, type Lab } from './lab.js'

export interface LabStep {
  readonly kind: string
  readonly state: string
  readonly seconds: number
  readonly seen: readonly { readonly address: string; readonly mac: string | null; readonly services: readonly string[] }[]
  readonly silent: readonly string[]
  readonly found: readonly string[]
  readonly stopMilliseconds?: number
  /** Processes of engines when the stop was said, and after the run. */
  readonly atStop: number
  readonly left: number
  readonly files: readonly string[]
  readonly receipt: { readonly newHosts: readonly string[] } | null
}
export interface LabOutcome {
  readonly results: readonly LabStep[]
  readonly findings: readonly string[]
  readonly leaks: readonly string[]
}

export const labHost = (n: number): string => `${LAB_BASE}.${n}`

export const planted = [
  `${labHost(3)} redis-no-password`,
  `${labHost(5)} tls-weakness`,
  `${labHost(6)} snmp-default-community`,
  `${labHost(7)} ftp-anonymous`,
]
export const plantedAccount = `${labHost(1)} weak-credential:ssh:test`

/** Budget of an account in half an hour (core/patrol/try-ledger.ts). */
const MOST_TRIES = 3

/** The whole story, all engines. */
export function labStory(lab: Lab): { readonly outcome: LabOutcome; readonly faults: readonly string[] } {
  const passwords = { kind: 'weak_password', targets: [labHost(2)] }
  const steps = [
    { kind: 'discovery' },
    { kind: 'vulnerability' },
    { kind: 'weak_password' },
    ...[1, 2].flatMap(() => [
      { ...passwords, engines: ['connect-probe', 'hydra'] },
      { ...passwords, engines: ['connect-probe', 'password-check'] },
    ]),
    { kind: 'weak_password', engines: ['connect-probe', 'hydra'], targets: [labHost(10)], stopAfter: 10 },
    { kind: 'discovery', up: [LATE_HOST], down: [12] },
    { kind: 'discovery' },
    { kind: 'discovery' },
  ]
  const outcome = lab.patrol({ planted: [lab.ssh.password], steps }, 1200) as unknown as LabOutcome
  return { outcome, faults: faultsOf(lab, outcome) }
}

function faultsOf(lab: Lab, { results, leaks }: LabOutcome): string[] {
  const faults: string[] = []
  const must = (holds: boolean, what: string): void => {
    if (!holds) faults.push(what)
  }
  const [first, second, third] = results
  const macs = (first?.seen ?? []).flatMap(host => host.mac ?? [])
  must((first?.seen.length ?? 0) >= 19, `discovery saw ${first?.seen.length}`)
  must(new Set(macs).size === macs.length, 'two machines with one MAC')
  for (const what of planted) must(second?.found.includes(what) === true, `not found: ${what}`)
  must(third?.found.includes(plantedAccount) === true, `not found: ${plantedAccount}`)
  must(lab.printed() === 0, `printers were sent ${lab.printed()} packets`)
  for (const user of ['root', 'admin', 'test']) must(lab.sshdFailures(user) <= MOST_TRIES, `${lab.sshdFailures(user)} failures of ${user}`)
  const stopped = results.find(step => step.stopMilliseconds !== undefined)
  must((stopped?.atStop ?? 0) > 0 && (stopped?.stopMilliseconds ?? Infinity) < 5000 && stopped?.state === 'stopped', 'stop during hydra')
  const [came, ...later] = results.slice(-3)
  must(came?.receipt?.newHosts.includes(labHost(LATE_HOST)) === true, 'the new machine was not told')
  must(
    [came, ...later].every(step => step?.silent.includes(labHost(12)) === true),
    'the machine that stopped is not silent in three rounds',
  )
  must(
    results.every(step => step.left === 0 && step.files.length === 0),
    'an engine or a file was left',
  )
  must(leaks.length === 0, 'a planted password was found')
  return faults
}

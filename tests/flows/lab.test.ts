// A short slice of the campaign `lab`: the engines that need no program, on the same machines.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { netnsAvailable } from '../support/netns.js'
import { makeLab, type Lab } from '../support/lab.js'
import { labHost, planted, plantedAccount, type LabOutcome } from '../support/lab-story.js'

const able = netnsAvailable()
if (!able.ok) process.stdout.write(`laboratory skipped: ${able.reason}\n`)

describe.skipIf(!able.ok)('patrols in the laboratory', () => {
  let lab: Lab
  let outcome: LabOutcome
  beforeAll(async () => {
    lab = await makeLab()
    const built = ['connect-probe', 'unprotected-services', 'password-check']
    const passwords = { kind: 'weak_password', engines: built, targets: [labHost(1), labHost(2)] }
    const steps = [{ kind: 'vulnerability', engines: built }, passwords, passwords]
    outcome = lab.patrol({ planted: [lab.ssh.password], steps }, 120) as unknown as LabOutcome
  }, 180_000)
  afterAll(() => lab.remove())

  it('finds every machine and every planted weakness', () => {
    const [first, second] = outcome.results
    expect(first?.state).toBe('done')
    expect(first?.seen.length).toBeGreaterThanOrEqual(19)
    expect(new Set(first?.seen.map(host => host.address)).size).toBe(first?.seen.length)
    expect(first?.found).toEqual(expect.arrayContaining(planted.filter(what => !what.includes('tls'))))
    expect(first?.seen.find(host => host.address === labHost(4))?.services).toEqual(['3306:mysql:MariaDB:10.3.1'])
    expect(second?.found).toEqual([plantedAccount])
  })

  it('no packet reaches a port of a printer', () => {
    expect(lab.printed()).toBe(0)
  })

  it('two runs make no more failures in the log of sshd than an account may have', () => {
    for (const user of ['root', 'admin', 'test']) expect(lab.sshdFailures(user), user).toBe(3)
  })

  it('no password is kept anywhere, nothing is left', () => {
    expect(outcome.leaks).toEqual([])
    expect(outcome.results.every(step => step.left === 0 && step.files.length === 0)).toBe(true)
  })
})

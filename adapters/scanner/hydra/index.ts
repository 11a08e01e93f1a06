// hydra: passwords of services the built-in check does not know, or as a second opinion. One account at a time, as many tries as were granted.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Answer, ScanEngine, SliceOrder, SliceResult } from '../../../core/ports/scan-engine.js'
import type { FindingDraft } from '../../../core/ports/scan-import.js'
import { programPath, programState } from '../process/engine-program.js'
import { partialOf, type EngineWorkshop } from '../process/run-engine.js'
import { ftpDecoy } from '../passwords/ftp-decoy.js'
import { checkOf, inOrder, judgeRefusals, weakAccount } from '../passwords/weak-account.js'
import { readHydra } from './read-hydra.js'

const TITLE = 'hydra 弱口令检查'
/** Our names of services → hydra's. */
const modules: Readonly<Record<string, string>> = {
  ssh: 'ssh',
  ftp: 'ftp',
  mysql: 'mysql',
  telnet: 'telnet',
  postgresql: 'postgres',
  vnc: 'vnc',
  smb: 'smb2',
}
/** hydra tries a candidate again when a connection breaks: each costs twice, so that the bound holds. */
const COST = 2

export function hydra(workshop: EngineWorkshop): ScanEngine {
  return {
    id: 'hydra',
    title: TITLE,
    stage: 'passwords',
    services: Object.keys(modules),
    state: () =>
      programState({
        id: 'hydra',
        title: TITLE,
        program: 'hydra',
        debianPackage: 'hydra',
        versionArgs: ['-h'],
        version: /Hydra v([\w.-]{1,20})/,
        rights: '普通连接，不需要特权',
      }),
    look: order => look(workshop, order),
    decoy: () => ftpDecoy(),
  }
}

async function look(workshop: EngineWorkshop, order: SliceOrder): Promise<SliceResult> {
  const { passwords, signal } = order
  const program = programPath('hydra')
  const answers: Answer[] = []
  const drafts: FindingDraft[] = []
  const partial: string[] = []
  let probes = 0
  if (!passwords || program === null)
    return { answers, observations: [], drafts, probes, partial: program === null ? '引擎没有安装' : '没有候选口令' }
  const end = Date.now() + order.sliceSeconds * 1000
  for (const { address, ports } of order.targets)
    for (const { port, service } of ports)
      for (const { login, candidates, known } of passwords.accounts.filter(item => item.service === service)) {
        const place = { address, port, protocol: 'tcp' as const, check: checkOf(service, login) }
        const all = inOrder(candidates, known, passwords.fingerprint)
        const module = modules[service]
        const leave = !signal.aborted && order.permit(address) && Date.now() < end && module !== undefined
        const granted = leave
          ? Math.floor((await passwords.reserve({ address, service, login }, Math.min(all.length, 3) * COST)) / COST)
          : 0
        // A line end would make two candidates of one.
        const tried = all.slice(0, granted).filter(password => password !== '' && !/[\r\n\0]/.test(password))
        if (module === undefined || tried.length === 0) {
          answers.push({
            ...place,
            outcome: 'unknown',
            why: leave ? '没有尝试：账号在锁定保护期内' : '没有尝试：已停止、超时或不在时间窗内',
          })
          continue
        }
        await order.pacer.take(tried.length, signal).catch(() => undefined)
        const args = [
          '-L',
          'logins',
          '-P',
          'passwords',
          '-s',
          String(port),
          '-t',
          '1',
          '-w',
          '8',
          '-f',
          '-I',
          '-o',
          'found.json',
          '-b',
          'jsonv1',
          address,
          module,
        ]
        const run = {
          program,
          args,
          files: { logins: `${login}\n`, passwords: `${tried.join('\n')}\n` },
          idleSeconds: Math.max(order.idleSeconds, 60),
          totalSeconds: Math.max(1, Math.min(tried.length * 20 + 20, (end - Date.now()) / 1000)),
          signal,
        }
        const { found, wrong } = await workshop.run(run, outcome => {
          const ended = partialOf(outcome.end)
          const { accounts, problem } = readHydra(textOf(join(outcome.folder, 'found.json')), outcome.stdout, tried.length)
          return Promise.resolve({ found: accounts, wrong: ended ?? problem })
        })
        probes += tried.length
        if (wrong !== null) partial.push(wrong)
        const weak = found.find(item => item.login === login && item.port === port)
        if (weak) {
          const kept = weakAccount(passwords, { address, port, service, login, password: weak.password })
          answers.push(kept.answer)
          drafts.push(kept.draft)
        } else if (wrong !== null) answers.push({ ...place, outcome: 'unknown', why: wrong.slice(0, 200) })
        else answers.push({ ...place, ...judgeRefusals({ all, refused: tried, known }, passwords.fingerprint) })
      }
  return { answers, observations: [], drafts, probes, partial: signal.aborted ? '按要求停止' : (partial[0] ?? null) }
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}

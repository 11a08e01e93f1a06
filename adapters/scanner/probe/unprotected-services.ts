// The engine of the native checks: asks each open service whether anybody may use it without a password. Needs no program and no rights.
import type { Answer, Decoy, ScanEngine, SliceOrder, SliceResult, TargetPort } from '../../../core/ports/scan-engine.js'
import type { FindingDraft } from '../../../core/ports/scan-import.js'
import { builtInState } from '../built-in-state.js'
import { inParallel } from '../in-parallel.js'
import { nativeChecks } from './checks/index.js'
import type { NativeCheck } from './define-check.js'

const HOSTS_AT_ONCE = 8

export function unprotectedServices(checks: readonly NativeCheck[] = nativeChecks): ScanEngine {
  return {
    id: 'unprotected-services',
    title: '内置未授权访问检查',
    stage: 'services',
    services: [...new Set(checks.flatMap(check => check.services))],
    state: () => Promise.resolve(builtInState('unprotected-services', '内置未授权访问检查')),
    look: order => look(checks, order),
    decoy: () => decoy(checks),
  }
}

async function look(checks: readonly NativeCheck[], order: SliceOrder): Promise<SliceResult> {
  const answers: Answer[] = []
  const drafts: FindingDraft[] = []
  let probes = 0
  const { signal } = order
  await inParallel(order.targets, HOSTS_AT_ONCE, async ({ address, ports }) => {
    for (const at of ports)
      for (const check of checks.filter(item => fits(item, at))) {
        const place = { address, port: at.port, protocol: at.protocol, check: check.id }
        if (signal.aborted || !order.permit(address)) {
          answers.push({ ...place, outcome: 'unknown', why: signal.aborted ? '检查被停止' : '不在授权范围或时间窗内' })
          continue
        }
        try {
          await order.pacer.take(1, signal)
          probes++
          const answer = await check.ask({ address, port: at.port, signal })
          answers.push({ ...place, ...answer })
          if (answer.outcome === 'found') drafts.push(draftOf(check, place, answer.why))
        } catch (error) {
          if (!signal.aborted) throw error
          answers.push({ ...place, outcome: 'unknown', why: '检查被停止' })
        }
      }
  })
  return { answers, observations: [], drafts, probes, partial: signal.aborted ? '按要求停止' : null }
}

const fits = (check: NativeCheck, at: TargetPort): boolean => check.protocol === at.protocol && check.services.includes(at.service)

function draftOf(
  check: NativeCheck,
  place: { readonly address: string; readonly port: number; readonly protocol: string },
  evidence: string,
): FindingDraft {
  const { address: host, port, protocol } = place
  return {
    kind: check.id === 'snmp-default-community' ? 'weak_credential' : 'vulnerability',
    check: check.id,
    problem: `${host}|${port}|${check.id}`,
    title: check.title,
    severity: check.severity,
    host,
    port,
    protocol,
    instances: [],
    cve: [],
    cwe: check.cwe,
    cvss: { score: null, vector: null },
    evidence,
    description: '',
    solution: check.solution,
    references: [],
    toVerify: false,
    declared: 'open',
  }
}

async function decoy(checks: readonly NativeCheck[]): Promise<Decoy> {
  const opened = await Promise.all(checks.map(async check => ({ check, ...(await check.decoy()) })))
  return {
    target: {
      address: '127.0.0.1',
      ports: opened.map(({ check, port }) => ({ port, protocol: check.protocol, service: check.services[0] ?? '' })),
    },
    expects: opened.map(({ check, port }) => ({ port, check: check.id })),
    close: async () => void (await Promise.all(opened.map(item => item.close()))),
  }
}

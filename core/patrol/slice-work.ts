// The work of one slice: positive control, discovery, then what the kind asks of the services that were found. Called by patrol-runner.ts.
import type { AssetObservation } from '../assets/observation.js'
import type { Answer, PasswordOrder, Pacer, ScanEngine, ScanTarget, SliceOrder, SliceResult, TargetPort } from '../ports/scan-engine.js'
import { candidatesFor, defaultLogins } from './candidates.js'
import { patrolledTcp, patrolledUdp } from './ports.js'
import type { PatrolKind } from './scope.js'

export interface SliceFacts {
  readonly kind: PatrolKind
  readonly hosts: readonly string[]
  /** Ready ones, preferred first. */
  readonly engines: readonly ScanEngine[]
  readonly pacer: Pacer
  readonly signal: AbortSignal
  readonly limitSeconds: number
  /** scope.ts, asked with the clock of that moment. */
  permit(address: string): boolean
  /** Candidates come from these; `known`: fingerprints of findings by `address|service|login`. */
  readonly passwords: {
    readonly code: string
    readonly words: readonly string[]
    readonly year: number
    readonly known: ReadonlyMap<string, readonly string[]>
    readonly reserve: (engine: string) => PasswordOrder['reserve']
    readonly fingerprint: PasswordOrder['fingerprint']
  }
}

export interface EngineResult extends SliceResult {
  readonly engine: string
}

export interface SliceOutcome {
  readonly results: readonly EngineResult[]
  readonly observations: readonly AssetObservation[]
  /** Asked properly and without any sign of life. */
  readonly silent: readonly string[]
  /** The engine whose positive control was not found: nothing of this slice counts. */
  readonly void: string | null
  readonly partial: string | null
}

const IDLE_SECONDS = 45

export async function workSlice(facts: SliceFacts): Promise<SliceOutcome> {
  const results: EngineResult[] = []
  const end = Date.now() + facts.limitSeconds * 1000
  const nothing: SliceOutcome = { results, observations: [], silent: [], void: null, partial: null }
  const discovery = facts.engines.find(engine => engine.stage === 'discovery')
  if (!discovery) return { ...nothing, partial: '没有可用的测绘引擎' }
  const run = async (engine: ScanEngine, targets: readonly ScanTarget[], passwords?: PasswordOrder): Promise<EngineResult | 'void'> => {
    const order: SliceOrder = {
      targets,
      pacer: facts.pacer,
      signal: facts.signal,
      idleSeconds: IDLE_SECONDS,
      sliceSeconds: Math.max(5, (end - Date.now()) / 1000),
      permit: address => facts.permit(address),
      ...(passwords ? { passwords } : {}),
    }
    const proven = await meetsDecoy(engine, order, facts)
    if (!proven && !facts.signal.aborted) return 'void'
    const result = { engine: engine.id, ...(await engine.look(order)) }
    results.push(result)
    return result
  }

  const ports = patrolledTcp.map((port): TargetPort => ({ port, protocol: 'tcp', service: '' }))
  const found = await run(
    discovery,
    facts.hosts.map(address => ({ address, ports })),
  )
  if (found === 'void') return { ...nothing, void: discovery.title }
  const seen = new Map(found.observations.map(item => [item.address, item]))
  const silent =
    found.partial === null ? facts.hosts.filter(host => !seen.has(host) && wasAsked(host, found.answers) && facts.permit(host)) : []
  const outcome = (broken: string | null = null): SliceOutcome => ({
    results: broken === null ? results : [],
    observations: broken === null ? found.observations : [],
    silent: broken === null ? silent : [],
    void: broken,
    partial: results.find(item => item.partial !== null)?.partial ?? null,
  })
  if (facts.kind === 'vulnerability')
    for (const engine of facts.engines.filter(item => item.stage === 'services')) {
      const targets = targetsFor(engine.services, found.observations, engine.services.includes('snmp'))
      if (targets.length > 0 && (await run(engine, targets)) === 'void') return outcome(engine.title)
    }
  if (facts.kind === 'weak_password') {
    const taken = new Set<string>()
    for (const engine of facts.engines.filter(item => item.stage === 'passwords')) {
      // A service is asked by one engine: two would share one budget and prove less.
      const services = engine.services.filter(service => !taken.has(service))
      services.forEach(service => taken.add(service))
      for (const target of targetsFor(services, found.observations, false)) {
        const order = passwordsFor(engine, target, facts)
        if (order.accounts.length > 0 && (await run(engine, [target], order)) === 'void') return outcome(engine.title)
      }
    }
  }
  return outcome()
}

/** A decoy with exactly the weakness sought, on this machine, in the same way as the real targets right after it. */
async function meetsDecoy(engine: ScanEngine, order: SliceOrder, facts: SliceFacts): Promise<boolean> {
  const decoy = await engine.decoy()
  try {
    const { address } = decoy.target
    const free: Pacer = { perSecond: Math.max(100, order.pacer.perSecond), take: (_, signal) => Promise.resolve(signal.throwIfAborted()) }
    const passwords = decoy.passwords && {
      accounts: decoy.passwords.accounts,
      reserve: (_: unknown, tries: number) => Promise.resolve(tries),
      fingerprint: facts.passwords.fingerprint,
    }
    const { answers } = await engine.look({
      targets: [decoy.target],
      pacer: free,
      signal: order.signal,
      idleSeconds: order.idleSeconds,
      sliceSeconds: Math.min(60, order.sliceSeconds),
      permit: asked => asked === address,
      ...(passwords ? { passwords } : {}),
    })
    return decoy.expects.every(({ port, check }) =>
      answers.some(item => item.address === address && item.port === port && item.check === check && item.outcome === 'found'),
    )
  } finally {
    await decoy.close()
  }
}

function targetsFor(services: readonly string[], observations: readonly AssetObservation[], snmp: boolean): readonly ScanTarget[] {
  return observations.flatMap(({ address, services: open }) => {
    const tcp = open
      .filter(item => services.includes(item.name))
      .map(item => ({ port: item.port, protocol: item.protocol, service: item.name }))
    const udp = snmp ? patrolledUdp.map(port => ({ port, protocol: 'udp' as const, service: 'snmp' })) : []
    return tcp.length + udp.length > 0 ? [{ address, ports: [...tcp, ...udp] }] : []
  })
}

function passwordsFor(engine: ScanEngine, target: ScanTarget, { passwords }: SliceFacts): PasswordOrder {
  const { code, words, year, known } = passwords
  const services = [...new Set(target.ports.map(item => item.service))]
  const accounts = services.flatMap(service => {
    const before = [...known.keys()]
      .filter(key => key.startsWith(`${target.address}|${service}|`))
      .map(key => key.split('|').slice(2).join('|'))
    return [...new Set([...before, ...(defaultLogins[service] ?? [])])].map(login => ({
      service,
      login,
      candidates: candidatesFor({ login, code, words, year }),
      known: known.get(`${target.address}|${service}|${login}`) ?? [],
    }))
  })
  return { accounts, reserve: passwords.reserve(engine.id), fingerprint: passwords.fingerprint }
}

const wasAsked = (host: string, answers: readonly Answer[]): boolean => answers.some(answer => answer.address === host)

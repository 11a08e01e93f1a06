// The built-in discovery: TCP connections and what services say first. Works without any engine and any right; needs no probe that could harm.
import type { AssetObservation, ObservedService } from '../../../core/assets/observation.js'
import type { Answer, Decoy, ScanEngine, ScanTarget, SliceOrder, SliceResult } from '../../../core/ports/scan-engine.js'
import { builtInState } from '../built-in-state.js'
import { inParallel } from '../in-parallel.js'
import { exchange, printable, type Exchange } from './exchange.js'
import { nameService } from './name-service.js'
import { listen } from './tcp-check.js'

const PORTS_AT_ONCE = 48
const BANNER_MILLISECONDS = 1200
const TITLE = '内置连接探测'

export function connectProbe(): ScanEngine {
  return {
    id: 'connect-probe',
    title: TITLE,
    stage: 'discovery',
    services: [],
    state: () => Promise.resolve(builtInState('connect-probe', TITLE)),
    look,
    decoy,
  }
}

interface Asked {
  readonly target: ScanTarget
  readonly port: number
}

async function look(order: SliceOrder): Promise<SliceResult> {
  const { signal } = order
  const answers: Answer[] = []
  const open = new Map<string, ObservedService[]>()
  const alive = new Set<string>()
  let probes = 0
  // Ports in turn over all hosts: no single machine is asked everything at once.
  const asked = order.targets.flatMap(target => target.ports.filter(item => item.protocol === 'tcp').map(({ port }) => ({ target, port })))
  asked.sort((a, b) => a.port - b.port)
  await inParallel<Asked>(asked, PORTS_AT_ONCE, async ({ target: { address }, port }) => {
    const place = { address, port, protocol: 'tcp' as const, check: 'open-port' }
    if (signal.aborted || !order.permit(address)) {
      answers.push({ ...place, outcome: 'unknown', why: signal.aborted ? '检查被停止' : '不在授权范围或时间窗内' })
      return
    }
    let seen: Exchange
    try {
      await order.pacer.take(1, signal)
      probes++
      seen = await exchange({ address, port, signal, listenMilliseconds: BANNER_MILLISECONDS, maxBytes: 1024, step: firstLine })
    } catch (error) {
      if (!signal.aborted) throw error
      answers.push({ ...place, outcome: 'unknown', why: '检查被停止' })
      return
    }
    if (seen.state === 'open') {
      alive.add(address)
      const service = nameService(port, seen.received)
      open.set(address, [...(open.get(address) ?? []), { port, protocol: 'tcp', ...service, banner: printable(seen.received), cpe: [] }])
      answers.push({ ...place, outcome: 'found', why: '连接成功' })
    } else if (seen.state === 'refused') {
      alive.add(address)
      answers.push({ ...place, outcome: 'not_found', why: '连接被拒绝' })
    } else answers.push({ ...place, outcome: 'unknown', why: signal.aborted ? '检查被停止' : '没有应答（关机、过滤或不存在）' })
  })
  const seenAt = new Date().toISOString()
  const observations = [...alive].map((address): AssetObservation => ({
    address,
    mac: null,
    hostKey: null,
    certificate: null,
    hostName: null,
    services: [...(open.get(address) ?? [])].sort((a, b) => a.port - b.port),
    seenAt,
  }))
  return { answers, observations, drafts: [], probes, partial: signal.aborted ? '按要求停止' : null }
}

/** Nothing is sent: who speaks first tells who it is, and everybody else is named by the port. */
function firstLine(received: Buffer): 'done' | undefined {
  return received.includes(0x0a) || received.length > 200 ? 'done' : undefined
}

async function decoy(): Promise<Decoy> {
  const opened = await listen(heard => (heard.length === 0 ? 'SSH-2.0-decoy\r\n' : undefined))
  return {
    target: { address: '127.0.0.1', ports: [{ port: opened.port, protocol: 'tcp', service: '' }] },
    expects: [{ port: opened.port, check: 'open-port' }],
    close: opened.close,
  }
}

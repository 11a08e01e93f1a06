// Engines that look at a network made of data, for tests of patrols; what they were asked is kept.
import type { Answer, ScanEngine, ScanEngines, SliceOrder } from '../../core/ports/scan-engine.js'

export interface FakeNetwork {
  /** Address → open ports with the service on them. */
  hosts: Record<string, Record<number, string>>
  /** Names → addresses. */
  names: Record<string, readonly string[]>
  own: readonly string[]
  /** The decoy is not found any more. */
  blind: boolean
  /** Milliseconds of a connection; null: none comes about. */
  connect: number | null
  /** Awaited by every look at a real target. */
  busy: ((order: SliceOrder) => Promise<void>) | undefined
  /** Addresses packets went to, in order. */
  readonly touched: string[]
}

const decoyPort = 40_000

export function fakeScanEngines(set: Partial<FakeNetwork> = {}): ScanEngines & { readonly network: FakeNetwork } {
  const network: FakeNetwork = { hosts: {}, names: {}, own: [], blind: false, connect: 5, busy: undefined, touched: [], ...set }
  const engine = (id: string, stage: ScanEngine['stage'], services: readonly string[], check: (service: string) => string): ScanEngine => ({
    id,
    title: id,
    stage,
    services,
    state: () => Promise.resolve({ id, title: id, ready: true, version: '1', path: null, rights: '', install: null }),
    decoy: () =>
      Promise.resolve({
        target: { address: '127.0.0.1', ports: [{ port: decoyPort, protocol: 'tcp', service: services[0] ?? '' }] },
        expects: [{ port: decoyPort, check: check(services[0] ?? '') }],
        close: () => Promise.resolve(),
      }),
    async look(order) {
      const answers: Answer[] = []
      const place = { protocol: 'tcp' as const }
      for (const { address, ports } of order.targets) {
        if (address === '127.0.0.1') {
          answers.push({
            ...place,
            address,
            port: decoyPort,
            check: check(services[0] ?? ''),
            outcome: network.blind ? 'unknown' : 'found',
            why: '',
          })
          continue
        }
        await network.busy?.(order)
        if (order.signal.aborted || !order.permit(address)) {
          answers.push({ ...place, address, port: null, check: check(''), outcome: 'unknown', why: 'no' })
          continue
        }
        network.touched.push(address)
        const open = network.hosts[address]
        for (const { port, service } of ports)
          answers.push({
            ...place,
            address,
            port,
            check: check(service),
            outcome: open === undefined ? 'unknown' : port in open ? 'found' : 'not_found',
            why: '',
          })
      }
      const seen = order.targets.filter(({ address }) => stage === 'discovery' && network.hosts[address] && !order.signal.aborted)
      return {
        answers,
        observations: seen.map(({ address }) => ({
          address,
          mac: null,
          hostKey: null,
          certificate: null,
          hostName: null,
          services: Object.entries(network.hosts[address] ?? {}).map(([port, name]) => ({
            port: Number(port),
            protocol: 'tcp',
            name,
            product: '',
            version: '',
            banner: '',
            cpe: [],
          })),
          seenAt: new Date(0).toISOString(),
        })),
        drafts: [],
        probes: order.targets.length,
        partial: order.signal.aborted ? '按要求停止' : null,
      }
    },
  })
  return {
    network,
    engines: [
      engine('fake-discovery', 'discovery', [], () => 'open-port'),
      engine('fake-services', 'services', ['redis'], () => 'redis-no-password'),
    ],
    connectTime: address => {
      network.touched.push(address)
      return Promise.resolve(network.connect)
    },
    resolve: name => Promise.resolve(network.names[name] ?? []),
    ownAddresses: () => network.own,
  }
}

// The machines a scanner's file is proof of: those with an open port or a finding at an address; names without one tell nobody apart. Pure; import-service.ts calls it.
import ipaddr from 'ipaddr.js'
import type { Observed } from '../assets/observed.js'
import type { ObservedService } from '../assets/observation.js'
import type { ScanReading } from '../ports/scan-import.js'

export function machinesOf(reading: ScanReading, seenAt: string): Observed[] {
  const machines = new Map<string, Map<string, ObservedService>>()
  for (const { host, port, protocol, kind, title, instances, check } of reading.drafts) {
    if (!ipaddr.isValid(host)) continue
    const services = machines.get(host) ?? new Map<string, ObservedService>()
    machines.set(host, services)
    if (port === null || port === 0 || (protocol !== 'tcp' && protocol !== 'udp')) continue
    const key = `${port}/${protocol}`
    const isOpenPort = kind === 'fact' && check === 'open-port'
    if (services.has(key) && !isOpenPort) continue
    const told = isOpenPort ? /（(.+)）$/.exec(title)?.[1] : undefined
    const [name = '', ...product] = (told ?? '').split(' ')
    const cpe = isOpenPort ? instances.filter(item => item.startsWith('cpe:')) : []
    services.set(key, { port, protocol, name, product: product.join(' '), version: '', banner: '', cpe })
  }
  return [...machines].map(([address, services]) => ({
    address,
    mac: null,
    hostKey: null,
    certificate: null,
    hostName: null,
    services: [...services.values()],
    seenAt,
  }))
}

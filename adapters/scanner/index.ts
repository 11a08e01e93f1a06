// All scanning engines, one line each, in the order in which they are preferred; app/compose.ts hands them to core/patrol.
import { lookup } from 'node:dns/promises'
import { networkInterfaces } from 'node:os'
import type { ScanEngines } from '../../core/ports/scan-engine.js'
import type { ScanImport } from '../../core/ports/scan-import.js'
import { hydra } from './hydra/index.js'
import { nmap } from './nmap/index.js'
import { passwordCheck } from './passwords/password-check.js'
import { connectProbe } from './probe/connect-probe.js'
import { exchange } from './probe/exchange.js'
import { unprotectedServices } from './probe/unprotected-services.js'
import { EngineWorkshop } from './process/run-engine.js'
import { sslscan } from './sslscan/index.js'

export interface ScannerNeeds {
  /** For the working folders of the engines; emptied of what died. */
  readonly folder: string
  readonly scans: ScanImport
  /** False: no engine at all, so that made-up customers of a try-out are never scanned for real. */
  readonly enabled?: boolean
  /** Addresses of the platform beside those of this machine. */
  readonly platformAddresses?: readonly string[]
}

export function makeScanEngines({ folder, scans, enabled = true, platformAddresses = [] }: ScannerNeeds): ScanEngines {
  const workshop = new EngineWorkshop(folder)
  return {
    engines: enabled
      ? [nmap(workshop), connectProbe(), unprotectedServices(), sslscan(workshop, scans), passwordCheck(), hydra(workshop)]
      : [],
    async connectTime(address, port, timeoutMilliseconds) {
      const signal = AbortSignal.timeout(timeoutMilliseconds + 500)
      const order = { address, port, signal, connectMilliseconds: timeoutMilliseconds, listenMilliseconds: 1, step: () => 'done' as const }
      const { state, connectMilliseconds } = await exchange(order)
      return state === 'open' ? connectMilliseconds : null
    },
    resolve: async name => (await lookup(name, { all: true })).map(item => item.address),
    ownAddresses: () => [
      ...platformAddresses,
      ...Object.values(networkInterfaces()).flatMap(list => (list ?? []).map(item => item.address.replace(/%.*$/, ''))),
    ],
  }
}

// sslscan: old protocols, weak ciphers and Heartbleed of TLS services; its XML is read by the same reader as imported files.
import { createReadStream } from 'node:fs'
import { join } from 'node:path'
import { createServer } from 'node:tls'
import type { Answer, Decoy, ScanEngine, SliceOrder, SliceResult } from '../../../core/ports/scan-engine.js'
import type { FindingDraft, ScanImport, ScanReading } from '../../../core/ports/scan-import.js'
import { programPath, programState } from '../process/engine-program.js'
import { partialOf, type EngineWorkshop } from '../process/run-engine.js'

const TITLE = 'sslscan 加密检查'
/** One answer for the port; what is weak about it are findings of their own. */
const CHECK = 'tls-weakness'

export function sslscan(workshop: EngineWorkshop, scans: ScanImport): ScanEngine {
  return {
    id: 'sslscan',
    title: TITLE,
    stage: 'services',
    services: ['https', 'ssl', 'imaps', 'pop3s', 'smtps', 'ldaps'],
    state: () =>
      programState({
        id: 'sslscan',
        title: TITLE,
        program: 'sslscan',
        debianPackage: 'sslscan',
        versionArgs: ['--version'],
        version: /(\d+\.\d+\.\d+)/,
        rights: '普通连接，不需要特权',
      }),
    look: order => look(workshop, scans, order),
    decoy,
  }
}

async function look(workshop: EngineWorkshop, scans: ScanImport, order: SliceOrder): Promise<SliceResult> {
  const program = programPath('sslscan')
  const answers: Answer[] = []
  const drafts: FindingDraft[] = []
  let probes = 0
  let partial: string | null = program === null ? '引擎没有安装' : null
  const end = Date.now() + order.sliceSeconds * 1000
  for (const { address, ports } of order.targets)
    for (const { port } of ports) {
      const place = { address, port, protocol: 'tcp' as const, check: CHECK }
      if (program === null || order.signal.aborted || !order.permit(address) || Date.now() > end) {
        answers.push({ ...place, outcome: 'unknown', why: program === null ? '引擎没有安装' : '没有检查：已停止、超时或不在时间窗内' })
        continue
      }
      await order.pacer.take(1, order.signal).catch(() => undefined)
      probes += 60
      const host = address.includes(':') ? `[${address}]` : address
      const args = ['--no-colour', '--show-certificate', '--timeout=5', '--connect-timeout=5', '--xml=out.xml', `${host}:${port}`]
      const run = { program, args, idleSeconds: Math.max(order.idleSeconds, 20), totalSeconds: 120, signal: order.signal }
      const { reading, ended } = await workshop.run(run, async outcome => ({
        reading: await scans
          .read(
            { name: 'sslscan.xml', size: undefined, open: () => createReadStream(join(outcome.folder, 'out.xml')) },
            { format: 'sslscan' },
          )
          .catch(() => undefined),
        ended: partialOf(outcome.end),
      }))
      partial ??= ended
      const { outcome, why, found } = judge(reading, ended)
      answers.push({ ...place, outcome, why })
      drafts.push(...found.map(draft => ({ ...draft, host: address, port, protocol: 'tcp' })))
      for (const check of new Set(reading?.coverage.map(item => item.check) ?? []))
        answers.push({ ...place, check, outcome: found.some(draft => draft.check === check) ? 'found' : 'not_found', why: '检查已完成' })
    }
  return { answers, observations: [], drafts, probes, partial: order.signal.aborted ? '按要求停止' : partial }
}

function judge(
  reading: ScanReading | undefined,
  ended: string | null,
): Pick<Answer, 'outcome' | 'why'> & { readonly found: readonly FindingDraft[] } {
  if (!reading || ended !== null) return { outcome: 'unknown', why: ended ?? '引擎没有给出完整结果', found: [] }
  const found = reading.drafts.filter(draft => draft.kind !== 'fact')
  if (found.length > 0)
    return {
      outcome: 'found',
      why: found
        .map(draft => draft.title)
        .join('；')
        .slice(0, 250),
      found,
    }
  return reading.partial || reading.coverage.length === 0
    ? { outcome: 'unknown', why: reading.warnings[0]?.slice(0, 200) ?? '没有协商出任何协议', found }
    : { outcome: 'not_found', why: '协议与套件检查已完成', found }
}

/** Anonymous Diffie-Hellman over TLS 1.0 needs no certificate and is exactly what must be found. */
async function decoy(): Promise<Decoy> {
  const server = createServer({
    ciphers: 'AECDH-AES128-SHA:ADH-AES128-SHA:@SECLEVEL=0',
    minVersion: 'TLSv1',
    maxVersion: 'TLSv1.2',
    ecdhCurve: 'auto',
  })
  server.on('tlsClientError', () => undefined)
  server.on('secureConnection', socket => socket.on('error', () => undefined))
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve))
  const at = server.address()
  const port = typeof at === 'object' && at !== null ? at.port : 0
  return {
    target: { address: '127.0.0.1', ports: [{ port, protocol: 'tcp', service: 'https' }] },
    expects: [{ port, check: CHECK }],
    close: () => new Promise(resolve => server.close(() => resolve())),
  }
}

// nmap: which machines are there, which ports are open, what speaks on them. Only read-only scripts by name; targets from a file, never a name.
import { join } from 'node:path'
import type { AssetObservation } from '../../../core/assets/observation.js'
import type { Answer, Decoy, ScanEngine, SliceOrder, SliceResult } from '../../../core/ports/scan-engine.js'
import { programPath, programState } from '../process/engine-program.js'
import { partialOf, type EngineWorkshop } from '../process/run-engine.js'
import { listen } from '../probe/tcp-check.js'
import { readNmap, type NmapHost, type NmapPort } from './read-nmap.js'

const TITLE = 'nmap 资产测绘'
/** A machine that does not say who it is within this time keeps its ports and has no names. */
const VERSION_TIMEOUT = '20s'
const isRoot = (): boolean => process.getuid?.() === 0

export function nmap(workshop: EngineWorkshop): ScanEngine {
  return {
    id: 'nmap',
    title: TITLE,
    stage: 'discovery',
    services: [],
    state: () =>
      programState({
        id: 'nmap',
        title: TITLE,
        program: 'nmap',
        debianPackage: 'nmap',
        versionArgs: ['--version'],
        version: /Nmap version ([\w.]{1,20})/,
        rights: isRoot() ? '可用原始套接字（SYN、UDP、同网段 MAC）' : '没有原始套接字：只能用完整连接，看不到 MAC 与 UDP',
      }),
    look: order => look(workshop, order),
    decoy,
  }
}

async function look(workshop: EngineWorkshop, order: SliceOrder): Promise<SliceResult> {
  const program = programPath('nmap')
  const nothing = { answers: [], observations: [], drafts: [], probes: 0 }
  if (program === null) return { ...nothing, partial: '引擎没有安装' }
  const targets = order.targets.filter(target => order.permit(target.address))
  const refused = order.targets.filter(target => !targets.includes(target))
  const tcp = [...new Set(targets.flatMap(target => target.ports.filter(item => item.protocol === 'tcp').map(item => item.port)))].sort(
    (a, b) => a - b,
  )
  const unasked = refused.map(({ address }): Answer => ({
    address,
    port: null,
    protocol: 'tcp',
    check: 'open-port',
    outcome: 'unknown',
    why: '不在授权范围或时间窗内',
  }))
  if (targets.length === 0 || tcp.length === 0) return { ...nothing, answers: unasked, partial: null }
  const perSecond = order.pacer.perSecond
  const six = targets.some(target => target.address.includes(':'))
  const common = [
    '-n',
    ...(six ? ['-6'] : []),
    isRoot() ? '-sS' : '-sT',
    '--max-rate',
    String(perSecond),
    '--max-retries',
    '2',
    '--stats-every',
    '5s',
    '-iL',
    'targets',
    '-oX',
    'out.xml',
  ]
  const once = (args: readonly string[], hosts: readonly string[], seconds: number) =>
    workshop.run(
      {
        program,
        args: [...args, ...common],
        files: { targets: `${hosts.join('\n')}\n` },
        idleSeconds: order.idleSeconds,
        totalSeconds: Math.max(1, seconds),
        signal: order.signal,
      },
      async outcome => ({ reading: await readNmap(join(outcome.folder, 'out.xml'), hosts.length), ended: partialOf(outcome.end) }),
    )
  const end = Date.now() + order.sliceSeconds * 1000
  const alive = isRoot() ? ['-PE', '-PS22,80,443,445,3389', '-PA80'] : ['-PS22,80,443,445,3389']
  const timeout = ['--host-timeout', `${Math.max(30, Math.floor(order.sliceSeconds * 0.7))}s`]
  const asked = targets.map(target => target.address)
  const { reading, ended } = await once([...alive, ...timeout, '-p', tcp.join(',')], asked, order.sliceSeconds)
  const partial = ended ?? (reading.whole ? null : '引擎没有正常结束')
  const up = new Map(reading.hosts.filter(host => host.up).map(host => [host.address, host]))
  // What speaks on the open ports is a second question: who hangs at it loses the answer, not its ports.
  const talking = [...up.values()].filter(host => host.ports.some(isOpen) && order.permit(host.address))
  const open = [...new Set(talking.flatMap(host => host.ports.filter(isOpen).map(port => port.port)))]
  const left = (end - Date.now()) / 1000
  if (open.length > 0 && left > 5 && partial === null && !order.signal.aborted) {
    const args = [
      '-Pn',
      '-sV',
      '--version-intensity',
      '1',
      '--script',
      '+ssh-hostkey',
      '--script-timeout',
      '8s',
      '--host-timeout',
      VERSION_TIMEOUT,
    ]
    const named = await once(
      [...args, '-p', open.join(',')],
      talking.map(host => host.address),
      left,
    )
    for (const host of named.reading.hosts) {
      const first = up.get(host.address)
      if (first && !host.timedOut)
        up.set(host.address, { ...first, ports: first.ports.map(port => betterOf(port, host.ports)), hostKey: host.hostKey })
    }
  }
  const seenAt = new Date().toISOString()
  const answers = targets.flatMap(target => answersOf(target.address, tcp, up.get(target.address), partial))
  const observations = [...up.values()].map((host): AssetObservation => ({
    address: host.address,
    mac: host.mac,
    hostKey: host.hostKey,
    certificate: null,
    hostName: host.hostName,
    services: host.ports.filter(isOpen).map(port => port.service),
    seenAt,
  }))
  const probes = targets.length * 8 + up.size * tcp.length
  return { answers: [...unasked, ...answers], observations, drafts: [], probes, partial }
}

const isOpen = (port: NmapPort): boolean => port.state === 'open'

/** The same port with what it said of itself, if it said anything. */
function betterOf(port: NmapPort, named: readonly NmapPort[]): NmapPort {
  const other = named.find(item => item.port === port.port && item.protocol === port.protocol)
  return other && isOpen(other) && other.service.name !== '' ? { ...port, service: other.service } : port
}

function answersOf(address: string, asked: readonly number[], host: NmapHost | undefined, partial: string | null): Answer[] {
  const place = { address, protocol: 'tcp' as const, check: 'open-port' }
  if (!host) return [{ ...place, port: null, outcome: 'unknown', why: partial ?? '没有应答（关机、过滤或不存在）' }]
  if (host.timedOut) return [{ ...place, port: null, outcome: 'unknown', why: '超过单机时限，端口情况未知' }]
  const listed = new Map(host.ports.map(port => [port.port, port.state]))
  return asked.map((port): Answer => {
    const state = listed.get(port) ?? host.rest ?? ''
    if (state === 'open') return { ...place, port, outcome: 'found', why: '端口开放' }
    if (state === 'closed') return { ...place, port, outcome: 'not_found', why: '端口关闭' }
    return { ...place, port, outcome: 'unknown', why: state === '' ? '没有结果' : `端口状态 ${state}` }
  })
}

async function decoy(): Promise<Decoy> {
  const opened = await listen(heard => (heard.length === 0 ? '220 (vsFTPd 3.0.3)\r\n' : undefined))
  return {
    target: { address: '127.0.0.1', ports: [{ port: opened.port, protocol: 'tcp', service: '' }] },
    expects: [{ port: opened.port, check: 'open-port' }],
    close: opened.close,
  }
}

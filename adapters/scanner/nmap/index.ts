// nmap: which machines are there, which ports are open, what speaks on them. Only read-only scripts by name; targets from a file, never a name.
import { join } from 'node:path'
import type { AssetObservation } from '../../../core/assets/observation.js'
import type { Answer, Decoy, ScanEngine, SliceOrder, SliceResult } from '../../../core/ports/scan-engine.js'
import { programPath, programState } from '../process/engine-program.js'
import { partialOf, type EngineWorkshop } from '../process/run-engine.js'
import { listen } from '../probe/tcp-check.js'
import { readNmap, type NmapHost } from './read-nmap.js'

const TITLE = 'nmap 资产测绘'
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
  const args = [
    '-n',
    ...(six ? ['-6'] : []),
    ...(isRoot() ? ['-sS', '-PE', '-PS22,80,443,445,3389', '-PA80'] : ['-sT', '-PS22,80,443,445,3389']),
    '-sV',
    '--version-light',
    '--script',
    '+ssh-hostkey',
    '--script-timeout',
    '10s',
    '-p',
    tcp.join(','),
    '--max-rate',
    String(perSecond),
    '--max-retries',
    '2',
    '--host-timeout',
    `${Math.max(30, Math.floor(order.sliceSeconds * 0.8))}s`,
    '--stats-every',
    '5s',
    '-iL',
    'targets',
    '-oX',
    'out.xml',
  ]
  const files = { targets: `${targets.map(target => target.address).join('\n')}\n` }
  const run = { program, args, files, idleSeconds: order.idleSeconds, totalSeconds: order.sliceSeconds, signal: order.signal }
  const { reading, ended } = await workshop.run(run, async outcome => ({
    reading: await readNmap(join(outcome.folder, 'out.xml'), targets.length),
    ended: partialOf(outcome.end) ?? null,
  }))
  const partial = ended ?? (reading.whole ? null : '引擎没有正常结束')
  const up = new Map(reading.hosts.filter(host => host.up).map(host => [host.address, host]))
  const seenAt = new Date().toISOString()
  const answers = targets.flatMap(target => answersOf(target.address, tcp, up.get(target.address), partial))
  const observations = [...up.values()].map((host): AssetObservation => ({
    address: host.address,
    mac: host.mac,
    hostKey: host.hostKey,
    certificate: null,
    hostName: host.hostName,
    services: host.ports.filter(port => port.state === 'open').map(port => port.service),
    seenAt,
  }))
  const probes = targets.length * 8 + up.size * tcp.length
  return { answers: [...unasked, ...answers], observations, drafts: [], probes, partial }
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

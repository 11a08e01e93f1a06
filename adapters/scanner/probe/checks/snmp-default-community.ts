// SNMP v2c with a community everybody knows. One GET of sysDescr for each; a community that is wrong is never answered, so silence says nothing.
import { createRequire } from 'node:module'
import { createSocket } from 'node:dgram'
import { defineCheck } from '../define-check.js'
import { printable } from '../exchange.js'

interface Session {
  get(oids: string[], done: (error: Error | null, varbinds?: { value: unknown }[]) => void): void
  on(event: 'error', listener: () => void): void
  close(): void
}
interface Snmp {
  readonly Version2c: number
  createSession(address: string, community: string, options: object): Session
}
const snmp = createRequire(import.meta.url)('net-snmp') as Snmp

const SYS_DESCR = '1.3.6.1.2.1.1.1.0'
const communities = ['public', 'private'] as const

export const snmpDefaultCommunity = defineCheck({
  id: 'snmp-default-community',
  title: 'SNMP 使用默认团体名',
  severity: 'high',
  protocol: 'udp',
  services: ['snmp'],
  cwe: [521],
  solution: '改用 SNMPv3，或更换团体名并限制来源。',
  async ask({ address, port, signal }) {
    for (const community of communities) {
      if (signal.aborted) return { outcome: 'unknown', why: '检查被停止' }
      const value = await get(address, port, community)
      if (value !== undefined) return { outcome: 'found', why: `默认团体名可读系统描述：${value}` }
    }
    return { outcome: 'unknown', why: '没有应答：团体名不对、端口没开或被过滤，无法区分' }
  },
  async decoy() {
    const socket = createSocket('udp4')
    socket.on('error', () => undefined)
    // The same packet as a response (PDU tag 0xA0 → 0xA2) with its NULL value is an answer to the community.
    socket.on('message', (packet, { port, address }) => {
      const at = packet.indexOf(0xa0)
      if (!packet.includes('public') || at === -1) return
      const answer = Buffer.from(packet)
      answer[at] = 0xa2
      socket.send(answer, port, address)
    })
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject)
      socket.bind(0, '127.0.0.1', resolve)
    })
    return { port: socket.address().port, close: () => new Promise(resolve => socket.close(() => resolve())) }
  },
})

/** Undefined when nothing came. */
function get(address: string, port: number, community: string): Promise<string | undefined> {
  return new Promise(resolve => {
    const session = snmp.createSession(address, community, {
      port,
      version: snmp.Version2c,
      timeout: 1000,
      retries: 1,
      transport: address.includes(':') ? 'udp6' : 'udp4',
    })
    session.on('error', () => resolve(undefined))
    session.get([SYS_DESCR], (error, varbinds) => {
      const value = varbinds?.[0]?.value
      session.close()
      if (error) resolve(undefined)
      else resolve(Buffer.isBuffer(value) ? printable(value, 120) : '（空）')
    })
  })
}

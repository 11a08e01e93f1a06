// Who an alert is about and who is behind it, read from its labels or fields; called by foreign-alert for every alert.
import { canonicalIp, isPublicIp } from '../address.js'
import type { Scalars } from './scalars.js'

/** Bare keys, the surest first. `device` is not among them: exporters mean disks and network cards by it. */
const NAMES = [
  ...['host', 'hostname', 'nodename', 'node', 'asset', 'assetname', 'targetident', 'ident', 'server', 'servername', 'machine'],
  ...['主机', '主机名', '主机名称', '资产', '资产名称', '服务器', '设备', '设备名称', '受害主机'],
  ...['instance', 'target', '实例', '监控对象'],
]
const ADDRESSES = [
  ...[
    'hostip',
    'assetip',
    'ip',
    'ipaddress',
    'instanceip',
    'nodeip',
    'serverip',
    'destinationip',
    'destip',
    'dstip',
    'targetip',
    'victimip',
  ],
  ...['主机ip', '资产ip', 'ip地址', '主机地址', '目的ip', '目标ip', '受害ip', '受害者ip', '目的地址'],
]
const ATTACKERS = [
  ...['sourceip', 'srcip', 'attackerip', 'attackip', 'attacker', 'clientip', 'remoteip', 'remoteaddr', 'sourceaddress', 'src'],
  ...['源ip', '来源ip', '源地址', '攻击ip', '攻击源', '攻击源ip', '攻击者', '攻击者ip', '攻击地址'],
]
/** What stands for the asset when no machine is named: the business system (domain.md 18.2). */
const SERVICES = [
  'service',
  'servicename',
  'app',
  'application',
  'job',
  'cluster',
  'namespace',
  '业务系统',
  '业务',
  '系统',
  '应用',
  '服务',
  '集群',
]
const USERS = ['user', 'username', 'account', '用户', '用户名', '账号']
const MAX_NAME = 255

// Aliases, not interfaces: only these fit where an event allows further fields.
type Named = { readonly name?: string | undefined }
type Addressed = { readonly ip?: string | undefined }

export interface AlertParties {
  /** The one it is about. */
  readonly host: Named & Addressed
  /** The attacker, when it turned to us. */
  readonly source: Addressed
  /** The other side, when one of ours turned to it. */
  readonly destination: Addressed
  readonly service: Named
  readonly user: Named
}

/** Pure and total: what is no address is no address, whatever the key says. */
export function readParties(values: Scalars): AlertParties {
  const named = withoutPort(values.first(NAMES))
  const ownIp = canonicalIp(named)
  const [from, to] = [firstAddress(values, ATTACKERS), ownIp ?? firstAddress(values, ADDRESSES)]
  // From an inner to a public address: one of ours went out, and it is the one to look at.
  const outward = ownIp === undefined && from !== undefined && to !== undefined && !isPublicIp(from) && isPublicIp(to)
  return {
    host: { name: ownIp === undefined ? named : undefined, ip: outward ? from : to },
    // A product that names the same address on both sides names no attacker.
    source: { ip: outward || from === to ? undefined : from },
    destination: { ip: outward ? to : undefined },
    service: { name: short(values.first(SERVICES)) },
    user: { name: short(values.first(USERS)) },
  }
}

function firstAddress(values: Scalars, names: readonly string[]): string | undefined {
  for (const name of names) {
    const ip = canonicalIp(withoutPort(values.first([name])))
    if (ip !== undefined) return ip
  }
  return undefined
}

/** `10.0.0.1:9100`, `[2001:db8::1]:9100`, `web1:9100` and `https://www.example.org/health` without what is not the machine. */
function withoutPort(text: string | undefined): string | undefined {
  const plain = short(text)
  if (plain === undefined || canonicalIp(plain) !== undefined) return plain
  const authority = /^[a-z][a-z0-9+.-]{0,15}:\/\/(?:[^/?#@]{0,128}@)?([^/?#]+)/i.exec(plain)?.[1] ?? plain
  const bracketed = /^\[([0-9a-f:.%]+)\](?::\d{1,5})?$/i.exec(authority)?.[1]
  return bracketed ?? authority.replace(/^([^:]+):\d{1,5}$/, '$1')
}

function short(text: string | undefined): string | undefined {
  const trimmed = text?.slice(0, MAX_NAME).trim()
  return trimmed === '' ? undefined : trimmed
}

// Whether an event names the product a data set's own label names: words of label and event compared, makers' other names allowed; used by score-file.ts.
import type { EcsEvent } from '../../../core/events/event.js'

/** Another name of the same product, in either direction. */
const SAME: readonly (readonly string[])[] = [
  ['360', 'qianxin', 'qi-anxin'],
  ['skylar', 'tianqing'],
  ['netscreen', 'ssg5', 'screenos'],
  ['ngaf', 'af'],
  ['ubnt', 'ubiquiti', 'unifi'],
  ['pan', 'paloalto'],
  ['hpe', 'hp'],
  ['cp_log', 'checkpoint'],
  ['epv', 'vault'],
  ['websense', 'forcepoint'],
  ['pps', 'proofpoint', 'pps_filter_log', 'pps_mail_log'],
  ['deepsecurity', 'trendmicro'],
  ['zscalernss', 'zscaler'],
  ['stealthintercept', 'stealthbits'],
  ['klprci', 'ksc', 'kaspersky'],
  ['named', 'bind', 'bind9'],
  ['netiron', 'brocade', 'ironware'],
  ['huawei', 'vrp'],
  ['nxos', 'nx-os'],
  ['cas', 'apereo'],
  ['hestia', 'hestiacp'],
  ['evelogs', 'eve'],
  ['hbase_master', 'hbase'],
  ['celerdata', 'starrocks'],
  ['jamf_protect', 'jamf'],
  ['jfrog_platform_cloud', 'jfrog'],
  ['f5-distributed-cloud', 'distributed'],
  ['contrastsecurity', 'contrast_security_adr', 'contrast'],
  ['bottomline_recordandreplay', 'bottomline'],
  ['nix', 'linux'],
  ['emc', 'dell', 'sonicwall'],
  ['nsxlog', 'nsx'],
  ['esxlog', 'esxi'],
  ['vclog', 'vcenter'],
  ['cb', 'carbonblack', 'carbon'],
  ['webserver', 'nginx'],
  ['cg', 'websense', 'forcepoint'],
  ['legacy', 'structured', 'junos'],
  ['netos', 'arbor', 'netscout'],
  ['mscl', 'metadefender'],
  ['appdata', 'netmotion'],
  ['ngtopifw', 'topifw'],
  ['firewall', 'fortigate'],
  // Programs that write through a framework show only the framework.
  ['litellm', 'uvicorn'],
  ['gotify', 'gin'],
  // NIOS is BIND and ISC DHCP, and says so.
  ['infoblox', 'isc'],
]
/** What a part of a label says about the message rather than the product. */
const KINDS = new Set(
  (
    'syslog cef json kv log logs events event audit alerts alert system admin runtime traffic threat hipmatch decryption config globalprotect userid ' +
    'dns dhcp port threatprotect tcp http splunk filterlog syslogd web mail dfwpktlogs firewall-pktlog vmon vobd vpxa ucs-tool-esxi-inv usbarb ' +
    'cmmdstimemachinedump nsx flow authentication dataprotection api cluster hostscoring accountscoring detect accountdetect accountlockdown campaigns ' +
    'health protect snmp reporting switch access error server slowlog gc deprecation debug tunnel protocol idp legacy structured aamw secintel ' +
    'msc aed cg es klprci nm_mobilityanalyticsappdata mobilityserver wf waf appfw ucm ace cimc firepower fwsm pix ios edge mscl epv pta fw iis ' +
    'logs fast security dsx firewall'
  ).split(' '),
)
/** Labels that name a way of writing, not a product. */
const NOTATIONS = new Set(['cef', 'containerd', 'syslog', 'sc4s', 'tcpudp-traefik', 'upsun-httplog'])

const plain = (text: string): string => text.toLowerCase().replace(/[\s_./-]/g, '')
const groups = SAME.map(names => new Set(names.map(plain)))

function holds(hay: readonly string[], word: string): boolean {
  const names = groups.find(group => group.has(plain(word))) ?? new Set([plain(word)])
  return hay.some(text => [...names].some(name => name !== '' && (text.includes(name) || (text.length > 3 && name.includes(text)))))
}

/** Undefined when the label names no product. */
export function namesLabel(event: EcsEvent, label: string): boolean | undefined {
  const [first = '', ...rest] = label.toLowerCase().split(/[:\s]|(?<=^(?:deepsecurity|zscalernss))-/)
  if (NOTATIONS.has(first)) return undefined
  // Which server wrote a common or combined access log does not show.
  if (/\.access$/.test(event.event.dataset ?? '') && /^(?:apache|nginx|litespeed|traefik)/.test(first)) return true
  if (first.startsWith('system.') || first === 'nix') return event.event.dataset !== 'unknown'
  const hay = [event.observer?.vendor, event.observer?.product, event.event.dataset].filter(text => text !== undefined).map(plain)
  if (event.event.dataset === 'unknown') return false
  if (!holds(hay, first.split('.')[0]!)) return false
  if (first === 'deepsecurity') return true
  const products = rest.filter(word => word !== '' && !KINDS.has(word))
  return products.length === 0 || products.some(word => holds(hay, word))
}

export interface DeviceLabel {
  readonly category: string
  readonly vendor: string
  readonly product: string
}
/** A line names its maker and what kind of device it is; which model it is shows only where the makers say so. */
export function namesDevice(event: EcsEvent, label: DeviceLabel): boolean {
  // Programs of a Linux host are named themselves.
  if (label.vendor === 'linux') return event.event.dataset !== 'unknown'
  const { vendor = '', product = '' } = event.observer ?? {}
  if (!holds([plain(vendor)], label.vendor) && !(label.vendor === label.product && holds([plain(product)], label.vendor))) return false
  return (
    holds([plain(product)], label.product) ||
    plain(product) === plain(label.category) ||
    holds([plain(event.event.dataset ?? '')], label.category)
  )
}

// The words of VRP on a USG firewall, and its running configuration: pure; used by the driver.
import { canonicalFromDevice, isReference } from '../checked-order.js'
import { type CliDialect, rules, sections, standFirst } from '../cli-firewall.js'

const OBJECT = /^ip address-set (GJ-[0-9a-f._]+) type object$/
const MEMBER = /^ address(?: \d+)? address-set (\S+)$/
const ADDRESS = /^ address(?: \d+)? (\S+) (?:mask (?:32|255\.255\.255\.255)|0|128)$/

/** A colon is not for names: it becomes an underscore. */
function objectName(ip: string): string {
  return `GJ-${ip.replaceAll(':', '_')}`
}

export const usgDialect: CliDialect = {
  pagingOff: 'screen-length 0 temporary',
  enter: 'system-view',
  leave: 'return',
  read: 'display current-configuration',
  block: ({ ip, family, reference }, group) => [
    `ip address-set ${objectName(ip)} type object`,
    `description ${reference}`,
    family === 4 ? `address 0 ${ip} mask 32` : `address 0 ${ip} 128`,
    'quit',
    `ip address-set ${group} type group`,
    `address address-set ${objectName(ip)}`,
    'quit',
  ],
  unblock: (ip, _, group) => [
    `ip address-set ${group} type group`,
    `undo address address-set ${objectName(ip)}`,
    'quit',
    `undo ip address-set ${objectName(ip)}`,
  ],
  parse(configuration, group) {
    const all = sections(configuration)
    if (!/^ ?sysname /m.test(configuration)) return undefined
    const members = new Set(
      all.find(({ head }) => head === `ip address-set ${group} type group`)?.lines.flatMap(line => MEMBER.exec(line)?.[1] ?? []),
    )
    const entries = all.flatMap(({ head, lines }) => {
      const name = OBJECT.exec(head)?.[1]
      const ip = canonicalFromDevice(lines.flatMap(line => ADDRESS.exec(line)?.[1] ?? [])[0] ?? '')
      if (name === undefined || ip === undefined || !members.has(name)) return []
      const reference = lines.find(line => line.startsWith(' description '))?.slice(' description '.length)
      return [{ ip, family: ip.includes(':') ? (6 as const) : (4 as const), ...(isReference(reference) && { reference }) }]
    })
    const wanted = ['source-address', 'destination-address'].map(side => [`${side} address-set ${group}`, 'action deny'])
    const inForce = standFirst(
      rules(all.find(({ head }) => head === 'security-policy')),
      wanted,
      /^(?:description|session logging|policy logging|traffic logging)\b/,
    )
    return { entries, enforced: new Set(inForce ? ([4, 6] as const) : []) }
  },
}

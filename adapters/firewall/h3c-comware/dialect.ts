// The words of Comware 7 on a SecPath firewall, and its running configuration: pure; used by the driver.
import { canonicalFromDevice, isReference } from '../checked-order.js'
import { type CliDialect, rules, sections, standFirst } from '../cli-firewall.js'

const kinds = { 4: 'ip', 6: 'ipv6' } as const
const OBJECT = /^object-group (ip|ipv6) address (GJ-[0-9a-f._]+)$/
const MEMBER = /^ (?:\d+ )?network group-object (\S+)$/
const ADDRESS = /^ (?:\d+ )?network host address (\S+)$/

function objectName(ip: string): string {
  return `GJ-${ip.replaceAll(':', '_')}`
}

/** Groups hold one family each. */
const groupOf = (group: string, family: 4 | 6) => (family === 4 ? group : `${group}6`)

export const comwareDialect: CliDialect = {
  pagingOff: 'screen-length disable',
  enter: 'system-view',
  leave: 'return',
  read: 'display current-configuration',
  block: ({ ip, family, reference }, group) => [
    `object-group ${kinds[family]} address ${objectName(ip)}`,
    `description ${reference}`,
    `network host address ${ip}`,
    'quit',
    `object-group ${kinds[family]} address ${groupOf(group, family)}`,
    `network group-object ${objectName(ip)}`,
    'quit',
  ],
  unblock: (ip, family, group) => [
    `object-group ${kinds[family]} address ${groupOf(group, family)}`,
    `undo network group-object ${objectName(ip)}`,
    'quit',
    `undo object-group ${kinds[family]} address ${objectName(ip)}`,
  ],
  parse(configuration, group) {
    const all = sections(configuration)
    if (!/^ ?sysname /m.test(configuration)) return undefined
    const families = [4, 6] as const
    const members = new Set(
      families.flatMap(family =>
        (all.find(({ head }) => head === `object-group ${kinds[family]} address ${groupOf(group, family)}`)?.lines ?? []).flatMap(
          line => MEMBER.exec(line)?.[1] ?? [],
        ),
      ),
    )
    const entries = all.flatMap(({ head, lines }) => {
      const [, kind, name] = OBJECT.exec(head) ?? []
      const ip = canonicalFromDevice(lines.flatMap(line => ADDRESS.exec(line)?.[1] ?? [])[0] ?? '')
      if (name === undefined || ip === undefined || !members.has(name)) return []
      const reference = lines.find(line => line.startsWith(' description '))?.slice(' description '.length)
      return [{ ip, family: kind === 'ip' ? (4 as const) : (6 as const), ...(isReference(reference) && { reference }) }]
    })
    const enforced = families.filter(family => {
      const name = groupOf(group, family)
      // Drop is the default and may not be written out.
      const policy = rules(all.find(({ head }) => head === `security-policy ${kinds[family]}`))
      return standFirst(
        policy,
        [[`source-ip ${name}`], [`destination-ip ${name}`]],
        /^(?:action drop|description|logging enable|counting enable)\b/,
      )
    })
    return { entries, enforced: new Set(enforced) }
  },
}

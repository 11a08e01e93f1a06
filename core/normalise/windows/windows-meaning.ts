// What Windows' event numbers mean in ECS words: category, type, action, and whom or what the data name. Used by windows-draft.ts.

export interface Meaning {
  readonly category: readonly string[]
  readonly type: readonly string[]
  readonly action: string
  /** Where the number itself says so. */
  readonly outcome?: 'success' | 'failure'
  /** The account of the `Target…` fields is the one that acts (logons), not the one acted upon. */
  readonly actor?: 'target'
}

const of = (category: string, type: string | readonly string[], action: string, more: Partial<Meaning> = {}): Meaning => ({
  category: category.split(' '),
  type: typeof type === 'string' ? type.split(' ') : type,
  action,
  ...more,
})

const SUCCESS = { outcome: 'success' } as const
const LOGON = { actor: 'target' } as const

/** Channel `Security`; numbers as Microsoft documents them for advanced audit policy. */
const SECURITY: Readonly<Record<number, Meaning>> = {
  1102: of('iam', 'admin change', 'audit-log-cleared', SUCCESS),
  4608: of('host', 'start', 'windows-started', SUCCESS),
  4616: of('host', 'change', 'system-time-changed', SUCCESS),
  4624: of('authentication', 'start', 'logged-in', { ...SUCCESS, ...LOGON }),
  4625: of('authentication', 'start', 'logon-failed', { outcome: 'failure', ...LOGON }),
  4634: of('authentication', 'end', 'logged-out', { ...SUCCESS, ...LOGON }),
  4647: of('authentication', 'end', 'logged-out', { ...SUCCESS, ...LOGON }),
  4648: of('authentication', 'start', 'logged-in-explicit'),
  4649: of('authentication', 'info', 'replay-attack-detected', { outcome: 'failure' }),
  4656: of('file', 'access', 'object-handle-requested'),
  4657: of('registry configuration', 'change', 'registry-value-modified', SUCCESS),
  4660: of('file', 'deletion', 'object-deleted', SUCCESS),
  4661: of('file', 'access', 'object-handle-requested'),
  4662: of('iam', 'access', 'directory-object-operation'),
  4663: of('file', 'access', 'object-access-attempted', SUCCESS),
  4670: of('file', 'change', 'object-permissions-changed', SUCCESS),
  4672: of('iam', 'admin', 'special-privileges-assigned', SUCCESS),
  4673: of('iam', 'admin', 'privileged-service-called'),
  4674: of('iam', 'admin', 'privileged-operation'),
  4688: of('process', 'start', 'created-process', SUCCESS),
  4689: of('process', 'end', 'exited-process', SUCCESS),
  4697: of('configuration', 'creation', 'service-installed', SUCCESS),
  4698: of('configuration', 'creation', 'scheduled-task-created', SUCCESS),
  4699: of('configuration', 'deletion', 'scheduled-task-deleted', SUCCESS),
  4700: of('configuration', 'change', 'scheduled-task-enabled', SUCCESS),
  4701: of('configuration', 'change', 'scheduled-task-disabled', SUCCESS),
  4702: of('configuration', 'change', 'scheduled-task-updated', SUCCESS),
  4719: of('configuration iam', 'admin change', 'audit-policy-changed', SUCCESS),
  4720: of('iam', 'user creation', 'added-user-account', SUCCESS),
  4722: of('iam', 'user change', 'enabled-user-account', SUCCESS),
  4723: of('iam', 'user change', 'changed-password'),
  4724: of('iam', 'user change', 'reset-password'),
  4725: of('iam', 'user change', 'disabled-user-account', SUCCESS),
  4726: of('iam', 'user deletion', 'deleted-user-account', SUCCESS),
  4738: of('iam', 'user change', 'modified-user-account', SUCCESS),
  4739: of('iam configuration', 'change', 'domain-policy-changed', SUCCESS),
  4740: of('iam', 'user change', 'locked-out-user-account', SUCCESS),
  4741: of('iam', 'creation', 'added-computer-account', SUCCESS),
  4742: of('iam', 'change', 'changed-computer-account', SUCCESS),
  4743: of('iam', 'deletion', 'deleted-computer-account', SUCCESS),
  4767: of('iam', 'user change', 'unlocked-user-account', SUCCESS),
  4768: of('authentication', 'start', 'kerberos-authentication-ticket-requested', LOGON),
  4769: of('authentication', 'info', 'kerberos-service-ticket-requested', LOGON),
  4770: of('authentication', 'info', 'kerberos-service-ticket-renewed', { ...SUCCESS, ...LOGON }),
  4771: of('authentication', 'start', 'kerberos-preauth-failed', { outcome: 'failure', ...LOGON }),
  4776: of('authentication', 'start', 'credential-validated', LOGON),
  4777: of('authentication', 'start', 'credential-validated', { outcome: 'failure', ...LOGON }),
  4778: of('authentication session', 'start', 'session-reconnected', SUCCESS),
  4779: of('authentication session', 'end', 'session-disconnected', SUCCESS),
  4781: of('iam', 'user change', 'renamed-user-account', SUCCESS),
  4794: of('iam', 'user change', 'dsrm-password-set'),
  4798: of('iam', 'user info', 'group-membership-enumerated', SUCCESS),
  4799: of('iam', 'group info', 'user-member-enumerated', SUCCESS),
  4800: of('session', 'info', 'workstation-locked', SUCCESS),
  4801: of('session', 'info', 'workstation-unlocked', SUCCESS),
  4825: of('authentication', 'denied', 'remote-desktop-denied', { outcome: 'failure' }),
  4964: of('iam', 'admin group', 'special-group-logon', { ...SUCCESS, ...LOGON }),
  5136: of('iam', 'change', 'directory-object-modified', SUCCESS),
  5137: of('iam', 'creation', 'directory-object-created', SUCCESS),
  5140: of('file network', 'access', 'network-share-accessed', SUCCESS),
  5142: of('configuration', 'creation', 'network-share-added', SUCCESS),
  5145: of('file network', 'access', 'network-share-checked'),
  5152: of('network', 'denied connection', 'packet-blocked', { outcome: 'failure' }),
  5156: of('network', 'allowed connection', 'connection-permitted', SUCCESS),
  5157: of('network', 'denied connection', 'connection-blocked', { outcome: 'failure' }),
  5158: of('network', 'allowed', 'bind-permitted', SUCCESS),
}

/** Creation, change, deletion, member added, member removed of the kinds of groups. */
const GROUPS: readonly (readonly [numbers: readonly number[], type: string, action: string])[] = [
  [[4727, 4731, 4744, 4749, 4754, 4759], 'group creation', 'added-group-account'],
  [[4735, 4737, 4745, 4750, 4755, 4760], 'group change', 'modified-group-account'],
  [[4730, 4734, 4748, 4753, 4758, 4763], 'group deletion', 'deleted-group-account'],
  [[4728, 4732, 4746, 4751, 4756, 4761], 'group change', 'added-member-to-group'],
  [[4729, 4733, 4747, 4752, 4757, 4762], 'group change', 'removed-member-from-group'],
]

const SYSTEM: Readonly<Record<number, Meaning>> = {
  104: of('iam', 'admin change', 'event-log-cleared', SUCCESS),
  1074: of('host', 'end', 'shutdown-initiated', SUCCESS),
  6005: of('host', 'start', 'event-log-started', SUCCESS),
  6006: of('host', 'end', 'event-log-stopped', SUCCESS),
  6008: of('host', 'end', 'unexpected-shutdown', { outcome: 'failure' }),
  7036: of('configuration', 'info', 'service-state-changed', SUCCESS),
  7040: of('configuration', 'change', 'service-start-type-changed', SUCCESS),
  7045: of('configuration', 'creation', 'service-installed', SUCCESS),
}

const SYSMON: Readonly<Record<number, Meaning>> = {
  1: of('process', 'start', 'process-created'),
  2: of('file', 'change', 'file-creation-time-changed'),
  3: of('network', 'start connection protocol', 'network-connection-detected'),
  4: of('process', 'change', 'sysmon-service-state-changed'),
  5: of('process', 'end', 'process-terminated'),
  6: of('driver', 'start', 'driver-loaded'),
  7: of('library process', 'start', 'image-loaded'),
  8: of('process', 'change', 'remote-thread-created'),
  9: of('process', 'access', 'raw-disk-read'),
  10: of('process', 'access', 'process-accessed'),
  11: of('file', 'creation', 'file-created'),
  12: of('configuration registry', 'change', 'registry-object-changed'),
  13: of('configuration registry', 'change', 'registry-value-set'),
  14: of('configuration registry', 'change', 'registry-object-renamed'),
  15: of('file', 'access', 'file-stream-created'),
  16: of('configuration', 'change', 'sysmon-configuration-changed'),
  17: of('file', 'creation', 'pipe-created'),
  18: of('file', 'access', 'pipe-connected'),
  19: of('configuration', 'creation', 'wmi-filter-registered'),
  20: of('configuration', 'creation', 'wmi-consumer-registered'),
  21: of('configuration', 'creation', 'wmi-consumer-bound'),
  22: of('network', 'connection protocol info', 'dns-query'),
  23: of('file', 'deletion', 'file-deleted'),
  24: of('process', 'info', 'clipboard-changed'),
  25: of('process', 'change', 'process-tampered'),
  26: of('file', 'deletion', 'file-deletion-logged'),
  27: of('file', 'denied', 'executable-blocked', { outcome: 'failure' }),
  28: of('file', 'denied', 'shredding-blocked', { outcome: 'failure' }),
  29: of('file', 'creation', 'executable-created'),
  255: of('host', 'error', 'sysmon-error'),
}

const DEFENDER_FOUND = new Set([1006, 1015, 1116])
const DEFENDER_ACTED = new Set([1007, 1117])
const DEFENDER_FAILED = new Set([1008, 1118, 1119])

const TERMINAL: Readonly<Record<number, Meaning>> = {
  21: of('authentication session', 'start', 'remote-session-logon', SUCCESS),
  22: of('session', 'start', 'shell-started', SUCCESS),
  23: of('authentication session', 'end', 'remote-session-logoff', SUCCESS),
  24: of('session', 'end', 'remote-session-disconnected', SUCCESS),
  25: of('session', 'start', 'remote-session-reconnected', SUCCESS),
  39: of('session', 'end', 'remote-session-disconnected', SUCCESS),
  40: of('session', 'end', 'remote-session-disconnected', SUCCESS),
  1149: of('authentication session', 'info', 'remote-user-accepted', SUCCESS),
  261: of('network', 'connection', 'remote-connection-received'),
}

/** Undefined for numbers nothing is known about. */
export function meaningOf(channel: string, number: number): Meaning | undefined {
  const name = channel.toLowerCase()
  if (name === 'security') return own(SECURITY, number) ?? group(number)
  if (name === 'system') return own(SYSTEM, number)
  if (name === 'microsoft-windows-sysmon/operational') return own(SYSMON, number)
  if (name.startsWith('microsoft-windows-terminalservices-')) return own(TERMINAL, number)
  if (name.startsWith('microsoft-windows-windows defender/')) return defender(number)
  if (name.includes('powershell')) return of('process', 'info', powershellAction(number))
  return undefined
}

function group(number: number): Meaning | undefined {
  const found = GROUPS.find(([numbers]) => numbers.includes(number))
  return found === undefined ? undefined : of('iam', found[1], found[2], SUCCESS)
}

function defender(number: number): Meaning | undefined {
  if (DEFENDER_FOUND.has(number)) return of('malware', 'info', 'malware-detected')
  if (DEFENDER_ACTED.has(number)) return of('malware', 'denied', 'malware-remediated', SUCCESS)
  if (DEFENDER_FAILED.has(number)) return of('malware', 'error', 'malware-remediation-failed', { outcome: 'failure' })
  if (number === 5001) return of('configuration', 'change', 'realtime-protection-disabled', SUCCESS)
  if (number === 5007) return of('configuration', 'change', 'defender-configuration-changed', SUCCESS)
  return undefined
}

function powershellAction(number: number): string {
  return number === 4104 ? 'script-block-executed' : number === 4103 ? 'module-pipeline-executed' : 'powershell-engine-event'
}

function own(table: Readonly<Record<number, Meaning>>, number: number): Meaning | undefined {
  return Object.hasOwn(table, number) ? table[number] : undefined
}

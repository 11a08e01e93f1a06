// Windows events: channel and event number to Sigma log source, and their fields under the names rules use (sigma.md 2). Used by field-mapping.ts.
import type { EventLogSource } from './rule.js'

type Fields = Readonly<Record<string, unknown>>

const SERVICES: Readonly<Record<string, string>> = {
  security: 'security',
  system: 'system',
  application: 'application',
  'microsoft-windows-sysmon/operational': 'sysmon',
  'microsoft-windows-powershell/operational': 'powershell',
  'powershellcore/operational': 'powershell',
  'windows powershell': 'powershell-classic',
  'microsoft-windows-taskscheduler/operational': 'taskscheduler',
  'microsoft-windows-wmi-activity/operational': 'wmi',
  'microsoft-windows-windows defender/operational': 'windefend',
  'microsoft-windows-windows firewall with advanced security/firewall': 'firewall-as',
  'microsoft-windows-bits-client/operational': 'bits-client',
  'microsoft-windows-codeintegrity/operational': 'codeintegrity-operational',
  'microsoft-windows-ntlm/operational': 'ntlm',
  'microsoft-windows-printservice/admin': 'printservice-admin',
  'microsoft-windows-printservice/operational': 'printservice-operational',
  'microsoft-windows-smbclient/security': 'smbclient-security',
  'microsoft-windows-smbclient/connectivity': 'smbclient-connectivity',
  'microsoft-windows-terminalservices-localsessionmanager/operational': 'terminalservices-localsessionmanager',
  'microsoft-windows-dns client events/operational': 'dns-client',
  'microsoft-windows-appxdeploymentserver/operational': 'appxdeployment-server',
  'msexchange management': 'msexchange-management',
  'microsoft-windows-lsa/operational': 'lsa-server',
  'microsoft-windows-capi2/operational': 'capi2',
  'microsoft-iis-configuration/operational': 'iis-configuration',
  'openssh/operational': 'openssh',
  'microsoft-windows-dhcp-server/operational': 'dhcp',
  'microsoft-windows-shell-core/operational': 'shell-core',
}

const SYSMON: Readonly<Record<number, readonly string[]>> = {
  1: ['process_creation'],
  2: ['file_change'],
  3: ['network_connection'],
  4: ['sysmon_status'],
  5: ['process_termination'],
  6: ['driver_load'],
  7: ['image_load'],
  8: ['create_remote_thread'],
  9: ['raw_access_thread'],
  10: ['process_access'],
  11: ['file_event'],
  12: ['registry_event'],
  13: ['registry_set', 'registry_event'],
  14: ['registry_rename', 'registry_event'],
  15: ['create_stream_hash'],
  16: ['sysmon_status'],
  17: ['pipe_created'],
  18: ['pipe_created'],
  19: ['wmi_event'],
  20: ['wmi_event'],
  21: ['wmi_event'],
  22: ['dns_query'],
  23: ['file_delete'],
  24: ['clipboard_change'],
  25: ['process_tampering'],
  26: ['file_delete_detected'],
  27: ['file_block_executable'],
  28: ['file_block_shredding'],
  29: ['file_executable_detected'],
  255: ['sysmon_error'],
}
const POWERSHELL: Readonly<Record<number, readonly string[]>> = { 4103: ['ps_module'], 4104: ['ps_script'] }
const POWERSHELL_CLASSIC: Readonly<Record<number, readonly string[]>> = {
  400: ['ps_classic_start'],
  600: ['ps_classic_provider_start'],
  800: ['ps_classic_script'],
}
const ANTIVIRUS = new Set([1006, 1007, 1008, 1009, 1010, 1011, 1012, 1017, 1018, 1019, 1115, 1116])

export interface WindowsView {
  readonly logsource: EventLogSource
  readonly fields: Record<string, unknown>
}

/**
 * Undefined when the fields name neither channel nor a provider that has one of its own. Understands flat events (`Channel`, `EventID`, …),
 * Winlogbeat's `winlog`, and the nested form event files are dumped in (`Event` with `System` and `EventData`).
 */
export function windowsView(own: Fields): WindowsView | undefined {
  const winlog = objectOf(own['winlog'])
  const dumped = objectOf(objectOf(own['Event'])?.['System']) === undefined ? undefined : dumpedFields(objectOf(own['Event'])!)
  const flat = dumped ?? own
  const channel = textOf(flat['Channel']) ?? textOf(winlog?.['channel']) ?? channelOfProvider(flat)
  if (channel === undefined) return undefined
  const fields = winlog === undefined ? withoutSpaces(flat) : { ...own, ...flattened(winlog, channel) }
  const number = Number(fields['EventID'])
  const service = serviceOf(channel)
  const category = categoriesOf(service, number, fields['EventType'])
  if (service === 'security' && number === 4688) {
    // Rules speak Sysmon's language for a started process.
    fields['Image'] ??= fields['NewProcessName']
    fields['ParentImage'] ??= fields['ParentProcessName']
  }
  if (category.includes('antivirus')) {
    fields['Signature'] ??= fields['ThreatName']
    fields['Filename'] ??= fields['Path']
  }
  return { logsource: { product: 'windows', ...(service === undefined ? {} : { service }), category }, fields }
}

/** Providers that write to one channel only; what is left of the channel when a collector drops it. */
function channelOfProvider(flat: Fields): string | undefined {
  if (flat['EventID'] === undefined) return undefined
  switch (textOf(flat['Provider_Name']) ?? textOf(flat['SourceName'])) {
    case 'Microsoft-Windows-Sysmon':
      return 'Microsoft-Windows-Sysmon/Operational'
    case 'Microsoft-Windows-Security-Auditing':
      return 'Security'
    case 'Service Control Manager':
      return 'System'
    default:
      return undefined
  }
}

/** `System` with its attributes joined by an underscore, `EventData` or `UserData` by name; unnamed values collect in `Data`. */
function dumpedFields(event: Fields): Record<string, unknown> {
  const fields: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(objectOf(event['System']) ?? {})) {
    const parts = objectOf(value)
    if (parts === undefined) fields[name] = value
    else if (parts['#text'] !== undefined) fields[name] = parts['#text']
    for (const [attribute, own] of Object.entries(attributesOf(value) ?? {})) fields[`${name}_${attribute}`] = own
  }
  const data = objectOf(event['EventData']) ?? objectOf(Object.values(objectOf(event['UserData']) ?? {})[0])
  for (const [name, value] of Object.entries(data ?? {})) {
    if (name === '#attributes') continue
    if (name !== 'Data') fields[name] = value
    else addData(fields, value)
  }
  return fields
}

function attributesOf(value: unknown): Fields | undefined {
  const parts = objectOf(value)
  if (parts === undefined) return undefined
  return (
    objectOf(parts['#attributes']) ??
    Object.fromEntries(Object.entries(parts).flatMap(([key, one]) => (key.startsWith('@') ? [[key.slice(1), one]] : [])))
  )
}

function addData(fields: Record<string, unknown>, value: unknown): void {
  const unnamed: unknown[] = []
  for (const item of Array.isArray(value) ? (value as unknown[]) : [value]) {
    const name = attributesOf(item)?.['Name']
    const text = objectOf(item) === undefined ? item : objectOf(item)!['#text']
    if (typeof name === 'string') fields[name] = text
    else if (objectOf(item)?.['#text'] === undefined && Array.isArray(text)) unnamed.push(...(text as unknown[]))
    else unnamed.push(text)
  }
  const found = unnamed.flat().filter(item => item !== undefined)
  if (found.length > 0) fields['Data'] = found.length === 1 ? found[0] : found
}

function serviceOf(channel: string): string | undefined {
  const name = channel.toLowerCase()
  return name.startsWith('microsoft-windows-applocker/') ? 'applocker' : Object.hasOwn(SERVICES, name) ? SERVICES[name] : undefined
}

function categoriesOf(service: string | undefined, number: number, eventType: unknown): readonly string[] {
  switch (service) {
    case 'sysmon': {
      const known = SYSMON[number] ?? []
      if (number !== 12) return known
      if (eventType === 'CreateKey') return [...known, 'registry_add']
      return eventType === 'DeleteKey' || eventType === 'DeleteValue' ? [...known, 'registry_delete'] : known
    }
    case 'powershell':
      return POWERSHELL[number] ?? []
    case 'powershell-classic':
      return POWERSHELL_CLASSIC[number] ?? []
    case 'security':
      return number === 4688 ? ['process_creation'] : []
    case 'windefend':
      return ANTIVIRUS.has(number) ? ['antivirus'] : []
    default:
      return []
  }
}

function flattened(winlog: Fields, channel: string): Record<string, unknown> {
  return {
    Channel: channel,
    EventID: winlog['event_id'],
    Provider_Name: winlog['provider_name'],
    Provider_Guid: winlog['provider_guid'],
    Computer: winlog['computer_name'],
    Level: winlog['level'],
    Task: winlog['task'],
    Opcode: winlog['opcode'],
    Keywords: winlog['keywords'],
    Version: winlog['version'],
    EventRecordID: winlog['record_id'],
    Execution_ProcessID: objectOf(winlog['process'])?.['pid'],
    Execution_ThreadID: objectOf(objectOf(winlog['process'])?.['thread'])?.['id'],
    Security_UserID: objectOf(winlog['user'])?.['identifier'],
    Correlation_ActivityID: winlog['activity_id'],
    TimeCreated_SystemTime: winlog['time_created'],
    ...withoutSpaces(objectOf(winlog['user_data']) ?? {}),
    ...withoutSpaces(objectOf(winlog['event_data']) ?? {}),
  }
}

/** A copy; Defender's `Process Name` is written `ProcessName` in rules. */
function withoutSpaces(fields: Fields): Record<string, unknown> {
  const out: Record<string, unknown> = {}
  for (const name of Object.keys(fields)) out[name.includes(' ') ? name.replaceAll(' ', '') : name] = fields[name]
  return out
}

function objectOf(value: unknown): Fields | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : undefined
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

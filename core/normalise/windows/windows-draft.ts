// A Windows event in ECS words, with everything it said kept under `winlog` for rules that ask by its own names. Called by the Windows parsers.
import { canonicalIp, portNumber } from '../address.js'
import type { EventDraft } from '../define-parser.js'
import { isoTime, toInstant, type TimeContext } from '../event-time.js'
import { cleanCopy } from '../merge-draft.js'
import { meaningOf, type Meaning } from './windows-meaning.js'
import type { EventData, WindowsRecord } from './windows-record.js'

const AUDIT_FAILURE = 0x10000000000000n
const AUDIT_SUCCESS = 0x20000000000000n
/** Kerberos and NTLM say success as zero. */
const ZERO = /^0(?:x0+)?$/i
const DATASETS: Readonly<Record<string, string>> = {
  security: 'windows.security',
  system: 'windows.system',
  application: 'windows.application',
  'microsoft-windows-sysmon/operational': 'windows.sysmon',
  'microsoft-windows-powershell/operational': 'windows.powershell',
  'powershellcore/operational': 'windows.powershell',
  'windows powershell': 'windows.powershell',
}
/** Senders that leave the channel out name the program that wrote. */
const CHANNELS: Readonly<Record<string, string>> = {
  'microsoft-windows-security-auditing': 'Security',
  'microsoft-windows-sysmon': 'Microsoft-Windows-Sysmon/Operational',
  'microsoft-windows-powershell': 'Microsoft-Windows-PowerShell/Operational',
  'microsoft-windows-windows defender': 'Microsoft-Windows-Windows Defender/Operational',
  'microsoft-windows-eventlog': 'System',
  'service control manager': 'System',
  powershell: 'Windows PowerShell',
}

export function channelOfProvider(provider: string): string | undefined {
  const name = provider.toLowerCase()
  return Object.hasOwn(CHANNELS, name) ? CHANNELS[name] : undefined
}

/** Total; `record` may hold anything a sender can write. */
export function windowsDraft(record: WindowsRecord, time: TimeContext): EventDraft {
  const number = Number(record.eventId)
  const data = new Data({ ...record.userData, ...record.eventData })
  const meaning = meaningOf(record.channel, number)
  const outcome = outcomeOf(record, meaning, data)
  return {
    '@timestamp': toInstant(timeOf(record.time, time)),
    event: {
      dataset: datasetOf(record.channel),
      code: record.eventId,
      provider: record.provider,
      category: meaning === undefined ? undefined : [...meaning.category],
      type: meaning === undefined ? undefined : [...meaning.type],
      action: meaning?.action,
      outcome,
      reason: data.text('FailureReason'),
    },
    host: { name: record.computer },
    user: userFields(meaning, data),
    group: group(meaning, data),
    source: sourceFields(data),
    destination: destinationFields(data),
    network: { transport: data.text('Protocol')?.toLowerCase() },
    process: processFields(data),
    file: fileFields(data),
    registry: { path: data.text('TargetObject'), data: { strings: data.list('Details') } },
    dns: dnsFields(data),
    service: { name: serviceName(meaning, data) },
    rule: { name: data.text('Threat Name', 'ThreatName', 'RuleName') },
    powershell: { file: { script_block_text: data.text('ScriptBlockText') } },
    message: record.message,
    winlog: winlogOf(record),
  }
}

/** Winlogbeat's names; texts without control characters. */
function winlogOf(record: WindowsRecord): Record<string, unknown> {
  const { eventData, userData } = record
  return cleanCopy({
    channel: record.channel,
    event_id: record.eventId,
    provider_name: record.provider,
    provider_guid: record.providerGuid,
    computer_name: record.computer,
    level: record.level,
    task: record.task,
    opcode: record.opcode,
    keywords: record.keywords,
    version: record.version,
    record_id: record.recordId,
    process: { pid: record.processId, thread: { id: record.threadId } },
    user: { identifier: record.userId },
    activity_id: record.activityId,
    time_created: record.time,
    ...(Object.keys(eventData).length === 0 ? {} : { event_data: eventData }),
    ...(Object.keys(userData).length === 0 ? {} : { user_data: userData }),
  }) as Record<string, unknown>
}

export function datasetOf(channel: string): string {
  const name = channel.toLowerCase()
  const known = Object.hasOwn(DATASETS, name) ? DATASETS[name] : undefined
  if (known !== undefined) return known
  const short = name
    .replace(/^microsoft-windows-/, '')
    .replace(/\/(?:operational|admin)$/, '')
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '')
    .slice(0, 40)
  return short === '' ? 'windows' : `windows.${short}`
}

function timeOf(text: string | undefined, context: TimeContext): number | undefined {
  if (text === undefined) return undefined
  // Windows writes `SystemTime` in UTC even where it leaves the Z out.
  return isoTime(text, text.includes('T') ? { ...context, utcOffsetMinutes: 0 } : context)
}

function outcomeOf(record: WindowsRecord, meaning: Meaning | undefined, data: Data): 'success' | 'failure' | undefined {
  if (meaning?.outcome !== undefined) return meaning.outcome
  const status = data.text('Status', 'FailureCode')
  if (meaning?.actor === 'target' && status !== undefined) return ZERO.test(status) ? 'success' : 'failure'
  const keywords = record.keywords ?? ''
  if (/^0x[0-9a-f]{1,16}$/i.test(keywords)) {
    const bits = BigInt(keywords)
    if ((bits & AUDIT_FAILURE) !== 0n) return 'failure'
    return (bits & AUDIT_SUCCESS) === 0n ? undefined : 'success'
  }
  if (/audit[ _]failure/i.test(keywords)) return 'failure'
  return /audit[ _]success/i.test(keywords) ? 'success' : undefined
}

function userFields(meaning: Meaning | undefined, data: Data): EventDraft['user'] {
  const target = {
    name: data.account('TargetUserName', 'TargetUser', 'TargetAccount'),
    domain: data.text('TargetDomainName'),
    id: data.text('TargetUserSid', 'TargetSid'),
  }
  const subject = { name: data.account('SubjectUserName'), domain: data.text('SubjectDomainName'), id: data.text('SubjectUserSid') }
  if (meaning?.actor === 'target') return target
  const whole = data.account('User', 'UserName', 'AccountName', 'Detection User', 'user')
  const cut = whole?.indexOf('\\') ?? -1
  const named =
    whole === undefined
      ? { name: data.account('param1', 'Param1') }
      : cut === -1
        ? { name: whole }
        : { name: whole.slice(cut + 1), domain: whole.slice(0, cut) }
  if (subject.name !== undefined) return { ...subject, ...(target.name === undefined ? {} : { target }) }
  if (target.name !== undefined && whole === undefined) return { ...target, target }
  // `param1` is a user only where remote sessions are accepted.
  return whole === undefined && meaning?.action !== 'remote-user-accepted' ? undefined : named
}

function group(meaning: Meaning | undefined, data: Data): EventDraft[string] {
  return meaning?.type.includes('group') === true ? { name: data.account('TargetUserName'), id: data.text('TargetSid') } : undefined
}

function sourceFields(data: Data): EventDraft['source'] {
  const address = data.text(
    'IpAddress',
    'SourceIp',
    'SourceAddress',
    'ClientAddress',
    'Address',
    'Param3',
    'ClientIP',
    'SourceNetworkAddress',
  )
  const ip = canonicalIp(address)
  const name = data.text('SourceHostname', 'WorkstationName', 'Workstation', 'ClientName')?.replace(/^\\\\/, '')
  return {
    ip,
    port: portNumber(data.text('IpPort', 'SourcePort', 'SourcePortName', 'ClientPort')),
    address: ip === undefined && name !== undefined ? name : undefined,
    domain: name,
  }
}

function destinationFields(data: Data): EventDraft['destination'] {
  const address = data.text('DestinationIp', 'DestAddress', 'DestinationAddress')
  const ip = canonicalIp(address)
  return { ip, port: portNumber(data.text('DestinationPort', 'DestPort')), domain: data.text('DestinationHostname') }
}

function processFields(data: Data): EventDraft['process'] {
  const path = data.text('NewProcessName', 'Image', 'SourceImage', 'ProcessName', 'Process Name', 'Application', 'CallerProcessName')
  const parent = data.text('ParentProcessName', 'ParentImage')
  const pid = numberOf(data.text('NewProcessId', 'ProcessId', 'ProcessID', 'SourceProcessId'))
  return {
    name: baseName(path),
    executable: path,
    pid,
    command_line: data.text('CommandLine', 'ProcessCommandLine', 'HostApplication'),
    working_directory: data.text('CurrentDirectory'),
    entity_id: data.text('ProcessGuid'),
    hash: data.text('Image') === undefined || data.text('ImageLoaded', 'TargetFilename') !== undefined ? undefined : hashes(data),
    parent: {
      name: baseName(parent),
      executable: parent,
      pid: numberOf(data.text('ParentProcessId')),
      command_line: data.text('ParentCommandLine'),
    },
  }
}

function fileFields(data: Data): EventDraft['file'] {
  const path = data.text('TargetFilename', 'ImageLoaded', 'ObjectName', 'RelativeTargetName', 'FileName', 'Path')
  return path === undefined
    ? undefined
    : { path, name: baseName(path), hash: data.text('TargetFilename', 'ImageLoaded') === undefined ? undefined : hashes(data) }
}

/** `SHA1=…,MD5=…`, sometimes as separate fields. */
function hashes(data: Data): { md5?: string; sha1?: string; sha256?: string; imphash?: string } {
  const found: { md5?: string; sha1?: string; sha256?: string; imphash?: string } = {}
  for (const part of (data.text('Hashes', 'Hash') ?? '').split(',').slice(0, 8)) {
    const match = /^(MD5|SHA1|SHA256|IMPHASH)=([0-9A-Fa-f]{32,64})$/.exec(part.trim())
    if (match !== null) found[(match[1] ?? '').toLowerCase() as keyof typeof found] = (match[2] ?? '').toLowerCase()
  }
  return found
}

function dnsFields(data: Data): EventDraft['dns'] {
  const name = data.text('QueryName')
  if (name === undefined) return undefined
  const answers = (data.text('QueryResults') ?? '')
    .split(';')
    .map(canonicalIp)
    .filter(ip => ip !== undefined)
  return { question: { name }, resolved_ip: answers.length === 0 ? undefined : answers.slice(0, 64) }
}

function serviceName(meaning: Meaning | undefined, data: Data): string | undefined {
  if (meaning?.action === 'service-state-changed' || meaning?.action === 'service-start-type-changed') return data.text('param1')
  return data.text('ServiceName')
}

function numberOf(text: string | undefined): number | undefined {
  if (text === undefined || !/^(?:0x[0-9a-f]{1,8}|\d{1,10})$/i.test(text)) return undefined
  return Number(text)
}

function baseName(path: string | undefined): string | undefined {
  const name = path?.slice(Math.max(path.lastIndexOf('\\'), path.lastIndexOf('/')) + 1)
  return name === undefined || name === '' ? undefined : name
}

/** The event's fields by name; `-` is how Windows writes nothing. */
class Data {
  constructor(private readonly fields: EventData) {}

  text(...names: readonly string[]): string | undefined {
    for (const name of names) {
      const value = Object.hasOwn(this.fields, name) ? this.fields[name] : undefined
      const plain = (Array.isArray(value) ? value[0] : value)?.trim()
      if (plain !== undefined && plain !== '' && plain !== '-') return plain.replace(/\p{Cc}/gu, ' ')
    }
    return undefined
  }

  account(...names: readonly string[]): string | undefined {
    return this.text(...names)?.slice(0, 256)
  }

  list(name: string): string[] | undefined {
    const value = this.text(name)
    return value === undefined ? undefined : [value]
  }
}

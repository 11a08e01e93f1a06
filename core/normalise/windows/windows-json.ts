// Windows events as JSON: Winlogbeat, Wazuh, NXLog and flat exports, the nested form of evtx tools. Called by the Windows JSON parser.
import { isObject } from '../merge-draft.js'
import { channelOfProvider } from './windows-draft.js'
import { addValue, present, type EventData, type WindowsRecord } from './windows-record.js'

type Fields = Readonly<Record<string, unknown>>

/** Undefined for what is no Windows event. */
export function recordOfJson(fields: Fields): WindowsRecord | undefined {
  return winlogbeat(fields) ?? wazuh(fields) ?? nested(fields) ?? flat(fields)
}

function winlogbeat(fields: Fields): WindowsRecord | undefined {
  const winlog = objectAt(fields, 'winlog')
  if (winlog === undefined) return undefined
  const process = objectAt(winlog, 'process')
  return made({
    channel: text(winlog['channel']),
    eventId: text(winlog['event_id']) ?? text(objectAt(fields, 'event')?.['code']),
    provider: text(winlog['provider_name']),
    providerGuid: text(winlog['provider_guid']),
    computer: text(winlog['computer_name']),
    task: text(winlog['task']),
    opcode: text(winlog['opcode']),
    keywords: text(winlog['keywords']),
    version: text(winlog['version']),
    recordId: text(winlog['record_id']),
    processId: text(process?.['pid']),
    threadId: text(objectAt(process, 'thread')?.['id']),
    userId: text(objectAt(winlog, 'user')?.['identifier']),
    activityId: text(winlog['activity_id']),
    time: text(fields['@timestamp']),
    eventData: dataOf(objectAt(winlog, 'event_data')),
    userData: dataOf(objectAt(winlog, 'user_data')),
    message: text(fields['message']),
  })
}

/** Wazuh writes every name with a small first letter; its alerts hold the event in `data`. */
function wazuh(fields: Fields): WindowsRecord | undefined {
  const win = objectAt(fields, 'win') ?? objectAt(objectAt(fields, 'data'), 'win')
  const system = objectAt(win, 'system')
  if (system === undefined) return undefined
  return made({
    channel: text(system['channel']),
    eventId: text(system['eventID']),
    provider: text(system['providerName']),
    providerGuid: text(system['providerGuid']),
    computer: text(system['computer']),
    level: text(system['level']),
    task: text(system['task']),
    opcode: text(system['opcode']),
    keywords: text(system['keywords']),
    version: text(system['version']),
    recordId: text(system['eventRecordID']),
    processId: text(system['processID']),
    threadId: text(system['threadID']),
    time: text(system['systemTime']),
    eventData: capitalised(dataOf(objectAt(win, 'eventdata'))),
    userData: capitalised(dataOf(objectAt(win, 'userdata'))),
    message: text(system['message']),
  })
}

/** `{Event: {System, EventData}}` with attributes under `#attributes`, `@attributes`, `$` or beside the text. */
function nested(fields: Fields): WindowsRecord | undefined {
  const event = objectAt(fields, 'Event')
  const system = objectAt(event, 'System') ?? objectAt(fields, 'System')
  if (system === undefined) return undefined
  const attribute = (element: string, name: string): string | undefined => {
    const at = objectAt(system, element)
    const own = objectAt(at, '#attributes') ?? objectAt(at, '@attributes') ?? objectAt(at, '$') ?? at
    return text(own?.[name] ?? own?.[`@${name}`])
  }
  const body = event ?? fields
  return made({
    channel: text(system['Channel']),
    eventId: text(system['EventID']) ?? text(objectAt(system, 'EventID')?.['#text']),
    provider: attribute('Provider', 'Name'),
    providerGuid: attribute('Provider', 'Guid'),
    computer: text(system['Computer']),
    level: text(system['Level']),
    task: text(system['Task']),
    opcode: text(system['Opcode']),
    keywords: text(system['Keywords']),
    version: text(system['Version']),
    recordId: text(system['EventRecordID']),
    processId: attribute('Execution', 'ProcessID'),
    threadId: attribute('Execution', 'ThreadID'),
    userId: attribute('Security', 'UserID'),
    activityId: attribute('Correlation', 'ActivityID'),
    time: attribute('TimeCreated', 'SystemTime'),
    eventData: dataOf(objectAt(body, 'EventData')),
    userData: dataOf(objectAt(body, 'UserData')),
  })
}

type SystemKey = Exclude<keyof WindowsRecord, 'eventData' | 'userData'>

/** Names of `System` in flat exports; everything else is the event's own data. */
const FLAT: Readonly<Record<string, SystemKey>> = {
  Channel: 'channel',
  LogName: 'channel',
  EventID: 'eventId',
  EventId: 'eventId',
  EventCode: 'eventId',
  Provider_Name: 'provider',
  ProviderName: 'provider',
  SourceName: 'provider',
  Provider_Guid: 'providerGuid',
  ProviderGuid: 'providerGuid',
  Computer: 'computer',
  ComputerName: 'computer',
  MachineName: 'computer',
  Hostname: 'computer',
  Level: 'level',
  Task: 'task',
  Opcode: 'opcode',
  OpcodeValue: 'opcode',
  Keywords: 'keywords',
  Version: 'version',
  EventRecordID: 'recordId',
  RecordNumber: 'recordId',
  Execution_ProcessID: 'processId',
  ExecutionProcessID: 'processId',
  Execution_ThreadID: 'threadId',
  ExecutionThreadID: 'threadId',
  Security_UserID: 'userId',
  Correlation_ActivityID: 'activityId',
  TimeCreated_SystemTime: 'time',
  TimeCreated: 'time',
  EventTime: 'time',
  UtcTime: 'time',
  '@timestamp': 'time',
  Message: 'message',
}

function flat(fields: Fields): WindowsRecord | undefined {
  const system: { -readonly [K in SystemKey]?: string } = {}
  const eventData: EventData = {}
  for (const [name, value] of Object.entries(fields)) {
    const key = Object.hasOwn(FLAT, name) ? FLAT[name] : undefined
    const plain = text(value)
    if (key !== undefined && plain !== undefined && system[key] === undefined) system[key] = plain
    // Sysmon's own time and the host's name belong to the event too.
    if (key === undefined || name === 'UtcTime') takeValue(eventData, name, value)
  }
  const nestedData = objectAt(fields, 'EventData')
  const { channel, eventId, ...rest } = system
  // A channel, or a provider that has one of its own, and a number together are Windows; one of them alone is anybody's.
  const named = channel ?? (system.provider === undefined ? undefined : channelOfProvider(system.provider))
  return made({ ...rest, channel: named, eventId, eventData: { ...eventData, ...dataOf(nestedData) }, userData: {} })
}

type Unchecked = Omit<WindowsRecord, 'channel' | 'eventId'> & { readonly channel: string | undefined; readonly eventId: string | undefined }

function made(record: Unchecked): WindowsRecord | undefined {
  const { channel, eventId } = record
  if (channel === undefined || eventId === undefined || !/^\d{1,6}$/.test(eventId)) return undefined
  return { ...record, channel, eventId }
}

function dataOf(object: Fields | undefined): EventData {
  const data: EventData = {}
  for (const [name, value] of Object.entries(object ?? {})) if (name !== '#attributes') takeValue(data, name, value)
  return data
}

/** Objects inside are looked through: the names of their leaves are the fields (`UserData`), and `{"#text": …}` is its text. */
function takeValue(data: EventData, name: string, value: unknown, depth = 0): void {
  const plain = typeof value === 'string' ? value : text(value)
  if (plain !== undefined) addValue(data, name === '#text' ? 'Data' : name, plain)
  else if (depth > 6) return
  else if (Array.isArray(value)) for (const item of value.slice(0, 256)) takeValue(data, name, item, depth + 1)
  else if (isObject(value)) {
    const label = text(value['@Name'] ?? value['Name'])
    const content = text(value['#text'])
    if (label !== undefined && content !== undefined) addValue(data, label, content)
    else
      for (const [inner, item] of Object.entries(value))
        if (inner !== '#attributes') takeValue(data, inner === '#text' ? name : inner, item, depth + 1)
  }
}

/** Wazuh also escapes every backslash a second time. */
function capitalised(data: EventData): EventData {
  const doubled = /\\\\/
  const single = /(?<!\\)(?:\\\\)*\\(?!\\)/
  const plain = (value: string): string => (doubled.test(value) && !single.test(value) ? value.replaceAll('\\\\', '\\') : value)
  return Object.fromEntries(
    Object.entries(data).map(([name, value]) => [
      name.charAt(0).toUpperCase() + name.slice(1),
      Array.isArray(value) ? value.map(plain) : plain(value),
    ]),
  )
}

function objectAt(fields: Fields | undefined, name: string): Fields | undefined {
  const value = fields !== undefined && Object.hasOwn(fields, name) ? fields[name] : undefined
  return isObject(value) ? value : undefined
}

function text(value: unknown): string | undefined {
  if (typeof value === 'string') return present(value)
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined
}

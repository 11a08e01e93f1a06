// The fields in the rendered text of a Windows event (`Account Name:  bob  Source Port: 5`), under the names the event itself has. Used for plain lines.
import { addValue, type EventData } from './windows-record.js'

/** Labels of the Security log in English, and what they are called in the event; the second of two accounts is the one logged on. */
const LABELS: Readonly<Record<string, readonly string[]>> = {
  'account name': ['SubjectUserName', 'TargetUserName'],
  'account domain': ['SubjectDomainName', 'TargetDomainName'],
  'security id': ['SubjectUserSid', 'TargetUserSid'],
  'logon type': ['LogonType'],
  'source network address': ['IpAddress'],
  'client address': ['IpAddress'],
  'source address': ['SourceAddress'],
  'source port': ['IpPort'],
  'client port': ['IpPort'],
  'workstation name': ['WorkstationName'],
  'source workstation': ['Workstation'],
  'logon account': ['TargetUserName'],
  'new process name': ['NewProcessName'],
  'process command line': ['CommandLine'],
  'process name': ['ProcessName'],
  'caller process name': ['CallerProcessName'],
  'failure reason': ['FailureReason'],
  'service name': ['ServiceName'],
  'error code': ['Status'],
  status: ['Status'],
  'object name': ['ObjectName'],
  'share name': ['ShareName'],
}
const LABEL = /(?:^|[ ])([A-Z][A-Za-z]*(?: [A-Z][A-Za-z]*){0,3}):(?= |$)/g
const MAX_TEXT = 16_000

export function messageFields(text: string): EventData {
  const data: EventData = {}
  const cut = text.slice(0, MAX_TEXT)
  const found = [...cut.matchAll(LABEL)]
  const times = new Map<string, number>()
  found.forEach((match, index) => {
    const label = match[1] ?? ''
    const value = cut.slice(match.index + match[0].length, found[index + 1]?.index ?? cut.length).trim()
    if (value === '' || value === '-' || value.length > 4_096) return
    const names = Object.hasOwn(LABELS, label.toLowerCase()) ? LABELS[label.toLowerCase()] : undefined
    if (names === undefined) {
      // Sysmon's text has the fields' own names.
      if (!label.includes(' ') && data[label] === undefined) addValue(data, label, value)
      return
    }
    const time = times.get(label) ?? 0
    times.set(label, time + 1)
    const name = names[Math.min(time, names.length - 1)]
    if (name !== undefined && data[name] === undefined) addValue(data, name, value)
  })
  // An event with one account only tells whom it is about.
  if (
    data['TargetUserName'] === undefined &&
    data['SubjectUserName'] !== undefined &&
    (data['IpAddress'] !== undefined || data['LogonType'] !== undefined)
  )
    data['TargetUserName'] = data['SubjectUserName']
  return data
}

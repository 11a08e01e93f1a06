// One Windows event whoever delivered it: the parts of `System` by one set of names and the event's own data by theirs. Made by the readers in this folder.
import { isSafeKey } from '../merge-draft.js'
import { childNamed, type XmlNode } from './xml-node.js'

/** Values are texts, or lists of texts for what has no name of its own or several values. */
export type EventData = Record<string, string | string[]>

export interface WindowsRecord {
  readonly channel: string
  readonly eventId: string
  /** As `System` has them; absent where the sender left them out. */
  readonly provider?: string | undefined
  readonly providerGuid?: string | undefined
  readonly computer?: string | undefined
  readonly level?: string | undefined
  readonly task?: string | undefined
  readonly opcode?: string | undefined
  readonly keywords?: string | undefined
  readonly version?: string | undefined
  readonly recordId?: string | undefined
  readonly processId?: string | undefined
  readonly threadId?: string | undefined
  readonly userId?: string | undefined
  readonly activityId?: string | undefined
  /** When it happened, as written. */
  readonly time?: string | undefined
  readonly eventData: EventData
  readonly userData: EventData
  /** The rendered text, where the sender has it. */
  readonly message?: string | undefined
}

const MAX_FIELDS = 512

/** Undefined when it has no channel or number. */
export function recordOfXml(event: XmlNode): WindowsRecord | undefined {
  const system = childNamed(event, 'System')
  const text = (name: string): string | undefined => present(childNamed(system, name)?.text)
  const attribute = (element: string, name: string): string | undefined => present(childNamed(system, element)?.attributes[name])
  const eventId = text('EventID')
  const provider = attribute('Provider', 'Name')
  const channel = text('Channel') ?? provider
  if (eventId === undefined || !/^\d{1,6}$/.test(eventId) || channel === undefined) return undefined
  const rendering = childNamed(event, 'RenderingInfo')
  return {
    channel,
    eventId,
    provider,
    providerGuid: attribute('Provider', 'Guid'),
    computer: text('Computer'),
    level: text('Level'),
    task: text('Task'),
    opcode: text('Opcode'),
    keywords: text('Keywords'),
    version: text('Version'),
    recordId: text('EventRecordID'),
    processId: attribute('Execution', 'ProcessID'),
    threadId: attribute('Execution', 'ThreadID'),
    userId: attribute('Security', 'UserID'),
    activityId: attribute('Correlation', 'ActivityID'),
    time: attribute('TimeCreated', 'SystemTime'),
    eventData: dataOf(childNamed(event, 'EventData')),
    userData: leavesOf(childNamed(event, 'UserData')),
    message: present(childNamed(rendering, 'Message')?.text),
  }
}

/** Named `Data` under their names, unnamed ones together under `Data`, other elements (`Binary`) under theirs. */
function dataOf(node: XmlNode | undefined): EventData {
  const data: EventData = {}
  for (const child of (node?.children ?? []).slice(0, MAX_FIELDS)) {
    const name = child.name === 'Data' ? (child.attributes['Name'] ?? 'Data') : child.name
    addValue(data, name, child.text)
  }
  return data
}

function leavesOf(node: XmlNode | undefined): EventData {
  const data: EventData = {}
  const walk = (at: XmlNode, depth: number): void => {
    if (Object.keys(data).length >= MAX_FIELDS || depth > 10) return
    if (at.children.length === 0) addValue(data, at.attributes['Name'] ?? at.name, at.text)
    else for (const child of at.children) walk(child, depth + 1)
  }
  for (const child of node?.children ?? []) walk(child, 1)
  return data
}

export function addValue(data: EventData, name: string, value: string): void {
  if (name === '' || !isSafeKey(name)) return
  const known = Object.hasOwn(data, name) ? data[name] : undefined
  if (known === undefined) data[name] = value
  else if (Array.isArray(known)) known.push(value)
  else data[name] = [known, value]
}

export function present(value: string | undefined): string | undefined {
  const trimmed = value?.trim()
  return trimmed === undefined || trimmed === '' ? undefined : trimmed
}

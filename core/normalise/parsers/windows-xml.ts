// Windows events as XML on one line: forwarded by agents, exported by tools, or read out of .evtx files.
import { defineParser } from '../define-parser.js'
import { readEventXml } from '../windows/event-xml.js'
import { windowsDraft } from '../windows/windows-draft.js'
import { recordOfXml } from '../windows/windows-record.js'

/** Something may stand before the event: an export's `Events` element, an agent's word. */
const MAX_PREFIX = 512
const START = /<Event(?= |>)/
const SYSTEM =
  '<System><Provider Name="Microsoft-Windows-Security-Auditing"/><EventID>4625</EventID><Channel>Security</Channel><Computer>dc1</Computer></System>'

export const windowsXml = defineParser({
  id: 'windows-xml',
  vendor: 'Microsoft',
  product: 'Windows',
  dataset: 'windows',
  samples: {
    parses: [
      `<Event xmlns="http://schemas.microsoft.com/win/2004/08/events/event">${SYSTEM}<EventData><Data Name="TargetUserName">bob</Data></EventData></Event>`,
      `<13>Feb 12 14:10:21 dc1 agent: <?xml version="1.0"?><Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'>${SYSTEM}</Event>`,
      `<Event>${SYSTEM}<EventData><Data Name="TargetUserName">cut off here`,
    ],
    ignores: ['<Event><System/></Event>', '<Events>', '<EventLog>1</EventLog>', '<Event xmlns="x"><Name>4625</Name></Event>'],
  },
  parse(message, envelope) {
    // The envelope may have taken `<Event …>` apart no further than a priority, which an element never is.
    const start = START.exec(message.slice(0, MAX_PREFIX + 8))
    if (start === null) return null
    const event = readEventXml(message.slice(start.index))
    const record = event === undefined ? undefined : recordOfXml(event)
    return record === undefined ? null : windowsDraft(record, envelope.time)
  },
})

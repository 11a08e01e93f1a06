// Windows events as plain lines: `WinEvtLog: channel: LEVEL(number): source: user: domain: computer: text`, and Snare's columns.
import { defineParser } from '../define-parser.js'
import { windowsDraft } from '../windows/windows-draft.js'
import { messageFields } from '../windows/message-fields.js'

const OSSEC = /(?:^|[ ])WinEvtLog: ([^:]{1,200}): ([A-Z_]{3,20})\((\d{1,6})\): ([^:]{1,200}): ([^:]{0,200}): ([^:]{0,200}): ([^:]{0,255}): /
// Snare separates by tabs, which the envelope has turned into blanks.
const SNARE =
  /(?:^|[ ])MSWinEventLog [0-6] (Security|System|Application|Directory Service|DNS Server|File Replication Service|[A-Z][A-Za-z-]+(?:\/[A-Za-z-]+)?) \d{1,10} [A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d{2}:\d{2}:\d{2} \d{4} (\d{1,6}) (\S{1,200}) (.{0,300}?) (?:N\/A|User|Group|Domain|Alias|WellKnownGroup|Computer) (Success Audit|Failure Audit|Information|Warning|Error) (\S{1,255}) /

export const windowsText = defineParser({
  id: 'windows-text',
  vendor: 'Microsoft',
  product: 'Windows',
  dataset: 'windows',
  samples: {
    parses: [
      '2026 Feb 12 14:10:21 WinEvtLog: Security: AUDIT_FAILURE(4625): Microsoft-Windows-Security-Auditing: (no user): no domain: dc1.example.com: An account failed to log on. Account Name:  bob  Source Network Address: 192.0.2.7',
      '<13>Feb 12 14:10:21 dc1 MSWinEventLog 1 Security 3027 Fri Feb 12 14:10:21 2026 4625 Microsoft-Windows-Security-Auditing N/A N/A Failure Audit dc1.example.com Logon  An account failed to log on.  Source Network Address: 192.0.2.7',
    ],
    ignores: ['Feb 12 14:10:21 h app: WinEvtLog: nothing', 'Feb 12 14:10:21 h app: MSWinEventLog 1'],
  },
  parse(message, envelope) {
    const ossec = OSSEC.exec(envelope.line.slice(0, 2_000))
    if (ossec !== null) {
      const [all, channel = '', level, eventId = '', provider, , , computer] = ossec
      const text = envelope.line.slice(ossec.index + all.length)
      return windowsDraft(
        {
          channel,
          eventId,
          provider,
          computer,
          keywords: level?.replace('_', ' '),
          eventData: messageFields(text),
          userData: {},
          message: text,
        },
        envelope.time,
      )
    }
    const snare = SNARE.exec(envelope.line.slice(0, 2_000))
    if (snare === null) return null
    const [all, channel = '', eventId = '', provider, , verdict, computer] = snare
    const text = envelope.line.slice(snare.index + all.length)
    const keywords = verdict?.split(' ').reverse().join(' ')
    return windowsDraft(
      { channel, eventId, provider, computer, keywords, eventData: messageFields(text), userData: {}, message: text },
      envelope.time,
    )
  },
})

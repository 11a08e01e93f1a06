// Windows events as one JSON object, whoever shipped them: Winlogbeat, NXLog, Wazuh, evtx tools, flat exports.
import { defineParser } from '../define-parser.js'
import { objectWith } from '../json-object.js'
import { windowsDraft } from '../windows/windows-draft.js'
import { recordOfJson } from '../windows/windows-json.js'

const MARKS = /"(?:winlog|win|System|Channel|LogName|SourceName|ProviderName|Provider_Name)"\s*:/

export const windowsJson = defineParser({
  id: 'windows-json',
  vendor: 'Microsoft',
  product: 'Windows',
  dataset: 'windows',
  samples: {
    parses: [
      '{"@timestamp":"2026-11-24T08:30:00Z","winlog":{"channel":"Security","event_id":"4625","computer_name":"dc1","event_data":{"TargetUserName":"bob"}}}',
      '{"win":{"system":{"channel":"Security","eventID":"4624","computer":"dc1"},"eventdata":{"targetUserName":"bob","ipAddress":"192.0.2.7"}}}',
      '{"Event":{"System":{"Provider":{"#attributes":{"Name":"X"}},"EventID":1,"Channel":"Microsoft-Windows-Sysmon/Operational"},"EventData":{"Image":"C:\\\\a.exe"}}}',
      '{"EventTime":"2026-11-24 08:30:00","Hostname":"dc1","EventID":4625,"SourceName":"Microsoft-Windows-Security-Auditing","TargetUserName":"bob"}',
      '{"Channel":"Microsoft-Windows-Sysmon/Operational","EventID":1,"Computer":"pc1","Image":"C:\\\\a.exe"}',
    ],
    ignores: [
      '{"Channel":"email","title":"x","severity":"high"}',
      '{"SourceName":"app","EventID":7,"msg":"x"}',
      '{"winlog":{"channel":"Security"}}',
      '{"win":true}',
    ],
  },
  parse(_, envelope) {
    const object = objectWith(envelope, MARKS)
    if (object === null || 'logsource' in object) return null
    const record = recordOfJson(object)
    return record === undefined ? null : windowsDraft(record, envelope.time)
  },
})

// What must and must not make the Sigma model speak; declared in sigma-rule.ts, walked by models.test.ts.
import type { Model } from '../define-model.js'
import { compileRules } from '../sigma/compile-rules.js'

const rule = `title: Sample of a probe
id: 00000000-0000-4000-8000-000000000001
author: The sample's author
tags: [attack.initial-access, attack.t1190]
logsource: { category: webserver }
detection:
  selection: { cs-uri-query|contains: '/sample-probe' }
  condition: selection
level: medium
---
title: Sample of a note
id: 00000000-0000-4000-8000-000000000002
logsource: { product: linux, service: sshd }
detection:
  keywords: [root]
  condition: keywords
level: informational
`
const request = (target: string): string => `192.0.2.7 - - [24/Nov/2026:08:00:00 +0800] "GET ${target} HTTP/1.1" 404 12 "-" "curl/8"`

export const sigmaSamples: Model['samples'] = {
  materials: () => ({ rules: compileRules([{ file: 'samples.yml', text: rule }]).ruleSet }),
  fires: [
    { what: 'the text in the request', lines: [request('/a?file=/sample-probe')] },
    { what: 'the text percent-coded', lines: [request('/%73ample-probe')] },
  ],
  silent: [
    { what: 'another request', lines: [request('/sample-prob')] },
    { what: 'the text in the log of another kind of source', lines: ['Nov 24 08:00:00 web1 app[1]: /sample-probe'] },
    {
      what: 'a match below the least severity',
      lines: ['Nov 24 08:00:00 web1 sshd[1]: Failed password for root from 192.0.2.7 port 22 ssh2'],
    },
  ],
}

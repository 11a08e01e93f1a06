// su of shadow-utils and util-linux: someone became, or failed to become, someone else.
import { defineParser } from '../define-parser.js'

const NAMED = /^(Successful|FAILED) su for (\S{1,256}) by (\S{1,256})$/
const TO = /^(FAILED SU )?\(to (\S{1,256})\) (\S{1,256}) on (\S{1,64})$/
const BAD = /^BAD SU (\S{1,256}) to (\S{1,256}) on (\S{1,64})$/
const FAILED = /^failed: (\S{1,64}) changing from (\S{1,256}) to (\S{1,256})$/
const SHORT = /^([+-]) (\S{1,64}) ([^\s:]{1,256}):(\S{1,256})$/

export const su = defineParser({
  id: 'su',
  vendor: 'Linux',
  product: 'su',
  dataset: 'su',
  samples: {
    parses: [
      'Feb  9 21:19:40 host su[12]: Successful su for root by bob',
      'Feb  9 21:19:40 host su[12]: FAILED su for root by bob',
      'Feb  9 21:19:40 host su: FAILED SU (to root) bob on pts/0',
      'Feb  9 21:19:40 host su[12]: (to root) bob on pts/0',
      'Feb  9 21:19:40 host su[12]: - pts/0 bob:root',
      'Feb  9 21:19:40 host su[12]: BAD SU bob to root on /dev/ttyp0',
    ],
    ignores: [
      'Feb  9 21:19:40 host sum[12]: Successful su for root by bob',
      'Feb  9 21:19:40 host su[12]: pam_authenticate: Conversation error',
    ],
  },
  parse(message, { appname }) {
    if (appname !== 'su') return null
    let match = NAMED.exec(message)
    if (match !== null) return became(match[1] === 'Successful', match[3], match[2])
    match = TO.exec(message)
    if (match !== null) return became(match[1] === undefined, match[3], match[2], match[4])
    match = BAD.exec(message)
    if (match !== null) return became(false, match[1], match[2], match[3])
    match = FAILED.exec(message)
    if (match !== null) return became(false, match[2], match[3], match[1])
    match = SHORT.exec(message)
    return match === null ? null : became(match[1] === '+', match[3], match[4], match[2])
  },
})

function became(success: boolean, user: string | undefined, target: string | undefined, tty?: string) {
  return {
    event: { category: ['authentication'], type: ['start'], action: 'su', outcome: success ? ('success' as const) : ('failure' as const) },
    user: { name: user, effective: { name: target } },
    process: { tty: tty === undefined ? undefined : { name: tty } },
  }
}

// What must and must not make the password guessing model speak; declared in password-guessing.ts, walked by models.test.ts.
import type { Sample } from '../define-model.js'

/** `count` lines `seconds` apart from 08:00:00; `{n}` in the text becomes the line's number. */
function lines(count: number, seconds: number, text: string, startSeconds = 0): string[] {
  return Array.from({ length: count }, (_, n) => {
    const at = new Date(Date.UTC(2026, 10, 24, 8) + (startSeconds + n * seconds) * 1000).toISOString().slice(11, 19)
    return `Nov 24 ${at} web1 ${text.replaceAll('{n}', String(1000 + n))}`
  })
}

const failed = 'sshd[{n}]: Failed password for root from 192.0.2.7 port 4{n} ssh2'
const invalid = 'sshd[{n}]: Invalid user u{n} from 192.0.2.7 port 4{n}'
const accepted = 'sshd[9]: Accepted password for root from 192.0.2.7 port 59999 ssh2'

function login(count: number, outcome: string, type: string): string[] {
  return Array.from({ length: count }, (_, n) =>
    JSON.stringify({
      '@timestamp': `2026-11-24T00:00:${String(n).padStart(2, '0')}Z`,
      event: { category: ['authentication'], type: [type], action: 'vpn-login', outcome },
      source: { ip: '192.0.2.7' },
      host: { name: 'vpn1' },
      user: { name: 'bob' },
    }),
  )
}

export const sameSourceSamples: { readonly fires: readonly Sample[]; readonly silent: readonly Sample[] } = {
  fires: [
    { what: '10 failed passwords within 5 minutes', lines: lines(10, 33, failed) },
    { what: '10 unknown users and nothing else', lines: lines(10, 1, invalid) },
    {
      what: 'a repeated line stands for its number',
      lines: [
        lines(1, 0, failed),
        lines(1, 0, 'sshd[1000]: message repeated 9 times: [ Failed password for root from 192.0.2.7 port 41000 ssh2]', 5),
      ].flat(),
    },
    { what: 'logins of any other product', lines: login(10, 'failure', 'start') },
  ],
  silent: [
    { what: '9 failed passwords', lines: lines(9, 1, failed) },
    { what: '10 failures of which the first left the window', lines: lines(10, 33.4, failed) },
    {
      what: '5 attempts with two lines each',
      lines: [...lines(5, 1, invalid), ...lines(5, 1, 'sshd[{n}]: Failed password for invalid user u{n} from 192.0.2.7 port 4{n} ssh2', 1)],
    },
    { what: '9 failures and a success', lines: [...lines(9, 1, failed), ...lines(1, 0, accepted, 20)] },
    {
      what: '12 sources with one failure each',
      lines: Array.from({ length: 12 }, (_, n) =>
        lines(1, 0, `sshd[${n}]: Failed password for root from 192.0.2.${n} port 22 ssh2`, n),
      ).flat(),
    },
    { what: '12 successes', lines: login(12, 'success', 'start') },
    { what: '12 failed log-offs', lines: login(12, 'failure', 'end') },
  ],
}

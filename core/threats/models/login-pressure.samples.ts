// What must and must not make the login pressure model speak; declared in login-pressure.ts, walked by models.test.ts.
import type { Sample } from '../define-model.js'

/** `count` lines `seconds` apart; `{n}` becomes the line's number. */
function lines(count: number, seconds: number, text: string, startSeconds = 0): string[] {
  return Array.from({ length: count }, (_, n) => {
    const at = new Date(Date.UTC(2026, 10, 24, 0) + (startSeconds + n * seconds) * 1000).toISOString().slice(11, 19)
    return `Nov 24 ${at} web1 ${text.replaceAll('{n}', String(100 + n))}`
  })
}

const failed = 'sshd[1{n}]: Failed password for root from 192.0.2.7 port 4{n} ssh2'
const other = 'sshd[1{n}]: Failed password for invalid user u{n} from 192.0.2.7 port 4{n} ssh2'

export const loginPressureSamples: { readonly fires: readonly Sample[]; readonly silent: readonly Sample[] } = {
  fires: [
    { what: '3 failures faster than anybody types', lines: lines(3, 1, failed) },
    {
      what: 'a program that says it refuses further attempts',
      lines: lines(1, 0, 'app: Login attempt for bob from 192.0.2.7 failed: rate limit exceeded'),
    },
    { what: '5 failures within a minute', lines: lines(5, 10, failed) },
    { what: '10 failures within hours', lines: lines(10, 901, failed) },
    { what: '4 failures as regular as a clock', lines: lines(4, 1_200, failed) },
    {
      what: 'a program nobody knows the format of',
      lines: lines(5, 5, 'someapp: WARN Failed login attempt for user bob from ip address 192.0.2.7'),
    },
    { what: 'one that writes Chinese', lines: lines(5, 5, 'oa: 用户 bob 登录失败，来源 IP 192.0.2.7') },
    { what: '5 accounts tried by one source', lines: lines(5, 200, other) },
    {
      what: '8 sources that try one account',
      lines: lines(8, 100, 'sshd[1{n}]: Failed password for admin from 198.51.{n}.7 port 4{n} ssh2'),
    },
  ],
  silent: [
    {
      what: 'a program nobody knows that has other news',
      lines: lines(9, 1, 'someapp: user bob logged in from 192.0.2.7, authentication took 3 ms'),
    },
    { what: 'failed logins nobody says the source of', lines: lines(9, 1, 'someapp: Failed login attempt for user bob') },
    { what: '4 failures within a minute', lines: lines(4, 5, failed) },
    { what: '3 failures as regular as a clock', lines: lines(3, 1_200, failed) },
    { what: '4 failures of which three came at once', lines: [...lines(3, 2, failed), ...lines(1, 0, failed, 3_600)] },
    {
      what: 'somebody who gets in at last',
      lines: [
        ...lines(4, 10, failed),
        ...lines(1, 0, 'sshd[9]: Accepted password for root from 192.0.2.7 port 9 ssh2', 45),
        ...lines(4, 10, failed, 60),
      ],
    },
    { what: '4 accounts', lines: lines(4, 200, other) },
    { what: '7 sources', lines: lines(7, 100, 'sshd[1{n}]: Failed password for admin from 198.51.{n}.7 port 4{n} ssh2') },
  ],
}

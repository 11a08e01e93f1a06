// OpenSSH server lines (`sshd`, and `sshd-session`/`sshd-auth` of OpenSSH 9.8 and later) to login events.
// `ssh_login` is one attempt judged by the server; `ssh_invalid_user` goes before the attempt it announces and must not be counted beside it.
import { endpoint } from '../address.js'
import { defineParser, type EventDraft } from '../define-parser.js'
import { parsePam } from '../pam-line.js'

// User names may hold anything, also " from 1.2.3.4 port 22": the greedy group leaves only the last address to the pattern's end.
const LOGIN =
  /^(Failed|Accepted|Postponed) (\S{1,64}) for (invalid user )?(.*) from (\S{1,64}) port (\d{1,5})(?: ssh2?)?(?:: .*| \[preauth\])?$/
const INVALID_USER = /^(?:Invalid|Illegal) user (.*) from (\S{1,64})(?: port (\d{1,5}))?$/
const NOT_ALLOWED = /^User (.*) from (\S{1,255}) not allowed because /
const MAX_ATTEMPTS =
  /^(?:error: )?maximum authentication attempts exceeded for (invalid user )?(.*) from (\S{1,64}) port (\d{1,5})(?: ssh2?)?(?: \[preauth\])?$/
const PAM_FAILURE =
  /^error: PAM: (?:Authentication failure|User not known to the underlying authentication module) for (illegal user |invalid user )?(.*) from (\S{1,255})$/
const TIMEOUT =
  /^(?:fatal: )?Timeout before authentication for (?:connection from )?(\S{1,64}?)(?: port (\d{1,5})| to \S{1,64}, pid = \d{1,10}|$)/
const GONE_WITH_USER =
  /^(?:Connection (?:closed|reset) by|Disconnected from|Disconnecting) (?:(authenticating|invalid) user|user) (.*) (\S{1,64}) port (\d{1,5})(?:: .*?)?( \[preauth\])?$/
const GONE =
  /^(?:Connection (?:closed|reset) by|Disconnected from|Received disconnect from) (\S{1,64}?)(?: port (\d{1,5})|(?=[: ]|$)).*?( \[preauth\])?$/
const PROBE =
  /^(?:error: )?(?:Did not receive identification string from|Unable to negotiate with|Bad protocol version identification .* from|banner exchange: Connection from|kex_exchange_identification: .* from) (\S{1,64}?)(?: port (\d{1,5})|(?=[: ]|$))/
const CONNECTION = /^Connection from (\S{1,64}) port (\d{1,5})/
const SUBSYSTEM = /^subsystem request for (\S{1,64}) by user (.*)$/
const SESSION = /^Starting session: .* for (\S{1,255}) from (\S{1,64}) port (\d{1,5})/
const REPEATED = /^message repeated (\d{1,9}) times: \[ ?(.*)\]$/

const LOGIN_EVENT = { category: ['authentication'], type: ['start'], action: 'ssh_login' }

export const sshd = defineParser({
  id: 'sshd',
  vendor: 'OpenBSD',
  product: 'OpenSSH',
  dataset: 'sshd',
  samples: {
    parses: [
      'Feb 12 14:10:21 host sshd[1]: Failed password for root from 192.0.2.4 port 22 ssh2',
      'Feb 12 14:10:21 host sshd-session[1]: Failed password for invalid user a b from 192.0.2.4 port 22 ssh2',
      'Feb 12 14:10:21 host sshd[1]: Failed none for invalid user x from 2001:db8::1 port 22 ssh2',
      'Feb 12 14:10:21 host sshd[1]: Failed publickey for git from 192.0.2.4 port 22 ssh2: RSA SHA256:abc',
      'Feb 12 14:10:21 host sshd[1]: Invalid user pascal from 192.0.2.4 port 53502',
      '<38>Feb 12 14:10:21 host sshd[1]: Accepted publickey for root from 192.0.2.4 port 39608 ssh2: ED25519 SHA256:abc',
      'Feb 12 14:10:21 host sshd[1]: pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=192.0.2.4  user=root',
      'Feb 12 14:10:21 host sshd[1]: PAM 2 more authentication failures; logname= uid=0 euid=0 tty=ssh ruser= rhost=192.0.2.4  user=root',
      'Feb 12 14:10:21 host sshd[1]: error: PAM: Authentication failure for root from 192.0.2.4',
      'Feb 12 14:10:21 host sshd[1]: Connection closed by authenticating user root 192.0.2.4 port 5 [preauth]',
      'Feb 12 14:10:21 host sshd[1]: Connection reset by 192.0.2.4 port 5 [preauth]',
      'Feb 12 14:10:21 host sshd[1]: Received disconnect from 192.0.2.4 port 5:11: Bye Bye [preauth]',
      'Feb 12 14:10:21 host sshd[1]: Disconnected from invalid user a 192.0.2.4 port 5 [preauth]',
      'Feb 12 14:10:21 host sshd[1]: message repeated 4 times: [ Failed password for root from 192.0.2.4 port 22 ssh2]',
      'Feb 12 14:10:21 host sshd[1]: error: maximum authentication attempts exceeded for root from 192.0.2.4 port 22 ssh2 [preauth]',
      'Feb 12 14:10:21 host sshd[1]: fatal: Timeout before authentication for 192.0.2.4 port 22',
      'Feb 12 14:10:21 host sshd[1]: Timeout before authentication for connection from 192.0.2.4 to 192.0.2.5, pid = 77',
      'Feb 12 14:10:21 host sshd[1]: User root from 192.0.2.4 not allowed because not listed in AllowUsers',
      'Feb 12 14:10:21 host sshd[1]: Did not receive identification string from 192.0.2.4 port 22',
      'Feb 12 14:10:21 host sshd[1]: pam_unix(sshd:session): session opened for user root(uid=0) by (uid=0)',
      'Feb 12 14:10:21 host sshd[1]: pam_unix(sshd:session): session closed for user root',
      'Feb 12 14:10:21 host sshd[1]: subsystem request for sftp by user vagrant',
    ],
    ignores: [
      'Feb 12 14:10:21 host app[1]: Failed password for root from 192.0.2.4 port 22 ssh2',
      'Feb 12 14:10:21 host sshd[1]: Server listening on 0.0.0.0 port 22.',
      'Feb 12 14:10:21 host sshd[1]: Failed password for root from 192.0.2.4',
    ],
  },
  parse(message, { appname }) {
    if (appname !== 'sshd' && appname !== 'sshd-session' && appname !== 'sshd-auth') return null
    const repeated = REPEATED.exec(message)
    const text = repeated?.[2] ?? message
    const draft = judged(text) ?? connection(text) ?? parsePam(text)
    if (draft === null || repeated === null) return draft
    return { ...draft, event: { ...draft.event, count: Number(repeated[1]) * Number(draft.event?.['count'] ?? 1) } }
  },
})

/** Lines about who may come in. */
function judged(text: string): EventDraft | null {
  let match = LOGIN.exec(text)
  if (match !== null) {
    const [, verdict, method, invalid, user, address, port] = match
    if (verdict === 'Postponed') return session('ssh_login_postponed', 'unknown', user, endpoint(address, port))
    return {
      event: { ...LOGIN_EVENT, outcome: verdict === 'Accepted' ? 'success' : 'failure' },
      source: endpoint(address, port),
      user: { name: nameOf(user) },
      sshd: { method, invalid_user: invalid === undefined ? undefined : true },
    }
  }
  match = INVALID_USER.exec(text)
  if (match !== null) return refused('ssh_invalid_user', match[1], endpoint(match[2], match[3]), true)
  match = NOT_ALLOWED.exec(text)
  if (match !== null) return refused('ssh_user_not_allowed', match[1], endpoint(match[2]))
  match = MAX_ATTEMPTS.exec(text)
  if (match !== null) return refused('ssh_max_attempts', match[2], endpoint(match[3], match[4]), match[1] !== undefined)
  match = PAM_FAILURE.exec(text)
  if (match !== null) return refused('pam_auth_failure', match[2], endpoint(match[3]), match[1] !== undefined)
  return null
}

/** Lines about connections, before and after the login. */
function connection(text: string): EventDraft | null {
  let match = TIMEOUT.exec(text)
  if (match !== null) return network('ssh_timeout', 'failure', endpoint(match[1], match[2]))
  match = GONE_WITH_USER.exec(text)
  if (match !== null) {
    const before = match[5] !== undefined || match[1] !== undefined
    const draft = network('ssh_disconnected', before ? 'failure' : 'success', endpoint(match[3], match[4]))
    return {
      ...draft,
      user: { name: nameOf(match[2]) },
      sshd: { preauth: before, invalid_user: match[1] === 'invalid' ? true : undefined },
    }
  }
  match = GONE.exec(text)
  if (match !== null) {
    const before = match[3] !== undefined
    return { ...network('ssh_disconnected', before ? 'failure' : 'success', endpoint(match[1], match[2])), sshd: { preauth: before } }
  }
  match = PROBE.exec(text)
  if (match !== null) return network('ssh_probe', 'failure', endpoint(match[1], match[2]))
  match = CONNECTION.exec(text)
  if (match !== null) return network('ssh_connected', 'unknown', endpoint(match[1], match[2]))
  match = SUBSYSTEM.exec(text)
  if (match !== null) return { ...session('ssh_subsystem', 'success', match[2], undefined), sshd: { subsystem: match[1] } }
  match = SESSION.exec(text)
  if (match !== null) return session('ssh_session_started', 'success', match[1], endpoint(match[2], match[3]))
  return null
}

type Outcome = 'success' | 'failure' | 'unknown'
type End = ReturnType<typeof endpoint>

function refused(action: string, user: string | undefined, source: End, invalid = false): EventDraft {
  return {
    event: { category: ['authentication'], type: ['info'], action, outcome: 'failure' },
    source,
    user: { name: nameOf(user) },
    sshd: { invalid_user: invalid ? true : undefined },
  }
}

function network(action: string, outcome: Outcome, source: End): EventDraft {
  return { event: { category: ['network'], type: ['connection', 'end'], action, outcome }, source }
}

function session(action: string, outcome: Outcome, user: string | undefined, source: End): EventDraft {
  return { event: { category: ['session'], type: ['info'], action, outcome }, source, user: { name: nameOf(user) } }
}

function nameOf(user: string | undefined): string | undefined {
  return user === undefined || user === '' ? undefined : user.slice(0, 256)
}

// Understands what PAM modules write in the name of any program; used by the sshd parser and the PAM parser.
import { endpoint } from './address.js'
import type { EventDraft } from './define-parser.js'

const PREFIX = /^pam_([a-z0-9_]{1,32})\(([^:)]{1,64}):(auth|session|account|chauthtok)\): +/
// The fields stand in this order; `user=` is last because it is the one an attacker may fill with anything.
const FAILURE =
  /^(?:authentication failure|(?:PAM )?(\d{1,6}) more authentication failures?); logname=(.{0,64}?) uid=(\d*) euid=\d* tty=(\S{0,64}) ruser=(.{0,256}?) rhost=(\S{0,255})(?: +user=(.*))?$/
const OPENED = /^session opened for user (\S{1,256}?)(?:\(uid=(\d+)\))? by (.*?)(?:\(uid=(\d+)\))?$/
const CLOSED = /^session closed for user (\S{1,256})$/
const TALLY = /^user (\S{1,256}) \(\d+\) tally (\d{1,6}), deny \d{1,6}$/
const LOCKED = /^Consecutive login failures for user (\S{1,256}) account temporarily locked$/
const PASSWORD_CHANGED = /^password changed for (\S{1,256})$/

/** `pam_unix(sshd:auth): …` and sshd's own `PAM 2 more authentication failures; …`; null for what is not about a person. */
export function parsePam(message: string, isPam = false): EventDraft | null {
  const prefix = PREFIX.exec(message)
  if (prefix === null && !isPam && !message.startsWith('PAM ')) return null
  const text = prefix === null ? message : message.slice(prefix[0].length)
  const service = prefix?.[2]
  const draft = failure(text) ?? session(text) ?? account(text)
  return draft === null ? null : { ...draft, pam: { module: prefix === null ? undefined : `pam_${prefix[1]}`, service } }
}

function failure(text: string): EventDraft | null {
  const match = FAILURE.exec(text)
  if (match !== null) {
    const [, more, logname, uid, tty, ruser, rhost, user] = match
    return {
      event: {
        category: ['authentication'],
        type: ['info'],
        action: 'pam_auth_failure',
        outcome: 'failure',
        count: more === undefined ? undefined : Number(more),
      },
      source: endpoint(rhost),
      user: { name: present(user) ?? present(logname) ?? present(ruser), id: user === undefined ? present(uid) : undefined },
      process: { tty: present(tty) === undefined ? undefined : { name: tty } },
    }
  }
  const tally = TALLY.exec(text) ?? LOCKED.exec(text)
  if (tally === null) return null
  return {
    event: { category: ['authentication', 'iam'], type: ['denied'], action: 'account_locked', outcome: 'failure' },
    user: { name: tally[1] },
  }
}

function session(text: string): EventDraft | null {
  const opened = OPENED.exec(text)
  if (opened !== null) {
    const [, target, targetId, by, byId] = opened
    const actor = present(by)
    return {
      event: { category: ['session'], type: ['start'], action: 'session_opened', outcome: 'success' },
      // "opened for root by vagrant": the person is vagrant, root is what they became.
      user:
        actor === undefined || actor === target
          ? { name: target, id: targetId ?? byId }
          : { name: actor, id: byId, effective: { name: target, id: targetId } },
    }
  }
  const closed = CLOSED.exec(text)
  if (closed === null) return null
  return { event: { category: ['session'], type: ['end'], action: 'session_closed', outcome: 'success' }, user: { name: closed[1] } }
}

function account(text: string): EventDraft | null {
  const match = PASSWORD_CHANGED.exec(text)
  if (match === null) return null
  return {
    event: { category: ['iam'], type: ['user', 'change'], action: 'password_changed', outcome: 'success' },
    user: { name: match[1] },
  }
}

function present(value: string | undefined): string | undefined {
  return value === undefined || value === '' ? undefined : value.slice(0, 256)
}

// Records of the Linux audit system (`type=… msg=audit(time:serial): …`), as auditd, audispd and journald write them; hex-coded values are decoded.
import { endpoint } from '../address.js'
import { defineParser, type EventDraft } from '../define-parser.js'
import { toInstant } from '../event-time.js'
import { isSafeKey, withoutControls } from '../merge-draft.js'

const HEAD = /(?:^|[ :])(?:node=(\S{1,255}) )?type=([A-Z0-9_]{2,40}|UNKNOWN\[\d{1,5}\]) (?:msg=)?audit\((\d{9,11})\.(\d{3}):(\d{1,12})\): ?/
/** Where something else may stand before the record, it is short. */
const MAX_PREFIX = 300
const MAX_FIELDS = 300
/** Values the kernel writes as hexadecimal digits when they hold blanks or quotes; others of that form are numbers. */
const CODED = /^(?:a\d{1,3}(?:\[\d{1,3}\])?|comm|exe|cwd|name|path|proctitle|cmd|data|acct|key|dir|watch|new-disk|grp|id|sw|root_dir)$/
const HEX = /^(?:[0-9A-F]{2}){2,}$/
const LOGINS = new Set(['USER_LOGIN', 'USER_AUTH', 'USER_ACCT', 'USER_ERR', 'CRED_ACQ'])
const CATEGORIES: readonly (readonly [pattern: RegExp, category: string, type: string])[] = [
  [/^(?:USER_LOGIN|USER_AUTH|USER_CHAUTHTOK|GRP_AUTH|LOGIN|ANOM_LOGIN_.*)$/, 'authentication', 'start'],
  [/^(?:USER_START|USER_END|USER_LOGOUT)$/, 'session', 'info'],
  [/^(?:ADD_|DEL_|USER_MGMT|GRP_MGMT|USER_ROLE|ROLE_|ACCT_|GRP_CHAUTHTOK|CHUSER_ID|CHGRP_ID)/, 'iam', 'user'],
  [/^(?:SYSCALL|EXECVE|PROCTITLE|USER_CMD|CWD|ANOM_EXEC|ANOM_ABEND)$/, 'process', 'info'],
  [/^(?:PATH|OBJ_PID|CONFIG_CHANGE_FILE)$/, 'file', 'info'],
  [/^(?:SOCKADDR|NETFILTER_|SOCKETCALL)/, 'network', 'info'],
  [/^(?:AVC|SELINUX_ERR|USER_AVC|ANOM_|RESP_|INTEGRITY_)/, 'intrusion_detection', 'info'],
  [/^(?:CONFIG_CHANGE|DAEMON_|SERVICE_|SYSTEM_|KERNEL|BPF|MAC_)/, 'configuration', 'change'],
]

export const auditd = defineParser({
  id: 'auditd',
  vendor: 'Linux',
  product: 'auditd',
  dataset: 'auditd.log',
  // Products that ship their own audit records are told by the formats.
  late: true,
  samples: {
    parses: [
      'type=SYSCALL msg=audit(1684329817.579:2995): arch=c000003e syscall=59 success=yes exit=0 ppid=26843 pid=27032 auid=1000 uid=1000 comm="perl" exe="/usr/bin/perl" key="x"',
      'node=db1 type=EXECVE msg=audit(1684329817.579:2995): argc=2 a0="sh" a1=6C73202F726F6F74',
      'type=USER_LOGIN msg=audit(1684329817.579:2995): pid=7 uid=0 auid=1 ses=1 msg=\'op=login acct="bob" exe="/usr/sbin/sshd" hostname=? addr=192.0.2.7 terminal=ssh res=failed\'',
      'Feb 12 14:10:21 host audispd: type=AVC msg=audit(1226270358.848:238): avc:  denied  { write } for  pid=13349 comm="certwatch" name="cache"',
    ],
    ignores: ['type=SYSCALL msg=audit(x): y', 'type=traffic msg="audit(1684329817.579:2995)"'],
  },
  parse(message, envelope) {
    // The tag rule of the envelope may have taken the first words; the whole line tells as well.
    const found = headIn(message) ?? headIn(envelope.line)
    if (found === undefined) return null
    const [, node, type = '', seconds, thousandths, serial] = found.match
    const fields = readFields(found.rest)
    return draftOf(type, fields, {
      '@timestamp': toInstant(Number(seconds) * 1000 + Number(thousandths)),
      host: { name: node },
      auditd: { type, serial, ...fields },
    })
  },
})

function headIn(text: string): { match: RegExpExecArray; rest: string } | undefined {
  const match = HEAD.exec(text.slice(0, MAX_PREFIX + 400))
  return match === null || match.index > MAX_PREFIX ? undefined : { match, rest: text.slice(match.index + match[0].length) }
}

type Fields = Record<string, string>

/** `key=value key="value" msg='key=value …'`; what is not of this form is read over. */
function readFields(text: string): Fields {
  const fields: Fields = {}
  const pair = /([A-Za-z][\w[\]-]{0,40})=(?:"([^"]*)"|'|([^\s'"]*))/y
  let count = 0
  let at = 0
  while (at < text.length && count < MAX_FIELDS) {
    pair.lastIndex = at
    const match = pair.exec(text)
    if (match === null) {
      at += 1
      continue
    }
    at = pair.lastIndex
    const [, key = '', quoted, bare] = match
    // `msg='` opens a list of fields; they stand beside the others.
    if ((quoted === undefined && bare === undefined) || !isSafeKey(key) || Object.hasOwn(fields, key)) continue
    fields[key] = quoted ?? decoded(key, bare ?? '').replace(/[,)]+$/, '')
    count += 1
  }
  return fields
}

function decoded(key: string, value: string): string {
  if (!CODED.test(key) || !HEX.test(value) || (/^\d+$/.test(value) && key !== 'proctitle')) return value
  // Arguments are separated by a zero byte.
  return withoutControls(Buffer.from(value, 'hex').toString('utf8'))
}

function draftOf(type: string, fields: Fields, base: EventDraft): EventDraft {
  const known = (key: string): string | undefined => {
    const value = fields[key]
    return value === undefined || value === '' || value === '?' || value === '(null)' || value === 'unset' || value === '4294967295'
      ? undefined
      : value
  }
  const outcome = outcomeOf(known('res') ?? known('success') ?? known('result'))
  const [, category, kind] = CATEGORIES.find(([pattern]) => pattern.test(type)) ?? []
  const pid = known('pid')
  const parent = known('ppid')
  const executable = known('exe')
  return {
    ...base,
    event: {
      category: category === undefined ? undefined : [category],
      type: kind === undefined ? undefined : [kind],
      action: type.toLowerCase().replaceAll('_', '-'),
      outcome,
    },
    user: { name: known('acct') ?? known('AUID') ?? known('UID'), id: known('uid') ?? known('auid') },
    source: LOGINS.has(type) || known('addr') !== undefined ? endpoint(known('addr') ?? known('hostname')) : undefined,
    process: {
      name: known('comm') ?? (executable === undefined ? undefined : executable.slice(executable.lastIndexOf('/') + 1)),
      executable,
      pid: pid !== undefined && /^\d{1,10}$/.test(pid) ? Number(pid) : undefined,
      parent: { pid: parent !== undefined && /^\d{1,10}$/.test(parent) ? Number(parent) : undefined },
      command_line: known('cmd') ?? known('proctitle') ?? argumentsOf(type, fields),
      working_directory: known('cwd'),
    },
    file: type === 'PATH' ? { path: known('name') } : undefined,
  }
}

function argumentsOf(type: string, fields: Fields): string | undefined {
  if (type !== 'EXECVE') return undefined
  const words: string[] = []
  for (let index = 0; index < 256; index += 1) {
    const word = fields[`a${index}`]
    if (word === undefined) break
    words.push(word)
  }
  return words.length === 0 ? undefined : words.join(' ')
}

function outcomeOf(word: string | undefined): 'success' | 'failure' | undefined {
  if (word === undefined) return undefined
  if (/^(?:yes|1|success|succeeded)$/.test(word)) return 'success'
  return /^(?:no|0|failed|failure)$/.test(word) ? 'failure' : undefined
}

// Accounts and groups made, changed or removed by the shadow tools (useradd, usermod, userdel, groupadd, gpasswd).
import { defineParser, type EventDraft } from '../define-parser.js'

const TOOLS = new Set(['useradd', 'adduser', 'usermod', 'userdel', 'groupadd', 'groupdel', 'groupmod', 'gpasswd', 'chage'])
const NEW_USER = /^new user: name=([^,\s]{1,256}), UID=(\d{1,10}), GID=\d{1,10}, home=([^,]{0,1024}), shell=([^,]{0,1024})/
const NEW_GROUP = /^new group: name=([^,\s]{1,256}), GID=(\d{1,10})/
const TO_GROUP = /^add '([^']{1,256})' to (?:shadow )?group '([^']{1,256})'/
const DELETED = /^delete user '([^']{1,256})'/
const CHANGED = /^change user '([^']{1,256})' (\S{1,64})/

export const accountChange = defineParser({
  id: 'account-change',
  vendor: 'Linux',
  product: 'shadow-utils',
  dataset: 'shadow-utils',
  samples: {
    parses: [
      'Feb  9 21:17:01 host useradd[9]: new user: name=bob, UID=1001, GID=1001, home=/home/bob, shell=/bin/bash, from=/dev/pts/0',
      'Feb  9 21:17:01 host useradd[9]: new group: name=bob, GID=1001',
      "Feb  9 21:17:01 host usermod[9]: add 'bob' to group 'sudo'",
      "Feb  9 21:17:01 host userdel[9]: delete user 'bob'",
      "Feb  9 21:17:01 host usermod[9]: change user 'bob' password",
    ],
    ignores: ['Feb  9 21:17:01 host useradd[9]: failed adding user', 'Feb  9 21:17:01 host app[9]: new group: name=bob, GID=1001'],
  },
  parse(message, { appname }) {
    if (appname === undefined || !TOOLS.has(appname)) return null
    let match = NEW_USER.exec(message)
    if (match !== null) return change('user_created', ['user', 'creation'], { target: { name: match[1], id: match[2] } })
    match = NEW_GROUP.exec(message)
    if (match !== null) return { ...change('group_created', ['group', 'creation']), group: { name: match[1], id: match[2] } }
    match = TO_GROUP.exec(message)
    if (match !== null) {
      return { ...change('user_added_to_group', ['group', 'change'], { target: { name: match[1] } }), group: { name: match[2] } }
    }
    match = DELETED.exec(message)
    if (match !== null) return change('user_deleted', ['user', 'deletion'], { target: { name: match[1] } })
    match = CHANGED.exec(message)
    return match === null ? null : change(`user_${match[2] ?? ''}_changed`, ['user', 'change'], { target: { name: match[1] } })
  },
})

/** ECS keeps the account that was acted upon in `user.target`; the actor is not in these lines, so `user.name` repeats the target. */
function change(action: string, type: string[], user?: { target: { name: string | undefined; id?: string | undefined } }): EventDraft {
  return {
    event: { category: ['iam'], type, action, outcome: 'success' },
    user: user === undefined ? undefined : { name: user.target.name, target: user.target },
  }
}

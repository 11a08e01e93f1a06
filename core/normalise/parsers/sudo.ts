// sudo's own lines: who ran what as whom, and who was refused.
import { defineParser } from '../define-parser.js'

const COMMAND =
  /^ *(\S{1,256}) : (?:(.{1,200}?) ; )?(?:HOST=\S{1,255} ; )?TTY=(\S{1,64}) ; (?:CHROOT=\S{0,1024} ; )?PWD=(.{0,1024}?) ; USER=(\S{1,256}) ;(?: GROUP=\S{1,256} ;)?(?: TSID=\S{1,64} ;)?(?: ENV=.{0,4096}? ;)? COMMAND=(.*)$/

export const sudo = defineParser({
  id: 'sudo',
  vendor: 'sudo-project',
  product: 'sudo',
  dataset: 'sudo',
  samples: {
    parses: [
      'Feb  9 21:19:40 host sudo:  vagrant : TTY=pts/0 ; PWD=/home/vagrant ; USER=root ; COMMAND=/bin/sh -c id',
      'Feb  9 21:19:40 host sudo[12]: bob : 3 incorrect password attempts ; TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/bin/su -',
      'Feb  9 21:19:40 host sudo: bob : user NOT in sudoers ; TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=list',
    ],
    ignores: [
      'Feb  9 21:21:02 host sudo:  vagrant : (command continued) /etc/x',
      'Feb  9 21:19:40 host cat: bob : TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/bin/sh',
    ],
  },
  parse(message, { appname }) {
    if (appname !== 'sudo') return null
    const match = COMMAND.exec(message)
    if (match === null) return null
    const [, user, reason, tty, directory, target, command] = match
    return {
      event: {
        category: ['process'],
        type: reason === undefined ? ['start'] : ['denied'],
        action: reason === undefined ? 'sudo_command' : 'sudo_denied',
        outcome: reason === undefined ? 'success' : 'failure',
        reason,
      },
      user: { name: user, effective: { name: target } },
      process: { command_line: command, working_directory: directory, tty: { name: tty } },
    }
  },
})

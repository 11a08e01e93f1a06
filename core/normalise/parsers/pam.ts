// PAM lines of any program: failed authentication, sessions opened and closed (cron, login, su, sudo, …), locked accounts.
import { defineParser } from '../define-parser.js'
import { parsePam } from '../pam-line.js'

const OLD = /\(pam_\w{1,32}\)$/

export const pam = defineParser({
  id: 'pam',
  vendor: 'Linux',
  product: 'PAM',
  dataset: 'pam',
  samples: {
    parses: [
      'Dec  7 14:52:59 host sudo: pam_unix(sudo:auth): authentication failure; logname=bob uid=4001 euid=0 tty=/dev/pts/12 ruser=bob rhost=  user=bob',
      'Dec  7 14:53:04 host sudo: pam_tally2(sudo:auth): user bob (4001) tally 6, deny 5',
      'Dec  7 14:53:04 host CRON[9]: pam_unix(cron:session): session opened for user root(uid=0) by (uid=0)',
      'Dec  7 14:53:04 host su(pam_unix)[9]: authentication failure; logname= uid=1342 euid=0 tty= ruser=bob rhost=  user=root',
      'Dec  7 14:53:04 host passwd[9]: pam_unix(passwd:chauthtok): password changed for bob',
      'Dec  7 14:53:04 host login[9]: pam_faillock(login:auth): Consecutive login failures for user bob account temporarily locked',
    ],
    ignores: ['Dec  7 14:53:04 host login[9]: pam_unix(login:auth): check pass; user unknown', 'Dec  7 14:53:04 host PAM[9]: PAM is ready'],
  },
  // Older systems name the module behind the program: `su(pam_unix)[23164]:`.
  parse: (message, { appname }) => (message.startsWith('pam_') || OLD.test(appname ?? '') ? parsePam(message, true) : null),
})

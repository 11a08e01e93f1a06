// Commands cron has started.
import { defineParser } from '../define-parser.js'

const COMMAND = /^\((.{1,256}?)\) CMD \((.*)\)$/

export const cron = defineParser({
  id: 'cron',
  vendor: 'Linux',
  product: 'cron',
  dataset: 'cron',
  samples: {
    parses: [
      'Feb  9 21:17:01 host CRON[9]: (root) CMD (   cd / && run-parts --report /etc/cron.hourly)',
      'Feb  9 21:17:01 host crond[9]: (bob) CMD (/bin/true)',
    ],
    ignores: ['Feb  9 21:17:01 host CRON[9]: (root) MAIL (mailed 1 byte)', 'Feb  9 21:17:01 host app[9]: (root) CMD (x)'],
  },
  parse(message, { appname }) {
    if (appname === undefined || !/^\/?(?:usr\/sbin\/)?crond?$/i.test(appname)) return null
    const match = COMMAND.exec(message)
    if (match === null) return null
    return {
      event: { category: ['process'], type: ['start'], action: 'cron_command', outcome: 'success' },
      user: { name: match[1] },
      process: { command_line: match[2]?.trim() },
    }
  },
})

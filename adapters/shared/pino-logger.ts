// The log on stderr as JSON lines; fields that may hold secrets are blacked out, down to three levels.
import pino from 'pino'
import type { Logger } from '../../core/ports/logger.js'

const SECRET_FIELDS = ['secret', 'token', 'password', 'credential', 'authorization', 'webhook', 'privateKey', 'key']

export function makeLogger(level: string): Logger {
  const paths = SECRET_FIELDS.flatMap(field => [field, `*.${field}`, `*.*.${field}`])
  return pino(
    {
      level,
      base: {},
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: { paths, censor: '[redacted]' },
      serializers: { error: pino.stdSerializers.err },
    },
    pino.destination({ fd: 2, sync: false }),
  )
}

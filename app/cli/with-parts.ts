// Verbs that work on the database build the same parts as a running process, and take them down again.
import { makeLogger } from '../../adapters/shared/pino-logger.js'
import { compose, type Parts } from '../compose.js'
import { readConfig } from '../config.js'

export async function withParts<T>(work: (parts: Parts) => Promise<T>): Promise<T> {
  const config = readConfig(process.env)
  const parts = await compose(config, makeLogger(config.logLevel === 'info' ? 'warn' : config.logLevel))
  try {
    return await work(parts)
  } finally {
    await parts.close()
  }
}

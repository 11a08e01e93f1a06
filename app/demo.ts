// The try-out: three made-up customers, and a recorded attack on one of them played through the syslog port, faster than it was.
import { randomBytes, randomUUID } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { applyDeclaration } from '../core/tenants/declaration/apply-declaration.js'
import { readDeclaration } from '../core/tenants/declaration/read-declaration.js'
import type { Parts } from './compose.js'
import { contentFolder } from './folders.js'

/** Milliseconds between two replayed lines; as recorded they were minutes apart. */
const PACE = 300
/** Whose university the attack hits. */
const CODE = 'uni'
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** Declares the example customers once; secrets are made up anew for each installation. */
export async function ensureDemo({ core, secrets, deviceKinds, logger }: Parts, url: string): Promise<void> {
  if (await core.directory.tenantByCode(CODE)) return
  const name = 'declaration.yaml'
  const text = (await readFile(join(contentFolder, 'examples', name), 'utf8'))
    .replaceAll('http://127.0.0.1:8080', url)
    .replaceAll(/(?<=\bkey=)[0-9a-zA-Z-]+/g, () => randomUUID())
    .replaceAll(/(?<=\b(?:token|secret): )(?:"[^"]*"|'[^']*'|[^\s,}#]+)/g, () => `"${randomBytes(18).toString('base64url')}"`)
  await applyDeclaration({ transactions: core.transactions, secrets, deviceKinds }, readDeclaration(text, name), {
    dryRun: false,
    actor: 'system',
  })
  logger.info({ tenants: name }, 'demo customers are declared')
}

/** Waits until the product is ready, then sends the recorded lines as their host would have. */
export function replayDemo({ logger }: Parts, port: number, ready: () => Promise<void>): { stop(): Promise<void> } {
  const ending = new AbortController()
  const pause = (milliseconds: number) => setTimeout(milliseconds, undefined, { signal: ending.signal }).catch(() => undefined)
  const run = async () => {
    const lines = (await readFile(join(contentFolder, 'demo', 'openssh.log'), 'utf8')).split('\n').filter(line => line !== '')
    for (;;) {
      if (ending.signal.aborted) return
      if (
        await ready().then(
          () => true,
          () => false,
        )
      )
        break
      await pause(200)
    }
    const socket = createSocket('udp4')
    try {
      for (const line of lines) {
        if (ending.signal.aborted) return
        // Facility auth, severity info (RFC 3164), stamped anew: what was recorded long ago happens now.
        const message = `<38>${stamp(new Date())} ${line.replace(/^\w{3} +\d+ \d\d:\d\d:\d\d /, '')}`
        await new Promise<void>((resolve, reject) => socket.send(message, port, '127.0.0.1', error => (error ? reject(error) : resolve())))
        await pause(PACE)
      }
      logger.info({ lines: lines.length }, 'recorded attack was replayed')
    } finally {
      socket.close()
    }
  }
  const done = run().catch((error: unknown) => logger.error({ error }, 'recorded attack could not be replayed'))
  return {
    async stop() {
      ending.abort()
      await done
    },
  }
}

/** `Nov 24 08:30:00` in +08:00, which is how a line without a zone is read. */
function stamp(now: Date): string {
  const local = new Date(now.getTime() + 8 * 3_600_000)
  const two = (n: number) => String(n).padStart(2, '0')
  return `${MONTHS[local.getUTCMonth()]} ${String(local.getUTCDate()).padStart(2)} ${two(local.getUTCHours())}:${two(local.getUTCMinutes())}:${two(local.getUTCSeconds())}`
}

// The Redis connections of one Bull queue engine: shared where Bull allows it, remembered so that closing really closes them.
// Used by bull-queue.ts and consumer.ts.
import { Redis, type RedisOptions } from 'ioredis'
import type { Logger } from '../../../core/ports/logger.js'

const retryStrategy = (times: number): number => Math.min(times * 200, 2_000)

/** A dead host answers nothing, not even a reset: a command unanswered for this long (milliseconds) ends its connection. Bull blocks for 5 s. */
const SOCKET_TIMEOUT = 20_000

const patient: RedisOptions = { maxRetriesPerRequest: null, socketTimeout: SOCKET_TIMEOUT, connectTimeout: 5_000, retryStrategy }

export class RedisConnections {
  private readonly clients = new Set<Redis>()
  private readonly shared = new Map<'producer' | 'worker' | 'subscriber', Redis>()
  private outage = false
  private closed = false

  constructor(
    private readonly url: string,
    private readonly logger: Logger,
  ) {}

  /** For adding and counting: whatever waits while Redis is away is refused after three reconnects, so that nothing piles up. */
  producer(): Redis {
    return this.sharedClient('producer', { ...patient, maxRetriesPerRequest: 2 })
  }

  /** For consumers: waits for Redis as long as it takes. */
  worker(): Redis {
    return this.sharedClient('worker', patient)
  }

  subscriber(): Redis {
    return this.sharedClient('subscriber', { ...patient, enableReadyCheck: false })
  }

  /** A connection of one consumer, which blocks on it. `idle`: never connects. Give it back with `release`. */
  blocking(idle: boolean): Redis {
    const client = this.open({ ...patient, enableReadyCheck: false, lazyConnect: idle })
    // Bull reconnects it while closing and lets go of the promise: a rejection there would end the process.
    const connect = client.connect.bind(client)
    client.connect = (...args) => connect(...args).catch(() => undefined)
    return client
  }

  release(client: Redis): void {
    this.clients.delete(client)
    client.disconnect()
  }

  close(): void {
    this.closed = true
    for (const client of this.clients) client.disconnect()
    this.clients.clear()
  }

  /** Logs what Bull or a connection complains about, once per outage. */
  report(error: unknown): void {
    if (this.outage || this.closed) return
    this.outage = [...this.clients].some(client => client.status !== 'ready' && client.status !== 'wait')
    this.logger.warn({ error }, this.outage ? 'redis does not answer' : 'queue engine complains')
  }

  private sharedClient(role: 'producer' | 'worker' | 'subscriber', options: RedisOptions): Redis {
    let client = this.shared.get(role)
    if (!client) {
      client = this.open(options)
      this.shared.set(role, client)
    }
    return client
  }

  private open(options: RedisOptions): Redis {
    const client = new Redis(this.url, options)
    client.setMaxListeners(0) // every queue name listens on the shared ones
    client.on('error', error => this.report(error))
    client.on('ready', () => {
      if (!this.outage) return
      this.outage = false
      this.logger.info({}, 'redis answers again')
    })
    this.clients.add(client)
    return client
  }
}

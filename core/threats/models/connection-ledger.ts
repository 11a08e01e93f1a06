// Counts each attempt once although servers write several lines about it; used by password-guessing.ts.
import type { AttemptKind, LoginAttempt } from './login-attempt.js'

interface Connection {
  readonly counts: Partial<Record<AttemptKind, number>>
  counted: number
  pid: number | undefined
  port: number | undefined
  lastAt: number
}

/** Lines farther apart belong to different connections: sshd's LoginGraceTime is 120 s, and pids and ports come again. */
const FRESH_MILLISECONDS = 120_000
/** Names of connections remembered (one has up to two); the longest unused is forgotten first. */
const MAX_NAMES = 40_000
/** A client offers key after key, asks for the methods, or leaves: once per connection, however often it is said. */
const ONCE: ReadonlySet<AttemptKind> = new Set(['key', 'asked', 'gone', 'too-many'])

export class ConnectionLedger {
  private readonly connections = new Map<string, Connection>()

  /**
   * How many attempts this failure adds. Every kind of line tells of the same attempts, so a connection has had as many as the kind
   * that was seen most: "Invalid user" alone counts, followed by "Failed password" it does not count again, in either order.
   */
  newAttempts(attempt: LoginAttempt, at: number): number {
    const { kind, weight } = attempt
    if (kind === undefined) return weight
    const connection = this.connectionOf(attempt, at)
    const count = ONCE.has(kind) ? 1 : (connection.counts[kind] ?? 0) + weight
    connection.counts[kind] = count
    const added = Math.max(0, count - connection.counted)
    connection.counted += added
    return added
  }

  clear(): void {
    this.connections.clear()
  }

  private connectionOf({ attacker, victimName, pid, port, userName }: LoginAttempt, at: number): Connection {
    const place = `${victimName} ${attacker} `
    const names = [
      ...(port === undefined ? [] : [`${place}port ${port}`]),
      ...(pid === undefined ? [] : [`${place}pid ${pid}`]),
      // Where the log has neither, the account is the best that is left.
      ...(pid === undefined ? [`${place}user ${userName ?? ''}`] : []),
    ]
    const known = names.map(name => this.connections.get(name)).find(found => found !== undefined && isSame(found, pid, port, at))
    const connection = known ?? { counts: {}, counted: 0, pid, port, lastAt: at }
    connection.pid ??= pid
    connection.port ??= port
    connection.lastAt = Math.max(connection.lastAt, at)
    for (const name of names) {
      this.connections.delete(name)
      this.connections.set(name, connection)
    }
    while (this.connections.size > MAX_NAMES) this.connections.delete(this.connections.keys().next().value!)
    return connection
  }
}

/** A port that differs is another connection; a pid may differ, since OpenSSH 9.8 divides its work among processes. */
function isSame(connection: Connection, pid: number | undefined, port: number | undefined, at: number): boolean {
  if (Math.abs(at - connection.lastAt) > FRESH_MILLISECONDS) return false
  if (port !== undefined && connection.port !== undefined) return port === connection.port
  return pid === undefined || connection.pid === undefined || pid === connection.pid
}

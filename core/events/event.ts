// A normalised event: nested Elastic Common Schema (ECS 8) names, only what was really said by the source.

export interface EcsEvent {
  /** Event time, ISO 8601 in UTC; the receive time when the line has none. */
  '@timestamp': string
  event: {
    /** The raw line. */
    original: string
    /** What was recognised, e.g. `sshd`, `nginx.access`; `unknown` when nothing was. */
    dataset: string
    category?: string[]
    type?: string[]
    action?: string
    outcome?: 'success' | 'failure' | 'unknown'
    [key: string]: unknown
  }
  observer?: { vendor?: string; product?: string; hostname?: string; [key: string]: unknown }
  host?: { name?: string; ip?: string; [key: string]: unknown }
  source?: { ip?: string; port?: number; address?: string; [key: string]: unknown }
  destination?: { ip?: string; port?: number; address?: string; domain?: string; [key: string]: unknown }
  user?: { name?: string; [key: string]: unknown }
  process?: { name?: string; pid?: number; [key: string]: unknown }
  http?: {
    version?: string
    request?: { method?: string; referrer?: string; [key: string]: unknown }
    response?: { status_code?: number; body?: { bytes?: number }; [key: string]: unknown }
    [key: string]: unknown
  }
  url?: { original?: string; path?: string; query?: string; domain?: string; full?: string; [key: string]: unknown }
  user_agent?: { original?: string; [key: string]: unknown }
  dns?: { question?: { name?: string }; [key: string]: unknown }
  file?: { hash?: { md5?: string; sha256?: string }; [key: string]: unknown }
  message?: string
  [key: string]: unknown
}

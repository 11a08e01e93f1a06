// Counts what the sandbox refused or broke, by channel, chat and code, so that a test can compare with the product's own journal.

export type SandboxChannel = 'robot' | 'webhook' | 'app' | 'callback'

export interface SandboxRefusal {
  readonly channel: SandboxChannel
  /** Empty when the call names none that is known. */
  readonly chat: string
  /** An errcode, or `http-503`, `html`, `empty`, `hang`, `swallowed`, `delayed`, `cut off`, `dropped` (answered ok, not delivered), `unheard` (callback). */
  readonly code: string
  readonly count: number
}

const maxKinds = 10_000

export class RefusalCount {
  private readonly counts = new Map<string, number>()

  add(channel: SandboxChannel, chat: string, code: number | string): void {
    const key = JSON.stringify([channel, chat.slice(0, 512), String(code)])
    const known = this.counts.get(key)
    if (known === undefined && this.counts.size >= maxKinds) return
    this.counts.set(key, (known ?? 0) + 1)
  }

  list(): SandboxRefusal[] {
    return [...this.counts].map(([key, count]) => {
      const [channel, chat, code] = JSON.parse(key) as [SandboxChannel, string, string]
      return { channel, chat, code, count }
    })
  }

  clear(): void {
    this.counts.clear()
  }
}

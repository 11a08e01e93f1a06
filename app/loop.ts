// Calls something again and again, never twice at once, until stopped; every role of app/roles is made of these.
import type { Logger } from '../core/ports/logger.js'

export interface Loop {
  /** Runs it soon; many calls make one run. */
  kick(): void
  /** Resolves when no run is under way any more. */
  stop(): Promise<void>
}

export function startLoop(name: string, milliseconds: number, logger: Logger, work: () => Promise<unknown>): Loop {
  let timer: NodeJS.Timeout | undefined
  let running: Promise<void> | undefined
  let again = false
  let stopped = false
  let failures = 0

  function run(): void {
    if (stopped) return
    if (running) {
      again = true
      return
    }
    clearTimeout(timer)
    again = false
    // A work that throws before its first await fails like any other.
    running = (async () => work())()
      .then(() => {
        failures = 0
      })
      .catch((error: unknown) => {
        failures++
        // One line per outage and one a minute, not three a second.
        if (failures === 1 || failures % Math.max(1, Math.round(60_000 / wait())) === 0)
          logger.error({ error, loop: name, failures }, 'loop failed')
      })
      .finally(() => {
        running = undefined
        if (stopped) return
        if (again && failures === 0) run()
        else timer = setTimeout(run, wait())
      })
  }
  const wait = () => Math.min(5000, milliseconds * 2 ** Math.min(failures, 6))
  run()
  return {
    kick: run,
    async stop() {
      stopped = true
      clearTimeout(timer)
      await running
    },
  }
}

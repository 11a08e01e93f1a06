// The loop every role is made of: never twice at once, soon when kicked, patient when it fails, quiet when it stopped.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { silentLogger, type Logger } from '../core/ports/logger.js'
import { startLoop, type Loop } from './loop.js'

let loop: Loop | undefined
beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(async () => {
  await loop?.stop()
  loop = undefined
  vi.useRealTimers()
})

/** Work that counts, and lasts until it is let go when `held`. */
function work(): { run: () => Promise<void>; runs: number; most: number; held: boolean; letGo(error?: Error): void } {
  let letGo: (error?: Error) => void = () => undefined
  let now = 0
  const state = {
    runs: 0,
    most: 0,
    held: false,
    letGo: (error?: Error) => letGo(error),
    run: async () => {
      state.runs++
      state.most = Math.max(state.most, ++now)
      try {
        if (state.held) await new Promise<void>((resolve, reject) => (letGo = error => (error ? reject(error) : resolve())))
      } finally {
        now--
      }
    },
  }
  return state
}

const flush = () => vi.advanceTimersByTimeAsync(0)

describe('a loop', () => {
  it('runs at once, and again after each pause', async () => {
    const w = work()
    loop = startLoop('test', 1000, silentLogger, w.run)

    expect(w.runs).toBe(1)
    await vi.advanceTimersByTimeAsync(3000)
    expect(w.runs).toBe(4)
  })

  it('begins the pause when the work has ended, and never runs twice at once', async () => {
    const w = work()
    w.held = true
    loop = startLoop('test', 1000, silentLogger, w.run)

    await vi.advanceTimersByTimeAsync(10_000)
    loop.kick()
    expect(w.runs).toBe(1)

    w.letGo()
    await flush()
    expect([w.runs, w.most]).toEqual([2, 1])
    w.letGo()
  })

  it('that is kicked runs now instead of later', async () => {
    const w = work()
    loop = startLoop('test', 1000, silentLogger, w.run)
    await vi.advanceTimersByTimeAsync(500)

    loop.kick()
    await flush()
    expect(w.runs).toBe(2)
    await vi.advanceTimersByTimeAsync(999)
    expect(w.runs).toBe(2)
    await vi.advanceTimersByTimeAsync(1)
    expect(w.runs).toBe(3)
  })

  it('that is kicked many times while it runs, runs once more', async () => {
    const w = work()
    w.held = true
    loop = startLoop('test', 1000, silentLogger, w.run)

    for (let n = 0; n < 10; n++) loop.kick()
    w.letGo()
    await flush()
    w.held = false
    w.letGo()
    await flush()

    expect(w.runs).toBe(2)
  })
})

describe('a loop that fails', () => {
  const failing = (logger: Logger = silentLogger) => {
    let runs = 0
    let fails = true
    loop = startLoop('test', 1000, logger, () => {
      runs++
      return fails ? Promise.reject(new Error('away')) : Promise.resolve()
    })
    return { runs: () => runs, recover: () => (fails = false) }
  }

  it('waits longer each time, five seconds at most, and is its old self when it works again', async () => {
    const f = failing()

    await vi.advanceTimersByTimeAsync(1999)
    expect(f.runs()).toBe(1)
    await vi.advanceTimersByTimeAsync(1)
    expect(f.runs()).toBe(2)
    await vi.advanceTimersByTimeAsync(4000 + 5000 + 5000)
    expect(f.runs()).toBe(5)
    f.recover()
    await vi.advanceTimersByTimeAsync(5000)
    expect(f.runs()).toBe(6)
    await vi.advanceTimersByTimeAsync(1000)
    expect(f.runs()).toBe(7)
  })

  it('does not spin when it is kicked while it fails', async () => {
    const w = work()
    w.held = true
    loop = startLoop('test', 1000, silentLogger, w.run)
    loop.kick()

    w.letGo(new Error('away'))
    await vi.advanceTimersByTimeAsync(1999)
    expect(w.runs).toBe(1)
    await vi.advanceTimersByTimeAsync(1)
    expect(w.runs).toBe(2)
    w.letGo()
  })

  it('says so once, then about once a minute', async () => {
    const error = vi.fn()
    failing({ ...silentLogger, error })

    await vi.advanceTimersByTimeAsync(10_000)
    expect(error).toHaveBeenCalledTimes(1)
    await vi.advanceTimersByTimeAsync(120_000)
    expect(error.mock.calls.length).toBeGreaterThan(1)
    expect(error.mock.calls.length).toBeLessThan(5)
  })

  it('before its first await fails like any other', async () => {
    let runs = 0
    loop = startLoop('test', 1000, silentLogger, () => {
      runs++
      throw new Error('at once')
    })

    await vi.advanceTimersByTimeAsync(2000)

    expect(runs).toBe(2)
  })
})

describe('stopping', () => {
  it('waits for the run that is under way', async () => {
    const w = work()
    w.held = true
    loop = startLoop('test', 1000, silentLogger, w.run)
    let stopped = false
    const stopping = loop.stop().then(() => (stopped = true))

    await flush()
    expect(stopped).toBe(false)
    w.letGo()
    await stopping
    expect(stopped).toBe(true)
  })

  it('is for good: no pause, no kick, no waiting run starts it again', async () => {
    const w = work()
    w.held = true
    loop = startLoop('test', 1000, silentLogger, w.run)
    loop.kick()
    const stopping = loop.stop()
    w.letGo()
    await stopping

    loop.kick()
    await vi.advanceTimersByTimeAsync(60_000)

    expect(w.runs).toBe(1)
  })
})

// Documents in worker threads, within bounds of time and memory; implements core/ports/documents.ts.
import { existsSync } from 'node:fs'
import { Piscina } from 'piscina'
import { AppError } from '../../core/errors.js'
import type { Documents } from '../../core/ports/documents.js'

const MEMORY_MEGABYTES = 768
const MILLISECONDS = 60_000
const IDLE_MILLISECONDS = 60_000
const MOST_WAITING = 500
/** Characters of Markdown; beyond it a report is not for reading. */
const MOST_TEXT = 2_000_000

/** Threads start with the first document and end when none came for a while. */
export function makeDocuments({ threads = 1 }: { readonly threads?: number } = {}): Documents {
  let pool: Piscina | undefined
  const open = () => {
    const source = new URL('./render.ts', import.meta.url)
    const isSource = existsSync(source)
    return new Piscina({
      filename: isSource ? source.href : new URL('./render.js', import.meta.url).href,
      ...(isSource ? { execArgv: ['--import', import.meta.resolve('tsx')] } : {}),
      minThreads: 0,
      maxThreads: threads,
      idleTimeout: IDLE_MILLISECONDS,
      maxQueue: MOST_WAITING,
      resourceLimits: { maxOldGenerationSizeMb: MEMORY_MEGABYTES },
    })
  }
  return {
    async render(source, format) {
      if (source.markdown.length > MOST_TEXT) throw new AppError('DOCUMENT_FAILED', { problem: '内容太长' })
      pool ??= open()
      const signal = AbortSignal.timeout(MILLISECONDS)
      try {
        return Buffer.from((await pool.run({ source, format }, { signal })) as Uint8Array)
      } catch (error) {
        throw new AppError('DOCUMENT_FAILED', { problem: signal.aborted ? '用时太长' : '排版出错' }, { cause: error })
      }
    },
    async close() {
      await pool?.destroy()
      pool = undefined
    },
  }
}

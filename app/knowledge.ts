// What the process knows about indicators: the content's and the feeds' indexes, as one book. Read when first asked for, because most
// verbs of the command line need none of it; made by compose.ts.
import { join } from 'node:path'
import { loadContent } from '../adapters/content/load-content.js'
import { indexFiles } from '../adapters/intel-feed/index-files.js'
import type { Logger } from '../core/ports/logger.js'
import { isAppError } from '../core/errors.js'
import type { IndexStore } from '../core/ports/intel-feed.js'
import { IndicatorIndex } from '../core/threats/indicators/indicator-index.js'
import { IntelBook } from '../core/threats/indicators/intel-book.js'
import { contentFolder } from './folders.js'

export interface Knowledge {
  /** The feeds' indexes, one file each. */
  readonly store: IndexStore
  /** The same one for everybody in the process. */
  book(): IntelBook
  /** Takes over indexes that were replaced meanwhile, by whichever process. */
  refresh(): Promise<void>
}

export function makeKnowledge(dataDir: string, logger: Logger): Knowledge {
  let book: IntelBook | undefined
  const bookOf = () => (book ??= new IntelBook(loadContent([contentFolder, join(dataDir, 'content')])))
  const store = indexFiles(join(dataDir, 'intel'))
  const loaded = new Map<string, { version: string; index: IndicatorIndex | undefined }>()
  return {
    store,
    book: bookOf,
    async refresh() {
      const stored = await store.list()
      let changed = false
      for (const id of loaded.keys()) if (!stored.some(one => one.id === id)) changed = loaded.delete(id) || changed
      for (const { id, version } of stored) {
        if (loaded.get(id)?.version === version) continue
        const bytes = await store.load(id)
        if (bytes === undefined) continue
        loaded.set(id, { version, index: opened(id, bytes, logger) })
        changed = true
      }
      if (changed) bookOf().lookup.replace([...loaded.values()].flatMap(({ index }) => (index ? [index] : [])))
    },
  }
}

/** A damaged file leaves the other lists in use; the next read of the feed replaces it. */
function opened(id: string, bytes: Uint8Array, logger: Logger): IndicatorIndex | undefined {
  try {
    return new IndicatorIndex(bytes)
  } catch (error) {
    if (!isAppError(error) && !(error instanceof SyntaxError)) throw error
    logger.error({ error, feed: id }, 'index of an intelligence feed is damaged')
    return undefined
  }
}

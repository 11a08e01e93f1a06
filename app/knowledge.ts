// What the process knows as data: the content folders, and the book of indicators with the feeds' indexes. Read when first asked for, because most
// verbs of the command line need none of it; made by compose.ts.
import { join } from 'node:path'
import { loadContent, type LoadedContent } from '../adapters/content/load-content.js'
import type { Logger } from '../core/ports/logger.js'
import { IntelBook } from '../core/threats/indicators/intel-book.js'
import { contentFolder } from './folders.js'

export interface Knowledge {
  content(): LoadedContent
  /** The same one for everybody in the process. */
  book(): IntelBook
}

export function makeKnowledge(dataDir: string, _logger: Logger): Knowledge {
  let content: LoadedContent | undefined
  let book: IntelBook | undefined
  const read = () => (content ??= loadContent([contentFolder, join(dataDir, 'content')]))
  return { content: read, book: () => (book ??= new IntelBook(read())) }
}

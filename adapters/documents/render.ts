// The worker's side: one document at a time, in a thread of its own, with the clock standing at the report's own time so that the same
// report gives the same bytes. Called by index.ts through the pool.
import type { DocumentFormat, DocumentSource } from '../../core/ports/documents.js'
import { renderCard } from './card.js'
import { renderDocx } from './docx.js'
import { renderPage } from './page.js'
import { renderPdf } from './pdf.js'
import { renderXlsx } from './xlsx.js'

export default async function render({
  source,
  format,
}: {
  readonly source: DocumentSource
  readonly format: DocumentFormat
}): Promise<Uint8Array> {
  return atTime(source.createdAt, () => {
    switch (format) {
      case 'pdf':
        return renderPdf(source)
      case 'docx':
        return renderDocx(source)
      case 'xlsx':
        return renderXlsx(source)
      case 'html':
        return renderPage(source)
      case 'png':
        return renderCard(source)
    }
  })
}

/** The packers write the present moment into their archives and cannot be told another. Nothing else runs in this thread. */
async function atTime<T>(at: string, work: () => T | Promise<T>): Promise<T> {
  const now = Date.parse(at)
  const RealDate = globalThis.Date
  globalThis.Date = new Proxy(RealDate, {
    construct: (target, given: unknown[]) => Reflect.construct(target, given.length === 0 ? [now] : given) as Date,
    get: (target, name, receiver) => (name === 'now' ? () => now : (Reflect.get(target, name, receiver) as unknown)),
  })
  try {
    return await work()
  } finally {
    globalThis.Date = RealDate
  }
}

// Documents without a renderer: the source itself as bytes, so that tests of the chat see what would be in a file and start no threads.
import type { Documents } from '../../core/ports/documents.js'

export const plainDocuments: Documents = {
  render: (source, format) => Promise.resolve(Buffer.from(JSON.stringify({ format, title: source.title, markdown: source.markdown }))),
  close: () => Promise.resolve(),
}

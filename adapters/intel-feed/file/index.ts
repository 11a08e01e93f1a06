// Feeds that lie on this machine, brought by other means; made by adapters/intel-feed/index.ts.
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import { AppError } from '../../../core/errors.js'
import type { IntelFeed } from '../../../core/ports/intel-feed.js'
import { unpacked } from '../unpacked.js'

export const fileFeed: IntelFeed = {
  async fetch({ url, etag, maxBytes }) {
    const failed = (problem: string, cause?: unknown) => new AppError('FEED_FAILED', { feed: basename(url), problem }, { cause })
    let path: string
    try {
      path = fileURLToPath(url)
    } catch (error) {
      throw failed('地址不是本机文件', error)
    }
    const facts = await stat(path).catch((error: NodeJS.ErrnoException) => {
      throw failed(`文件读不了（${error.code ?? '未知'}）`, error)
    })
    if (!facts.isFile()) throw failed('不是文件')
    const version = `${facts.mtimeMs}-${facts.size}`
    if (version === etag) return { changed: false }
    return { changed: true, etag: version, lastModified: undefined, body: unpacked(createReadStream(path), maxBytes, basename(url)) }
  },
}

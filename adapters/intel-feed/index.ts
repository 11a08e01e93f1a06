// Which adapter reads a feed: by the beginning of its address. Built by app/roles/scheduler.ts.
import type { IntelFeed } from '../../core/ports/intel-feed.js'
import { fileFeed } from './file/index.js'
import { httpFeed } from './http/index.js'

export function makeIntelFeed(): IntelFeed {
  return { fetch: request => (request.url.startsWith('file:') ? fileFeed : httpFeed).fetch(request) }
}

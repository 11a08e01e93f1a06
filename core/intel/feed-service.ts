// Reads the declared feeds when they are due and keeps one index for each; run by app/roles/scheduler.ts in whichever process has that role.
import { createHash } from 'node:crypto'
import { AppError, isAppError } from '../errors.js'
import { instant, plusSeconds, type Clock } from '../ports/clock.js'
import type { IndexStore, IntelFeed } from '../ports/intel-feed.js'
import type { Logger } from '../ports/logger.js'
import type { Secrets } from '../ports/secrets.js'
import type { Transactions } from '../ports/transaction.js'
import { sealContext } from '../tenants/sealing.js'
import { PLATFORM } from '../tenants/tenant.js'
import { IndexBuilder } from '../threats/indicators/index-builder.js'
import { IndicatorIndex } from '../threats/indicators/indicator-index.js'
import { toIndicator } from './entry.js'
import type { Feed, FeedState } from './feed.js'
import { readFeed } from './read-feed.js'

/** A look that has not ended after this time belongs to a process that died. */
const CLAIM_SECONDS = 1_800
const MAX_BYTES = 1024 ** 3
const DAY = 86_400_000

export interface FeedNeeds {
  readonly transactions: Transactions
  readonly clock: Clock
  readonly logger: Logger
  readonly secrets: Secrets
  readonly feed: IntelFeed
  readonly store: IndexStore
}

export class FeedService {
  constructor(private readonly needs: FeedNeeds) {}

  /** Looks at every feed that is due, one after another; returns how many. What fails keeps its last list and is tried again. */
  async refreshDue(): Promise<number> {
    const { transactions, store } = this.needs
    const { feeds, states } = await transactions.read(async t => ({
      feeds: await t.intelFeeds.find(PLATFORM, {}, { order: { name: 'asc' } }),
      states: await t.intelFeedStates.find(PLATFORM, {}),
    }))
    for (const { id } of await store.list()) if (!feeds.some(feed => feed.id === id)) await store.remove(id)
    let looked = 0
    for (const feed of feeds) {
      const state = states.find(one => one.id === feed.id)
      if (!(await this.claim(feed, state))) continue
      looked += 1
      await this.look(feed, state)
    }
    return looked
  }

  /** Exactly one process moves the time of the next look on, and does the look. */
  private claim(feed: Feed, state: FeedState | undefined): Promise<boolean> {
    return this.needs.transactions.run(async tx => {
      const nextAt = plusSeconds(tx.at, CLAIM_SECONDS)
      if (!state)
        return tx.intelFeedStates.insertIfAbsent({
          id: feed.id,
          tenantId: PLATFORM,
          nextAt,
          fetchedAt: null,
          importedAt: null,
          declared: '',
          etag: null,
          lastModified: null,
          entries: 0,
          refused: 0,
          failures: 0,
          error: null,
          createdAt: tx.at,
        })
      if (state.nextAt > tx.at && state.declared === declaredAs(feed)) return false
      return (
        (await tx.intelFeedStates.update(PLATFORM, { id: feed.id, nextAt: state.nextAt }, { nextAt, declared: declaredAs(feed) })) === 1
      )
    })
  }

  private async look(feed: Feed, state: FeedState | undefined): Promise<void> {
    const { logger, transactions } = this.needs
    const set = await this.read(feed, state?.declared === declaredAs(feed) ? state : undefined).catch((error: unknown) => {
      const failures = (state?.failures ?? 0) + 1
      const problem = isAppError(error) ? String(error.facts['problem'] ?? error.code) : 'INTERNAL'
      logger.warn({ error, feed: feed.name, failures }, 'intelligence feed could not be read')
      const wait = Math.min(feed.everySeconds, 60 * 2 ** Math.min(failures, 10))
      return { failures, error: problem.slice(0, 300), nextAt: instant(this.needs.clock.now() + wait * 1000) }
    })
    await transactions.run(tx => tx.intelFeedStates.update(PLATFORM, { id: feed.id }, { ...set, declared: declaredAs(feed) }))
  }

  private async read(feed: Feed, state: FeedState | undefined): Promise<Partial<FeedState>> {
    const { clock, secrets, store } = this.needs
    const before = await store.load(feed.id).then(bytes => bytes && openedOr(bytes))
    const answer = await this.needs.feed.fetch({
      url: feed.url,
      maxBytes: MAX_BYTES,
      credential: feed.credential === null ? undefined : secrets.open(feed.credential, sealContext('feed', feed.id)),
      // A list whose index is gone is asked for anew.
      ...(before && state ? { etag: state.etag ?? undefined, lastModified: state.lastModified ?? undefined } : {}),
    })
    const now = instant(clock.now())
    const done = { fetchedAt: now, failures: 0, error: null, nextAt: plusSeconds(now, feed.everySeconds) }
    if (!answer.changed) return done
    const { builder, refused, example } = await this.gather(feed, answer.body, before)
    if (builder.size === 0)
      throw new AppError('FEED_FAILED', { feed: feed.name, problem: `没有一条可用的情报${example ? `（${example}）` : ''}` })
    await store.save(feed.id, builder.finish())
    this.needs.logger.info({ feed: feed.name, entries: builder.size, refused, example }, 'intelligence feed was read')
    const { etag = null, lastModified = null } = answer
    return {
      ...done,
      importedAt: now,
      etag: etag?.slice(0, 200) ?? null,
      lastModified: lastModified?.slice(0, 64) ?? null,
      entries: builder.size,
      refused,
    }
  }

  private async gather(feed: Feed, body: AsyncIterable<Uint8Array>, before: IndicatorIndex | undefined) {
    const now = this.needs.clock.now()
    const builder = new IndexBuilder(now & 0x7fff_ffff)
    const defaults = { kind: feed.kind, confidence: feed.confidence, source: feed.name, tlp: feed.tlp ?? undefined }
    const ends = feed.validDays === null ? {} : { expires: instant(now + feed.validDays * DAY) }
    let refused = 0
    let example: string | undefined
    for await (const read of readFeed(body, feed)) {
      const indicator = 'problem' in read ? read.problem : toIndicator(read.entry, defaults)
      const problem =
        typeof indicator === 'string'
          ? indicator
          : builder.add({
              ...ends,
              // Still in the list: that is the last time it was seen, unless the list says otherwise.
              lastSeen: instant(now),
              ...indicator,
              addedAt: before?.exact(indicator.type, indicator.value)?.addedAt ?? instant(now),
            })
      if (problem === undefined) continue
      refused += 1
      example ??= problem.slice(0, 100)
    }
    return { builder, refused, example }
  }
}

/** An index of another version is as good as none. */
function openedOr(bytes: Uint8Array): IndicatorIndex | undefined {
  try {
    return new IndicatorIndex(bytes)
  } catch (error) {
    if (isAppError(error)) return undefined
    throw error
  }
}

/** What of the declaration decides what an index holds; another one is read at once. */
function declaredAs({ url, format, kind, confidence, columns, tlp, validDays }: Feed): string {
  return createHash('sha256')
    .update(JSON.stringify([url, format, kind, confidence, columns, tlp, validDays]))
    .digest('hex')
}

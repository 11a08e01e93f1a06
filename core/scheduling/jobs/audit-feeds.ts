// Silence is news: a list of indicators that has not answered for two of its rhythms is told to the ops room, once a day.
import { instant } from '../../ports/clock.js'
import { PLATFORM } from '../../tenants/tenant.js'
import { defineJob } from '../job.js'

/** A list that answers but has not changed for so long is probably given up by its owner. */
const STALE_DAYS = 30
const DAY = 86_400_000

export const auditFeeds = defineJob({
  id: 'audit-feeds',
  when: { everySeconds: 300 },
  timeoutSeconds: 30,
  async run({ tenant, now, transactions }) {
    if (tenant.id !== PLATFORM) return
    await transactions.run(async tx => {
      const states = new Map((await tx.intelFeedStates.find(PLATFORM, {})).map(state => [state.id, state]))
      for (const feed of await tx.intelFeeds.find(PLATFORM, {})) {
        const state = states.get(feed.id)
        if (!state) continue
        const answered = Date.parse(state.fetchedAt ?? state.createdAt)
        const silent = now - answered > Math.max(2 * feed.everySeconds * 1000, 3_600_000)
        const stale =
          state.importedAt !== null && now - Date.parse(state.importedAt) > Math.max(STALE_DAYS * DAY, 3 * feed.everySeconds * 1000)
        if (!silent && !stale) continue
        const refs = {
          feed: feed.name,
          since: silent ? instant(answered) : state.importedAt!,
          error: state.error ?? '',
          what: silent ? 'silent' : 'stale',
        }
        tx.announce({ tenantId: PLATFORM, kind: 'feed-silent', refs, key: `feed:${feed.id}:${tx.at.slice(0, 10)}` })
      }
    })
  },
})

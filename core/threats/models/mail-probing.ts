// Detection model 邮件探测: who tries a mail server for holes: strangers' mail to relay, false greetings, web requests at the mail port. Run by detector.ts.
import { z } from 'zod'
import { instant } from '../../ports/clock.js'
import { defineModel } from '../define-model.js'
import type { Hit, JudgedEvent } from '../hit.js'
import { BoundedStories } from './bounded-stories.js'
import { evidenceOf, hasCategory, timeOf } from './event-facts.js'
import { mailProbingSamples } from './mail-probing.samples.js'
import { victimOf } from './parties.js'
import { RecentMarks, SavedMarks } from './recent-marks.js'

const Params = z.strictObject({
  rejects: z.number().int().min(2).max(100).default(2).describe('十分钟内多少次转发或问候被拒算探测'),
})
type Params = z.output<typeof Params>

const WINDOW = 600_000
const MAX_STORIES = 10_000
const SAVED_STORIES = 200
const SAVED_CHARACTERS = 60_000

const kinds = {
  relay: { words: /relay(?:ing)? (?:access )?denied|relaying not (?:allowed|permitted)/i, title: '借道转发邮件被拒', at: 'rejects' },
  greeting: {
    words: /helo command rejected|(?:ehlo|helo)[^;]{0,80}(?:rejected|invalid|need fully-qualified)/i,
    title: '伪造问候被拒',
    at: 'rejects',
  },
  // No mail program ever says GET.
  foreign: { words: /non-SMTP command from/i, title: '向邮件端口发送非邮件指令', at: 'once' },
} as const
type Kind = keyof typeof kinds

class MailProbing {
  private readonly stories = new BoundedStories<RecentMarks>(MAX_STORIES)
  constructor(private readonly params: Params) {}

  push(judged: JudgedEvent): Hit[] {
    const { event } = judged
    if (!hasCategory(event, 'email') && !/smtp|mail|exim|postfix/i.test(`${event.event.dataset} ${event.process?.name ?? ''}`)) return []
    const source: unknown = event.source?.ip
    if (typeof source !== 'string') return []
    const line = event.event.original.slice(0, 1_000)
    const kind = (Object.keys(kinds) as Kind[]).find(one => kinds[one].words.test(line))
    if (kind === undefined) return []
    const at = timeOf(judged)
    const story = this.stories.touch(`${kind} ${source}`, () => new RecentMarks())
    story.add(`${at} ${story.total}`, at, WINDOW)
    const enough = kinds[kind].at === 'once' ? 1 : this.params.rejects
    if (story.total < enough || !story.mayTell(at)) return []
    return [
      {
        modelId: 'mail-probing',
        ruleId: kind,
        title: kinds[kind].title,
        eventType: 'scan_probe',
        severity: 'low',
        attackResult: 'blocked',
        at: instant(at),
        victim: victimOf(event),
        attacker: { ip: source },
        count: story.total,
        attack: ['T1595.002'],
        reason: `${source} ${kinds[kind].title} ${story.total} 次`,
        evidence: [evidenceOf(judged, at)],
        strength: 0.1,
      },
    ]
  }

  stats() {
    return { kept: this.stories.size, dropped: this.stories.dropped }
  }

  snapshot(): unknown {
    return this.stories.save(SAVED_STORIES, SAVED_CHARACTERS, story => story.save())
  }

  restore(state: unknown): void {
    this.stories.load((Saved.safeParse(state).data ?? []).map(([key, one]) => [key, RecentMarks.load(one)]))
  }
}

const Saved = z.array(z.tuple([z.string().max(200), SavedMarks])).max(SAVED_STORIES)

export const mailProbing = defineModel({
  id: 'mail-probing',
  title: '邮件探测',
  params: Params,
  create: params => new MailProbing(params),
  samples: mailProbingSamples,
})

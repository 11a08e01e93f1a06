// A list of indicators no longer comes, or no longer changes: the ops room hears which and since when.
import { clock, plain } from '../cards/format.js'
import { definePush } from './push.js'

export const feedSilent = definePush({
  kind: 'feed-silent',
  say({ refs }) {
    const since = clock(refs['since'] ?? null, 'Asia/Shanghai')
    const what = refs['what'] === 'stale' ? `自 ${since} 起没有更新过内容` : `自 ${since} 起没有读到`
    const why = refs['error'] ? `，最近的原因：${plain(refs['error'], 100)}` : ''
    const text = `**情报源失联** ${plain(refs['feed'] ?? '', 60)}：${what}${why}。上一份仍在使用，到期的情报会陆续失效，请检查地址与授权。`
    return Promise.resolve([{ to: 'ops', subject: '', message: { kind: 'markdown', text }, lane: 1 }])
  },
})

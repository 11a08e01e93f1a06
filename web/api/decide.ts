// `/d/<secret>`: the confirmation page of a signed one-time link. Looking changes nothing; only the form's post decides.
import { Router } from '@koa/router'
import type { Context } from 'koa'
import type { DecisionLinks } from '../../core/delivery/decision-links.js'
import { disposalActionLabel } from '../../core/disposal/disposal.js'
import { AppError, isAppError } from '../../core/errors.js'
import type { Ids } from '../../core/ports/ids.js'
import { readBody } from './read-body.js'

const escape = (text: string) => text.replaceAll(/[&<>"']/g, sign => `&#${sign.codePointAt(0)};`)

export function decideRouter({ links, ids }: { links: DecisionLinks; ids: Ids }): Router {
  const router = new Router()
  router.get('/d/:secret', async ctx => {
    const { disposal, person } = await shown(ctx, () => links.look(ctx.params['secret'] ?? ''))
    if (!disposal || !person) return
    const facts = [
      ['要做的事', `${disposalActionLabel[disposal.action]} ${disposal.target}`],
      ['原因', disposal.reason],
      ['影响', disposal.effect.lines.join('；')],
      ['时长', `${Math.round(disposal.seconds / 60)} 分钟，到期自动恢复`],
      ['单号', disposal.number],
      ['确认人', person.name],
    ]
    const rows = facts.map(([name, value]) => `<dt>${name ?? ''}</dt><dd>${escape(value ?? '')}</dd>`).join('')
    page(
      ctx,
      '需要授权',
      `<dl>${rows}</dl><form method="post"><button name="answer" value="yes">同意</button><button name="answer" value="no" class="no">不同意</button></form><p>此页仅限本人使用，只能确认一次。</p>`,
    )
  })
  router.post('/d/:secret', async ctx => {
    const { disposal, agreed } = await shown(ctx, async () => {
      // Forms of other sites cannot know the secret; the origin is checked all the same.
      if (!isOwnOrigin(ctx.get('origin'), ctx.host)) throw new AppError('REQUEST_INVALID', { problem: '来源不对' })
      const answer = new URLSearchParams((await readBody(ctx.req, 1024)).toString('utf8')).get('answer')
      if (answer !== 'yes' && answer !== 'no') throw new AppError('REQUEST_INVALID', { problem: '请选择同意或不同意' })
      return { agreed: answer === 'yes', disposal: await links.decide(ctx.params['secret'] ?? '', answer === 'yes', ids.next()) }
    })
    if (!disposal) return
    page(ctx, agreed ? '已同意' : '已不同意', `<p>${escape(disposal.number)} 已记录，结果会发到管家群。现在可以关闭此页。</p>`)
  })
  return router
}

/** Absent where it is no browser; `null` is what our own page sends, because it sends no referrer. */
function isOwnOrigin(origin: string, host: string): boolean {
  return origin === '' || origin === 'null' || (URL.canParse(origin) && new URL(origin).host === host)
}

/** A refusal is a page as well: whoever opens a link has no use for JSON. */
async function shown<T extends object>(ctx: Context, work: () => Promise<T>): Promise<Partial<T>> {
  try {
    return await work()
  } catch (error) {
    if (!isAppError(error) || error.kind !== 'user') throw error
    ctx.status = error.status
    page(ctx, '不能处理', `<p>${escape(error.reply)}</p>`)
    return {}
  }
}

function page(ctx: Context, title: string, body: string): void {
  ctx.set(
    'content-security-policy',
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
  )
  ctx.set('referrer-policy', 'no-referrer')
  ctx.set('cache-control', 'no-store')
  ctx.type = 'html'
  ctx.body = `<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><meta name="robots" content="noindex"><title>${title} · 管家</title><style>
:root{color-scheme:light dark}body{font:17px/1.7 system-ui,"Noto Sans CJK SC","PingFang SC","Microsoft YaHei",sans-serif;max-width:32rem;margin:0 auto;padding:1.2rem}
h1{font-size:1.4rem}dt{opacity:.7;font-size:.9rem}dd{margin:0 0 .6rem}form{display:flex;gap:.8rem;margin:1.2rem 0}
button{flex:1;font:inherit;padding:.8rem;border:0;border-radius:8px;background:#1f66d1;color:#fff}button.no{background:transparent;color:#c0392b;border:1px solid #c0392b}
</style></head><body><h1>${title}</h1>${body}</body></html>`
}

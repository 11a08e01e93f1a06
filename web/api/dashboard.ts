// `/`: one line per customer for whoever runs the service. Only mounted in the try-out, where everything on it is made up;
// a service with real customers shows the health alone.
import { Router } from '@koa/router'
import type { Core } from '../../core/core.js'
import { industryLabel } from '../../core/tenants/tenant.js'

interface Needs {
  readonly core: Core
  /** Show the customers: true in the try-out only. */
  readonly open: boolean
}

const escape = (text: string) => text.replaceAll(/[&<>"']/g, sign => `&#${sign.codePointAt(0)};`)

export function dashboardRouter({ core, open }: Needs): Router {
  const router = new Router()
  router.get('/', async ctx => {
    ctx.set('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'")
    ctx.type = 'html'
    ctx.body = page(open ? await customers(core) : '<p>服务正在运行。客户概况请在运营群里问“状态”。</p>', open)
  })
  return router
}

async function customers(core: Core): Promise<string> {
  const tenants = await core.directory.acrossTenantsList()
  const cards = await Promise.all(
    tenants.map(async tenant => {
      const s = await core.reports.status(tenant)
      const tone = s.waiting > 0 ? 'wait' : s.open > 0 ? 'busy' : 'calm'
      const word = s.waiting > 0 ? `${s.waiting} 项等客户确认` : s.open > 0 ? `${s.open} 起处理中` : '平稳'
      const figure = (name: string, value: string | number) => `<div><dt>${name}</dt><dd>${escape(String(value))}</dd></div>`
      return `<article class="${tone}"><h2>${escape(tenant.name)}</h2><p class="state">${word}</p><dl>${[
        figure('行业', industryLabel[tenant.industry]),
        figure('等保', `${tenant.mlpsLevel} 级`),
        figure('今日告警', s.alerts),
        figure('今日事件', s.incidents),
        figure('封禁中', s.blocked),
        figure('最近日志', s.lastEventAt ?? '—'),
      ].join('')}</dl></article>`
    }),
  )
  return cards.join('')
}

function page(body: string, open: boolean): string {
  const link = open ? '<a href="/sandbox/">打开企业微信沙箱</a>' : ''
  return `<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><meta http-equiv="refresh" content="10"><title>管家</title><style>
:root{color-scheme:light dark;--ink:#16202c;--soft:#5b6875;--paper:#f3f5f8;--card:#fff;--line:#dfe5ec}
@media(prefers-color-scheme:dark){:root{--ink:#e7edf4;--soft:#93a1b1;--paper:#10161d;--card:#18212b;--line:#2a3642}}
body{margin:0;font:16px/1.6 system-ui,"Noto Sans CJK SC","PingFang SC","Microsoft YaHei",sans-serif;background:var(--paper);color:var(--ink)}
header{display:flex;flex-wrap:wrap;gap:.5rem 1rem;align-items:baseline;padding:1rem 1.2rem}
h1{font-size:1.3rem;margin:0;flex:1}a{color:#1a6fb5}
main{display:grid;gap:1rem;padding:0 1.2rem 2rem;grid-template-columns:repeat(auto-fill,minmax(min(100%,20rem),1fr))}
article{background:var(--card);border:1px solid var(--line);border-left:5px solid #3d9a5f;border-radius:8px;padding:.8rem 1rem}
article.busy{border-left-color:#d08a1d}article.wait{border-left-color:#cf3b3b}
h2{font-size:1.1rem;margin:0}.state{margin:.2rem 0 .6rem;font-weight:600}
dl{display:grid;grid-template-columns:repeat(3,1fr);gap:.4rem;margin:0}dt{font-size:.8rem;color:var(--soft)}dd{margin:0;font-variant-numeric:tabular-nums}
</style></head><body><header><h1>管家</h1>${link}</header><main>${body}</main></body></html>`
}

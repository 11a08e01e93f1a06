// The overview page: closed unless everything on it is made up, and names on it are text.
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import Koa from 'koa'
import { afterEach, describe, expect, it } from 'vitest'
import type { Core } from '../../core/core.js'
import type { Status } from '../../core/reports/report-service.js'
import type { Tenant } from '../../core/tenants/tenant.js'
import { dashboardRouter } from './dashboard.js'

let server: Server | undefined
afterEach(() => new Promise(resolve => (server ? server.close(resolve) : resolve(undefined))))

const calm: Status = {
  hits: 0,
  alerts: 3,
  incidents: 1,
  open: 0,
  newest: undefined,
  waiting: 0,
  waitingNumber: undefined,
  blocked: 0,
  lastEventAt: null,
}

async function page(open: boolean, tenants: readonly { name: string; status?: Partial<Status> }[]): Promise<Response> {
  const rows = tenants.map(({ name }, n) => ({ id: String(n), name, industry: 'education', mlpsLevel: 3 }) as Tenant)
  const core = {
    directory: { acrossTenantsList: () => Promise.resolve(rows) },
    reports: { status: (tenant: Tenant) => Promise.resolve({ ...calm, ...tenants[Number(tenant.id)]?.status }) },
  } as unknown as Core
  const app = new Koa().use(dashboardRouter({ core, open }).routes())
  server = createServer(app.callback() as Parameters<typeof createServer>[1])
  await new Promise<void>(resolve => server?.listen(0, '127.0.0.1', resolve))
  return fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`, { headers: { connection: 'close' } })
}

describe('the overview', () => {
  it('shows nobody’s customers unless it may', async () => {
    const text = await (await page(false, [{ name: '示例大学' }])).text()

    expect(text).not.toContain('示例大学')
    expect(text).not.toContain('/sandbox/')
    expect(text).toContain('服务正在运行')
  })

  it('shows each customer with one word for how it stands', async () => {
    const text = await (
      await page(true, [{ name: '甲', status: { waiting: 2, open: 5 } }, { name: '乙', status: { open: 1 } }, { name: '丙' }])
    ).text()

    const shown = [...text.matchAll(/<article class="(\w+)"><h2>(.+?)<\/h2><p class="state">(.+?)<\/p>/g)].map(found => found.slice(1))
    expect(shown).toEqual([
      ['wait', '甲', '2 项等客户确认'],
      ['busy', '乙', '1 起处理中'],
      ['calm', '丙', '平稳'],
    ])
    expect(text).toContain('<dt>最近日志</dt><dd>—</dd>')
  })

  it('shows a name as text, whatever is in it', async () => {
    const text = await (await page(true, [{ name: `<script>alert(1)</script>"'&<img src=x onerror=y>` }])).text()

    expect(text).toContain('&#60;script&#62;alert(1)&#60;/script&#62;&#34;&#39;&#38;&#60;img')
    expect(text).not.toMatch(/<(?:script|img)/)
  })

  it('shows a figure that came as text as text', async () => {
    const text = await (await page(true, [{ name: '甲', status: { lastEventAt: '<b>11-24</b>' } }])).text()

    expect(text).toContain('<dd>&#60;b&#62;11-24&#60;/b&#62;</dd>')
  })

  it('runs no script and stands in no frame', async () => {
    const policy = (await page(true, [])).headers.get('content-security-policy')

    expect(policy).toBe("default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'")
  })
})

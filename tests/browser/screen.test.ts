// A manager opens the big screen by the link the product printed; an attack appears on it by itself. Wide screen and phone, as axe sees it.
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { failures, sendSyslog, syslogLines } from '../support/attack.js'
import { campus } from '../support/campus.js'
import { startProduct, type Product } from '../support/product.js'

/** Where pictures for a human eye go; none are taken without it. */
const shotsFolder = process.env['STORY_SHOTS']
const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js')

let product: Product
let browser: Browser
const complaints: string[] = []

beforeAll(async () => {
  product = await startProduct({ mode: 'embedded', declaration: campus() })
  browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--headless', '--disable-gpu', '--disable-background-networking'],
  })
}, 120_000)
afterAll(async () => {
  await browser.close()
  await product.stop()
})

async function open(options: BrowserContextOptions, path: string): Promise<Page> {
  // The page's policy lets no foreign script in; axe is ours.
  const page = await (await browser.newContext({ ...options, locale: 'zh-CN', bypassCSP: true })).newPage()
  page.on('pageerror', error => complaints.push(error.message))
  page.on('request', request => !request.url().startsWith(product.intakeUrl) && complaints.push(`request to ${request.url()}`))
  await page.goto(`${product.intakeUrl}${path}`)
  return page
}

const shot = async (page: Page, name: string): Promise<void> => {
  if (shotsFolder !== undefined) await page.screenshot({ path: join(shotsFolder, `${name}.png`), fullPage: true })
}

/** Rule and selector of each thing a reader with other senses would stumble over. */
async function hurdles(page: Page): Promise<string[]> {
  await page.addScriptTag({ path: axe })
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: { run(): Promise<{ violations: { id: string; nodes: { target: string[] }[] }[] }> }
    }
    return (await axe.run()).violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(' ')}`))
  })
}

const loginPath = (userId: string): string => {
  const path = /\/login\/[\w-]+/.exec(product.cli('login-link', userId).stdout)?.[0]
  if (path === undefined) throw new Error('no link was printed')
  return path
}

it('is opened by a link, follows an attack by itself and is left again', async () => {
  const wall = await open({ viewport: { width: 1920, height: 1080 }, colorScheme: 'dark' }, loginPath('liu'))
  await wall.getByText('刘经理').waitFor()
  expect(new URL(wall.url()).pathname).toBe('/')

  await sendSyslog(product.syslogPort, syslogLines('mail01', failures('203.0.113.7', 12)))
  await wall
    .getByText(/正被猜解口令/)
    .first()
    .waitFor()
  await wall
    .getByText('203.0.113.7')
    .first()
    .waitFor({ state: 'attached' })
    .catch(() => undefined)
  await shot(wall, 'screen-wall')
  expect(await hurdles(wall)).toEqual([])

  const phone = await open(
    { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 },
    loginPath('chen'),
  )
  await phone
    .getByText(/正被猜解口令/)
    .first()
    .waitFor()
  await shot(phone, 'screen-phone')
  expect(await hurdles(phone)).toEqual([])
  expect(await phone.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390)

  await wall.getByRole('button', { name: '退出' }).click()
  await wall.getByRole('button', { name: '登录' }).waitFor()
  await shot(wall, 'screen-login')
  expect(await hurdles(wall)).toEqual([])
  expect(complaints).toEqual([])
}, 120_000)

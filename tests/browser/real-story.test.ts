// A newcomer plays the story on the page of the real product, in a real browser: wide screen for the analyst, a phone for the customer.
import { join } from 'node:path'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { failures, sendSyslog, syslogLines } from '../support/attack.js'
import { campus } from '../support/campus.js'
import { startProduct, type Product } from '../support/product.js'

const ATTACKER = '203.0.113.7'
/** Where pictures for a human eye go; none are taken without it. */
const shotsFolder = process.env['STORY_SHOTS']

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

async function open(options: BrowserContextOptions): Promise<Page> {
  const page = await (await browser.newContext({ ...options, locale: 'zh-CN' })).newPage()
  page.on('pageerror', error => complaints.push(error.message))
  page.on('console', message => message.type() === 'error' && complaints.push(message.text()))
  await page.goto(`${product.sandboxUrl}/sandbox/`)
  await page.getByText('实时').waitFor({ state: 'attached' })
  return page
}

const shot = async (page: Page, name: string): Promise<void> => {
  if (shotsFolder !== undefined) await page.screenshot({ path: join(shotsFolder, `${name}.png`) })
}

/** Says it in the open group as whoever is chosen. */
async function say(page: Page, text: string): Promise<void> {
  await page.getByRole('combobox', { name: '输入消息' }).fill(`@管家 ${text}`)
  await page.getByRole('button', { name: '发送' }).click()
}

it('is played by an analyst at a desk and a customer on a phone', async () => {
  const desk = await open({ viewport: { width: 1440, height: 900 } })
  const phone = await open({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 })

  await sendSyslog(product.syslogPort, syslogLines('mail01', failures(ATTACKER, 12)))
  await desk.getByRole('link', { name: /运营群/ }).click()
  const triage = desk.locator('.message', { hasText: '正被猜解口令' }).first()
  await triage.waitFor()
  await desk.getByRole('radio', { name: /张工/ }).check({ force: true })
  await triage.getByRole('button', { name: '认领', exact: true }).click()
  await triage.getByText('张工 已认领').first().waitFor()
  await triage.getByRole('button', { name: '封禁 12h', exact: true }).click()
  await desk.getByText('已请 示例大学 授权').first().waitFor()
  await shot(desk, 'sandbox-desktop')

  await phone.getByRole('link', { name: /示例大学管家群/ }).tap()
  const request = phone
    .locator('.message', { hasText: `封禁 ${ATTACKER}` })
    .filter({ has: phone.getByRole('button', { name: '同意', exact: true }) })
  await request.first().waitFor()
  await phone.getByRole('button', { name: /身份发言，点击更换/ }).tap()
  await phone.getByRole('dialog').locator('.member', { hasText: '李工' }).tap()
  await phone.getByRole('dialog').waitFor({ state: 'hidden' })
  await request.first().scrollIntoViewIfNeeded()
  await shot(phone, 'sandbox-phone')
  await request.first().getByRole('button', { name: '同意', exact: true }).tap()
  await phone.locator('.message', { hasText: '回读校验通过' }).first().waitFor()
  await say(phone, '日报')
  await phone.locator('.message', { hasText: '.html' }).first().waitFor()
  await shot(phone, 'sandbox-phone-report')

  expect(complaints).toEqual([])
}, 120_000)

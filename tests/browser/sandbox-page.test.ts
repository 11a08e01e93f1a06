// A person tries the product on the sandbox page: wide and narrow screen, keyboard and touch, and what a hostile sender cannot do.
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { fillWithStory, FakeSandboxChat } from './fake-sandbox-chat.js'
import { type SandboxServer, startSandboxServer } from './sandbox-server.js'

const wide = { viewport: { width: 1440, height: 900 } }
const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 }
/** Where pictures for a human eye go; none are taken without it. */
const shotsFolder = process.env['SANDBOX_SHOTS']

let browser: Browser
let chat: FakeSandboxChat
let server: SandboxServer
let page: Page
let complaints: string[]
let cardId: string

beforeAll(async () => {
  browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--headless',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-quic',
      '--no-first-run',
      '--disable-component-update',
      '--disable-sync',
    ],
  })
})
afterAll(() => browser.close())
beforeEach(async () => {
  chat = new FakeSandboxChat()
  cardId = fillWithStory(chat).cardId
  server = await startSandboxServer(chat)
})
afterEach(async () => {
  await page.context().close()
  await server.close()
})

async function open(options: BrowserContextOptions, path = ''): Promise<void> {
  const context = await browser.newContext({ ...options, locale: 'zh-CN' })
  page = await context.newPage()
  complaints = []
  page.on('pageerror', error => complaints.push(error.message))
  page.on('console', message => message.type() === 'error' && complaints.push(message.text()))
  page.on('dialog', dialog => {
    complaints.push(`dialog ${dialog.message()}`)
    void dialog.dismiss()
  })
  page.on('request', request => !request.url().startsWith(server.url) && complaints.push(`request to ${request.url()}`))
  await page.goto(`${server.url}/sandbox/${path}`)
  await page.getByText('实时').waitFor({ state: 'attached' })
}

const shot = async (name: string): Promise<void> => {
  if (shotsFolder !== undefined) await page.screenshot({ path: `${shotsFolder}/sandbox-${name}.png` })
}
const message = (msgid: string) => page.locator(`[data-msgid="${msgid}"]`)
const input = () => page.getByRole('combobox', { name: '输入消息' })
const texts = (chatid = 'g-uni'): string[] => chat.messages(chatid).map(one => one.text)

describe('on a wide screen', () => {
  it('shows groups, chat and members side by side, without a complaint of the browser', async () => {
    await open(wide)

    expect(await page.getByRole('navigation', { name: '群列表' }).isVisible()).toBe(true)
    expect(await page.getByRole('complementary', { name: '群成员与发言身份' }).isVisible()).toBe(true)
    expect(await page.getByRole('heading', { level: 2, name: '示例大学管家群' }).isVisible()).toBe(true)
    expect(await page.getByRole('note').textContent()).toContain('这是企业微信沙箱，不会连到真实企业微信')
    expect(await message(cardId).locator('.card').getAttribute('class')).toContain('severity-ask')
    expect(await page.locator('.severity-high .marker').textContent()).toBe('高危')
    expect(await message('msg-4').locator('.markdown table td').first().textContent()).toBe('财务服务器')
    expect(await message('msg-4').locator('time').textContent()).toBe('09:34')
    await shot('wide')
    expect(complaints).toEqual([])
  })

  it('changes identity by keyboard and puts the own bubbles on the right', async () => {
    await open(wide)
    const fromLi = page.locator('.message', { hasText: '我看一下' })
    expect(await fromLi.getAttribute('class')).toContain('theirs')

    await page.getByRole('radio', { name: /陈主任/ }).focus()
    await page.keyboard.press('ArrowDown')

    await expect.poll(() => fromLi.getAttribute('class')).toContain('mine')
    expect(await page.getByRole('button', { name: '以 李工（授权人）的身份发言，点击更换' }).isVisible()).toBe(true)
    expect(await page.locator(':focus').getAttribute('value')).toBe('li')
    await shot('wide-mine')
  })

  it('completes @ with the robot first, by keyboard', async () => {
    await open(wide)

    await input().pressSequentially('@')
    await page.getByRole('listbox').waitFor()
    const options = await page.getByRole('option').allTextContents()
    expect(options.map(option => option.replace(/^../u, '').slice(0, 2))).toEqual(['管家', '陈主', '李工', '赵工', '张工', '刘经'])
    expect(await input().getAttribute('aria-activedescendant')).toBe('mention-0')
    await shot('wide-mention')
    await page.keyboard.press('Enter')
    await input().pressSequentially('状态')
    await page.keyboard.press('Enter')

    await expect.poll(() => texts().at(-1)).toBe('@管家 状态')
    const line = page.locator('.message.mine', { hasText: '@管家 状态' }).last()
    await line.waitFor()
    expect(await line.locator('.mention').textContent()).toBe('@管家')
    expect(await input().inputValue()).toBe('')
    expect(await page.locator('.message', { hasText: '@管家 状态' }).count()).toBe(2)
  })

  it('fills in quick commands and warns when the robot is not called', async () => {
    await open(wide)

    await page.getByRole('button', { name: '封禁清单' }).click()
    expect(await input().inputValue()).toBe('@管家 封禁清单')
    await input().fill('在吗')
    expect(await page.locator('#note').textContent()).toBe('没有 @管家：群里的人看得到，管家看不到')
  })

  it('presses a button as the chosen person and shows the updated card in its place', async () => {
    await open(wide)
    await page.getByRole('radio', { name: /李工/ }).check({ force: true })
    const card = message(cardId)

    await card.getByRole('button', { name: '同意', exact: true }).click()

    await card.getByText('已批准').waitFor()
    expect(chat.pressed).toEqual([{ chatid: 'g-uni', userid: 'li', msgid: cardId, key: 'yes' }])
    expect(await card.locator('.press').count()).toBe(0)
    expect(await card.locator('dd').textContent()).toBe('李工')
    expect(await page.locator('[data-msgid]').count()).toBe(chat.messages('g-uni').length)
    expect(await card.locator('.card:focus').count()).toBe(1)
    await shot('wide-pressed')
  })

  it('tells a refused press and lets the buttons live', async () => {
    await open(wide)
    const known = chat.messages('g-uni').find(one => one.msgid === cardId)
    if (known) Object.assign(known, { buttons: [] })

    await message(cardId).getByRole('button', { name: '不同意' }).click()

    await page.getByRole('alert').getByText('没有这个按钮').waitFor()
    expect(await message(cardId).getByRole('button', { name: '不同意' }).getAttribute('aria-disabled')).toBe(null)
  })

  it('shows what others say at once, counts what is unread elsewhere, and survives a broken line', async () => {
    await open(wide)

    chat.add('g-uni', { text: '新的**告警**' })
    chat.add('ops-1', { kind: 'text', from: 'wang', text: '谁在值班' })
    await page.locator('.message', { hasText: '新的告警' }).waitFor()
    await page.getByLabel('1 条未读').waitFor()
    expect(await page.title()).toMatch(/^\(1\)/)

    server.breakConnections()
    chat.add('g-uni', { text: '断线期间的消息' })
    await page.locator('.message', { hasText: '断线期间的消息' }).waitFor()
    chat.add('g-uni', { text: '恢复之后的消息' })
    await page.locator('.message', { hasText: '恢复之后的消息' }).waitFor()
    expect(await page.locator('.message', { hasText: '断线期间的消息' }).count()).toBe(1)

    await page.getByRole('link', { name: /运营群/ }).click()
    await page.locator('.message', { hasText: '谁在值班' }).waitFor()
    expect(await page.locator('.unread').count()).toBe(0)
    await page.reload()
    await page.locator('.message', { hasText: '谁在值班' }).waitFor()
    expect(await page.locator('.unread').count()).toBe(0)
  })

  it('downloads a file under its name', async () => {
    await open(wide)

    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: /下载文件/ }).click()])

    expect(download.url()).toBe(`${server.url}/sandbox/files/m1`)
    expect(download.suggestedFilename()).toBe('安全日报_fdp.exe')
  })

  it('forwards a card to another group of the same person', async () => {
    await open(wide)
    await page.getByRole('radio', { name: /张工/ }).check({ force: true })

    await message(cardId).getByRole('button', { name: '转发这张卡片' }).click()
    await page.getByRole('dialog').getByRole('button', { name: '运营群' }).click()

    await expect.poll(() => chat.messages('ops-1').at(-1)?.kind).toBe('card')
  })

  it('remembers the identity and counts what came while nobody looked', async () => {
    await open(wide)
    await page.getByRole('radio', { name: /赵工/ }).check({ force: true })
    await page.goto('about:blank')
    chat.add('ops-1', { text: '夜里的事一' })
    chat.add('ops-1', { text: '夜里的事二' })

    await page.setViewportSize({ width: 900, height: 700 })
    await page.goto(`${server.url}/sandbox/#/g/g-uni`)

    await page.getByLabel('2 条未读').waitFor()
    expect(await page.getByRole('button', { name: /^以 赵工（运维）/ }).isVisible()).toBe(true)
    expect(await page.getByRole('complementary').isVisible()).toBe(false)
    await shot('middle')
  })

  it('shows a card as it was updated for one person to that person only', async () => {
    await open(wide)
    const card = chat.messages('g-uni').find(one => one.msgid === cardId)
    if (!card) throw new Error('the story has no card')

    chat.change('g-uni', { ...card, views: { li: { title: '【已批准】只有李工看到', facts: [], replaced: true } } })
    await page.getByRole('radio', { name: /李工/ }).check({ force: true })
    await message(cardId).getByText('只有李工看到').waitFor()
    expect(await message(cardId).locator('.press').count()).toBe(0)
    await page.getByRole('radio', { name: /陈主任/ }).check({ force: true })

    await message(cardId).getByRole('button', { name: '不同意' }).waitFor()
  })

  it('follows the dark scheme', async () => {
    await open({ ...wide, colorScheme: 'dark' })

    expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe('rgb(13, 16, 22)')
    await shot('wide-dark')
  })
})

describe('on a phone', () => {
  it('goes from list to chat and back, with nothing wider than the screen', async () => {
    await open(phone)
    const fits = (): Promise<boolean> => page.evaluate<boolean>('document.documentElement.scrollWidth <= innerWidth')
    expect(await page.getByRole('main').isVisible()).toBe(false)
    expect(await fits()).toBe(true)
    await shot('phone-list')

    await page.getByRole('link', { name: /示例大学管家群/ }).tap()
    await message(cardId).waitFor()
    expect(await page.getByRole('navigation', { name: '群列表' }).isVisible()).toBe(false)
    expect(await fits()).toBe(true)
    await shot('phone-chat')
    await page.goBack()
    expect(await page.getByRole('link', { name: /示例大学管家群/ }).isVisible()).toBe(true)
    await page.getByRole('link', { name: /运营群/ }).tap()
    await page.getByRole('button', { name: '返回群列表' }).tap()
    await page.locator('main').waitFor({ state: 'hidden' })
    expect(complaints).toEqual([])
  })

  it('has targets that a finger can hit', async () => {
    await open(phone, '#/g/g-uni')
    await message(cardId).waitFor()

    for (const target of await page.locator('.press, .send, .speaker, .icon, .file, .hint, .forward').all()) {
      const box = await target.boundingBox()
      if (box) expect(Math.min(box.width, box.height)).toBeGreaterThanOrEqual(40)
    }
  })

  it('speaks as somebody else, completes @ and presses by touch', async () => {
    await open(phone, '#/g/g-uni')
    await message(cardId).waitFor()

    await page.getByRole('button', { name: /身份发言，点击更换/ }).tap()
    await shot('phone-identity')
    await page.getByRole('dialog').locator('.member', { hasText: '李工' }).tap()
    await page.getByRole('dialog').waitFor({ state: 'hidden' })
    await input().tap()
    await input().pressSequentially('@')
    await page.getByRole('listbox').waitFor()
    await shot('phone-mention')
    await page.getByRole('option', { name: /管家/ }).tap()
    await input().pressSequentially('事件')
    await page.getByRole('button', { name: '发送' }).tap()
    await page.locator('.message.mine', { hasText: '@管家 事件' }).waitFor()
    await message(cardId).getByRole('button', { name: '同意', exact: true }).tap()
    await message(cardId).getByText('已批准').waitFor()
    await shot('phone-pressed')

    expect(chat.messages('g-uni').at(-1)).toMatchObject({ from: 'li', text: '@管家 事件' })
    expect(chat.pressed.map(press => press.userid)).toEqual(['li'])
  })
})

describe('a drill', () => {
  it('is set and ended on a phone, and everybody sees that it runs', async () => {
    chat.counted = [{ channel: 'webhook', chat: 'g-uni', code: '45009', count: 12 }]
    await open(phone)
    await page.getByRole('button', { name: '故障演练' }).tap()
    const panel = page.getByRole('dialog')
    await panel.getByText('一切正常').waitFor()

    await panel.getByLabel('返回错误码：比例').selectOption('10%')
    await panel.getByText(/^演练中/).waitFor()
    await panel.getByLabel('返回错误码：内容').selectOption('-1 系统繁忙')
    await panel.getByLabel('群', { exact: true }).selectOption('运营群')
    await panel.getByLabel('Webhook 被作废').check()
    await panel.getByRole('button', { name: '断开全部长连接' }).tap()
    await expect.poll(() => chat.struck).toEqual(['drop-connections'])
    await shot('phone-drill')

    expect(chat.faultsNow()).toEqual({ shareAnswer: { share: 0.1, errcode: -1 }, revokedWebhooks: ['ops-1'] })
    expect(await panel.getByRole('row', { name: '示例大学管家群 Webhook 45009 12' }).isVisible()).toBe(true)
    expect(await page.evaluate<boolean>('document.documentElement.scrollWidth <= innerWidth')).toBe(true)
    for (const target of await panel.locator('select, button').all()) {
      expect((await target.boundingBox())?.height).toBeGreaterThanOrEqual(40)
    }

    await panel.getByRole('button', { name: '清零' }).tap()
    await panel.getByText('还没有。').waitFor()
    await panel.getByRole('button', { name: '全部恢复正常' }).tap()
    await panel.getByText('一切正常').waitFor()
    expect(chat.faultsNow()).toEqual({})
    expect(complaints).toEqual([])
  })

  it('is seen by whoever opens the page while it runs, and by keyboard', async () => {
    chat.faults({ shareStatus: { share: 0.3, status: 503 } })
    await open(wide)

    await page.getByRole('button', { name: '演练中' }).focus()
    await page.keyboard.press('Enter')
    const share = page.getByLabel('HTTP 错误：比例')
    await share.waitFor()
    await shot('wide-drill')

    expect(await share.locator('option:checked').textContent()).toBe('30%')
    await share.focus()
    await share.selectOption('不出错')
    await page.getByText('一切正常').waitFor()
    expect(await page.locator(':focus').getAttribute('id')).toBe('drill-shareStatus')
    expect(complaints).toEqual([])
  })
})

describe('a hostile sender', () => {
  const attack = '<img src=x onerror="window.hacked=1;alert(1)"><script>window.hacked=1</script><svg onload=alert(1)>'

  it('is shown as text in every place, executes nothing and loads nothing', async () => {
    chat.add('g-uni', { kind: 'text', from: attack, fromName: attack, text: attack, quote: attack })
    chat.add('g-uni', { text: `${attack} [x](javascript:window.hacked=1) ![p](http://evil.invalid/p.png)` })
    chat.add('g-uni', {
      kind: 'card',
      text: attack,
      buttons: [{ key: attack, text: attack }],
      card: { source: attack, title: attack, desc: attack, text: attack, facts: [{ name: attack, value: attack }] },
    })
    chat.add('g-uni', { kind: 'file', files: [{ name: attack, url: 'javascript:window.hacked=1' }] })
    await open(wide)

    chat.add('g-uni', { kind: 'text', text: `${attack} 直播` })
    await page.locator('.message', { hasText: '直播' }).waitFor()

    expect(await page.locator('.log').locator('img, script, svg, [onerror], [onload]').count()).toBe(0)
    expect(await page.locator('.message', { hasText: '直播' }).locator('.content').textContent()).toBe(`${attack} 直播`)
    expect(await page.evaluate('"hacked" in window')).toBe(false)
    expect(complaints).toEqual([])
    await shot('wide-hostile')
  })

  it('cannot turn text around or flood the page', async () => {
    chat.add('g-uni', { kind: 'text', text: '请打开 报告\u202efdp.exe' })
    const long = chat.add('g-uni', { kind: 'text', text: 'A'.repeat(10_000) })
    await open(phone, '#/g/g-uni')
    await message(long.msgid).waitFor()

    expect(await page.locator('.message', { hasText: '报告' }).last().locator('.content').textContent()).toBe('请打开 报告[U+202E]fdp.exe')
    const box = await message(long.msgid).boundingBox()
    expect(box?.height).toBeLessThan(400)
    expect(box?.width).toBeLessThanOrEqual(390)
    await shot('phone-long')
    await message(long.msgid)
      .getByRole('button', { name: /展开全文（10000 字）/ })
      .tap()
    expect((await message(long.msgid).boundingBox())?.height).toBeGreaterThan(1000)
    expect(await message(long.msgid).locator('.content').textContent()).toBe('A'.repeat(10_000))
  })
})

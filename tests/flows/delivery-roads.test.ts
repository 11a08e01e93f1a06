// The roads beside the group's robot, on a running product: a card of one's own, webhook and mail when the robot is gone, a group's wishes, alerts of others.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { setTimeout as sleep } from 'node:timers/promises'
import { mailServer, type ReceivedMail } from '../../adapters/mail/mail-rig.js'
import type { JournalEntry } from '../../core/delivery/journal.js'
import { failures, ingest, sendSyslog, syslogLines } from '../support/attack.js'
import { campus, UNI_TOKEN } from '../support/campus.js'
import { Group, type Message } from '../support/group.js'
import { startProduct, type Product } from '../support/product.js'
import { numberIn } from './story.js'

const AM_TOKEN = 'uni-am-token-0001'
const AGENT = 1_000_002
/** Where people reach the product; the test goes round the proxy that would be there. */
const PUBLIC = 'https://butler.example.edu'

let product: Product
let mail: Awaited<ReturnType<typeof mailServer>>
let butler: Group
let ops: Group
let alone: Group

beforeAll(async () => {
  mail = await mailServer()
  const declaration = campus()
    .replace('name: 李工, role: approver', 'name: 李工, role: approver, mail: li@example.edu')
    .replace('name: 陈主任, role: owner', 'name: 陈主任, role: owner, mail: chen@example.edu')
    .replace(`token: ${UNI_TOKEN} }`, `token: ${UNI_TOKEN} }\n      - { name: am, type: alertmanager, token: ${AM_TOKEN} }`)
  product = await startProduct({
    mode: 'embedded',
    declaration,
    env: {
      WECOM_CORP_ID: 'wwtestcorp0000001',
      WECOM_AGENT_ID: String(AGENT),
      WECOM_SECRET: 'an-application-secret-for-tests',
      WECOM_CALLBACK_TOKEN: 'callbacktoken',
      WECOM_CALLBACK_AES_KEY: 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG',
      SMTP_URL: mail.url,
      MAIL_FROM: '管家 <butler@example.com>',
      PUBLIC_URL: PUBLIC,
    },
  })
  butler = new Group(product.sandboxUrl, 'g-uni')
  ops = new Group(product.sandboxUrl, 'ops-1')
  alone = new Group(product.sandboxUrl, `single:li:app:${AGENT}`)
}, 120_000)
afterAll(async () => {
  await product.stop()
  await mail.close()
})

/** Asks until it holds what is wanted; the last answer when it never does. */
async function until<T>(ask: () => Promise<T>, fits: (answer: T) => boolean): Promise<T> {
  const giveUpAt = Date.now() + 30_000
  for (;;) {
    const answer = await ask()
    if (fits(answer) || Date.now() > giveUpAt) return answer
    await sleep(100)
  }
}

async function proposed(attacker: string): Promise<string> {
  await sendSyslog(product.syslogPort, syslogLines(`host-${attacker.split('.')[3] ?? ''}`, failures(attacker, 12)))
  await ops.waitFor(new RegExp(`来源：.*${attacker.replaceAll('.', '\\.')}`))
  return numberIn(await ops.asks('zhang', `封禁 ${attacker} 1h`, /已请 示例大学 授权/), 'DP')
}

async function faults(order: object): Promise<void> {
  const response = await fetch(`${product.sandboxUrl}/sandbox/api/faults`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(order),
  })
  expect(response.status).toBe(200)
}

async function journal(query = ''): Promise<JournalEntry[]> {
  const response = await fetch(`${product.intakeUrl}/api/v1/deliveries?limit=500${query}`, {
    headers: { authorization: `Bearer ${UNI_TOKEN}` },
  })
  return (await response.json()) as JournalEntry[]
}

/** One alert as Alertmanager posts it. */
function alert(name: string, severity = 'warning', status = 'firing'): Promise<unknown> {
  const now = new Date().toISOString()
  const one = {
    status,
    labels: { alertname: name, severity, instance: `${name.replaceAll(/[a-z]/g, '').toLowerCase()}:9100` },
    annotations: { summary: `${name} 超过阈值` },
    startsAt: '2026-01-01T00:00:00Z',
    endsAt: status === 'resolved' ? now : '0001-01-01T00:00:00Z',
    fingerprint: `fp-${name}`,
  }
  return ingest(product.intakeUrl, AM_TOKEN, 'alertmanager', JSON.stringify({ version: '4', status, receiver: 'guanjia', alerts: [one] }))
}
const firstReportOf = (name: string) =>
  until(
    async () => (await journal()).find(entry => entry.kind === 'alert-raised' && entry.summary.includes(name)),
    entry => entry !== undefined && !['queued', 'claimed'].includes(entry.state),
  )

describe('an application for single people', () => {
  it('brings the approver the card, and the press there is the leave', async () => {
    const number = await proposed('203.0.113.21')

    const card = await alone.waitFor(new RegExp(`需要授权】封禁 203\\.0\\.113\\.21[\\s\\S]*${number}`))
    await alone.presses('li', card, '同意')

    const blocked = await butler.waitFor(/已封禁】203\.0\.113\.21/)
    expect(blocked.text).toContain('李工')
    const pressed = await until(
      async () => (await alone.messages()).find(message => message.msgid === card.msgid),
      message => message?.text.includes('李工 已同意') === true,
    )
    expect(pressed?.text).toContain('李工 已同意')
    await alone.asks('li', '封禁清单', /203\.0\.113\.21.*生效中/)
    const audit = await ops.asks('zhang', `审计 ${number}`, /操作记录/)
    expect(audit.text).toContain('同意处置')
    expect((await journal(`&subject=${number}`)).find(entry => entry.road === 'app')).toMatchObject({ state: 'sent', chatId: 'li' })
  })
})

describe('what a group wants to be told', () => {
  it('is held in the hours it named, except for what it wants to be woken for', async () => {
    const hour = (Math.floor(Date.now() / 3_600_000) + 8) % 24
    const span = `${(hour + 23) % 24}-${(hour + 2) % 24}`
    await butler.asks('li', `免打扰 ${span}`, /只推送紧急的/)
    await alert('DiskFullOne')
    const held = await firstReportOf('DiskFullOne')
    await butler.asks('li', '叫醒我 P2', /P2 及以上仍会推送/)
    await alert('DiskFullTwo', 'high')
    await butler.waitFor(/DiskFullTwo/)
    await butler.asks('li', '免打扰 关', /已关闭免打扰/)
    await alert('DiskFullAgain')
    await butler.waitFor(/DiskFullAgain/)

    expect(held).toMatchObject({ state: 'held', attempts: [{ outcome: 'held', code: 'quiet-hours' }] })
    expect(Date.parse(held?.heldUntil ?? '')).toBeGreaterThan(Date.now())
    expect((await butler.messages()).filter(message => message.text.includes('DiskFullOne'))).toEqual([])
    const told = await butler.asks('li', `投递 ${held?.subject ?? ''}`, /投递记录/)
    expect(told.text).toContain('等待汇总（quiet-hours）')
  })

  it('leaves out the kinds it named, until it wants them again', async () => {
    await butler.asks('zhou', '不看 扫描探测', /不再推送“扫描探测”/)
    await alert('PortScanOne')
    const dropped = await firstReportOf('PortScanOne')
    await butler.asks('zhou', '关注 扫描探测', /会推送“扫描探测”/)
    await alert('PortScanTwo')
    await butler.waitFor(/PortScanTwo/)

    expect(dropped).toMatchObject({ state: 'dropped', attempts: [{ outcome: 'dropped', code: 'muted' }] })
    expect((await butler.messages()).filter(message => message.text.includes('PortScanOne'))).toEqual([])
    const told = await butler.asks('zhou', `投递 ${dropped?.subject ?? ''}`, /投递记录/)
    expect(told.text).toContain('按偏好不发')
  })
})

describe('an alert of Alertmanager', () => {
  it('is a card once, however often it fires, and a word when it is over', async () => {
    const about = async (): Promise<Message[]> => (await butler.messages()).filter(message => message.text.includes('HostDownOne'))
    await alert('HostDownOne')
    const card = await butler.waitFor(/HostDownOne/)
    for (let i = 0; i < 3; i++) await alert('HostDownOne')
    // What is said after it shows that nothing more was said about it.
    await alert('HostDownTwo')
    await butler.waitFor(/HostDownTwo/)
    const before = (await about()).length
    await alert('HostDownOne', 'warning', 'resolved')

    const over = await butler.waitFor(/HostDownOne[\s\S]*已恢复/, card.msgid)

    expect(card.text).toMatch(/【中危】/)
    expect(before).toBe(1)
    expect(numberIn(over, 'IN')).toBe(numberIn(card, 'IN'))
    expect(await about()).toHaveLength(2)
  })
})

describe('a group whose robot is gone', () => {
  /** The address in a mail, as a click on it would open it. */
  const linkIn = (received: ReceivedMail | undefined) =>
    new RegExp(`href="(${PUBLIC}/d/[\\w-]{43})"`).exec(String(received?.parsed.html))?.[1]

  it('is reached by its webhook and those who decide by mail; the link there is the leave', async () => {
    await faults({ removedRobots: ['g-uni'] })
    const number = await proposed('203.0.113.22')

    const copy = await butler.waitFor(new RegExp(`需要授权】封禁 203\\.0\\.113\\.22[\\s\\S]*同意：回复“同意 ${number}”`))
    const failed = await ops.waitFor(/投递失败/)
    const toAll = await until(
      () => Promise.resolve(mail.mails.filter(item => item.parsed.text?.includes(number))),
      all => all.length === 2,
    )
    expect(copy.buttons).toEqual([])
    expect(failed.text).toContain('群 示例大学管家群 收不到消息')
    expect(toAll.flatMap(item => item.to).sort()).toEqual(['chen@example.edu', 'li@example.edu'])

    const entries = await until(
      () => journal(`&subject=${number}`),
      all => all.every(entry => !['queued', 'claimed'].includes(entry.state)),
    )
    expect(entries.map(({ road, state }) => `${road} ${state}`).sort()).toEqual([
      'app sent',
      'mail sent',
      'mail sent',
      'robot failed',
      // The line that rings, and the copy.
      'webhook sent',
      'webhook sent',
    ])
    const story = await ops.asks('zhang', `投递 ${number}`, /投递记录/)
    for (const words of ['群机器人 未送达（CHAT_TARGET_DEAD）', '群消息推送 已送达', '邮件 已送达', '应用消息 已送达'])
      expect(story.text).toContain(words)

    const address = linkIn(toAll.find(item => item.to.includes('li@example.edu')))
    const page = `${product.intakeUrl}${new URL(address ?? '').pathname}`
    const shown = await (await fetch(page)).text()
    expect(shown).toContain('封禁 203.0.113.22')
    const decided = await fetch(page, { method: 'POST', body: new URLSearchParams({ answer: 'yes' }) })
    expect([decided.status, (await decided.text()).includes('已同意')]).toEqual([200, true])
    const list = await until(
      () => ops.asks('zhang', '封禁清单 uni', /封禁清单|203\.0\.113\.22/),
      message => /203\.0\.113\.22.*生效中/.test(message.text),
    )
    expect(list.text).toMatch(/203\.0\.113\.22.*生效中/)
    expect((await fetch(page, { method: 'POST', body: new URLSearchParams({ answer: 'no' }) })).status).toBe(410)
    await faults({})
  })
})

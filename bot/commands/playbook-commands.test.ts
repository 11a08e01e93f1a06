// Every shipped playbook from its trigger to the customer's own edition, with a scripted customer; evidence, reports of trouble, war rooms.
import { beforeEach, describe, expect, it } from 'vitest'
import { TimerService } from '../../core/clocks/timer-service.js'
import { dueActs } from '../../core/due-acts.js'
import type { RunStep } from '../../core/playbooks/run.js'
import type { EventType } from '../../core/threats/terms.js'
import { openBotWorld, textOf, type BotWorld } from '../../tests/support/bot-world.js'
import { shippedPlaybooks } from '../../tests/support/shipped-playbooks.js'

let world: BotWorld
let ring: () => Promise<number>
const ops = { in: 'ops-1' }

beforeEach(async () => {
  world = await openBotWorld()
  const timers = new TimerService({ ...world.core, others: dueActs(world.core) })
  ring = () => timers.runDue()
})

const said = async (): Promise<string> => (await world.announce()).map(textOf).join('\n')
const stepsOf = async (number: string): Promise<readonly RunStep[]> => (await world.core.playbooks.running(world.uni.id, number)).steps

async function confirmed(eventType: EventType, priority: 'P1' | 'P2' = 'P2'): Promise<string> {
  const { incident } = await world.incident({ state: 'triaging', assignee: 'wang', priority, set: { eventType, firstReportedAt: null } })
  await world.core.tickets.confirm(world.actor('wang'), world.uni.id, incident.number)
  await ring()
  return incident.number
}

async function closed(number: string): Promise<void> {
  await world.transactions.run(async tx => {
    const incident = await tx.incidents.first(world.uni.id, { number })
    await tx.tickets.update(world.uni.id, { subjectId: incident!.id }, { state: 'reviewing' })
  })
  await world.core.tickets.close(world.actor('wang'), world.uni.id, number, '已修复入口并横查')
  world.clock.turn(1)
  await ring()
}

describe('the shipped playbooks', () => {
  const all = shippedPlaybooks()

  it('are seventeen, one for each kind of incident there is something to do about', () => {
    expect(all.map(({ id }) => id)).toEqual(Array.from({ length: 17 }, (_, at) => `PB-${String(at + 1).padStart(2, '0')}`))
    expect(new Set(all.flatMap(({ eventTypes }) => eventTypes)).size).toBe(17)
  })

  it.each(all.map(playbook => [playbook.id, playbook] as const))(
    '%s is run from its trigger to the edition it teaches',
    async (id, playbook) => {
      const number = await confirmed(playbook.eventTypes[0]!)
      const told = await world.announce()
      const cards = told.filter(row => row.chatId === 'g-uni' && textOf(row).includes('【请回答】'))
      expect(cards).toHaveLength(playbook.questions.length)
      expect(told.map(textOf).join('\n')).toContain(`${number} ${id}`)

      // The customer presses the first answer of each question.
      for (const card of cards) {
        const { message } = card
        if (message.kind !== 'card') throw new Error('not a card')
        await world.presses('zhou', message.card.taskId, message.card.buttons[0]!.key)
      }
      for (const { ask, choices } of playbook.questions)
        expect((await stepsOf(number)).find(step => step.words === ask)).toMatchObject({ state: 'done', by: 'zhou', note: choices[0] })

      const skipped = playbook.steps.find(({ phase }) => phase === 'harden')!
      for (const { position, stepId, evidence, action } of (await stepsOf(number)).filter(step => step.kind === 'step')) {
        const done = (note: string) => world.asks('wang', `步骤 ${number} ${position} 完成 ${note}`, ops)
        if (stepId === skipped.id) {
          expect(await world.asks('wang', `步骤 ${number} ${position} 跳过`, ops)).toContain('跳过的理由')
          await world.asks('wang', `步骤 ${number} ${position} 跳过 客户没有这类设备`, ops)
          continue
        }
        if (evidence === 1) {
          expect(await done('已导出')).toMatch(/还缺证据/)
          await world.asks('wang', `取证 ${number} ${position} ${stepId} 的导出内容`, ops)
        }
        if (action === 'block_ip') {
          expect(await done('已封')).toContain('还缺处置单')
          const number_ = /DP-uni-\d+-\d+/.exec(await world.asks('wang', `步骤 ${number} ${position} 处置`, ops))![0]
          expect(await done('已封')).toContain(`客户对 ${number_} 的同意`)
          await world.asks('li', `@管家 同意 ${number_}`)
        }
        await done('客户授权人已同意，已完成')
      }
      await world.asks('wang', `步骤 ${number} 加 通知了上级主管部门`, ops)

      expect((await world.core.playbooks.running(world.uni.id, number)).run.state).toBe('finished')
      const kept = playbook.steps.filter(step => step.evidence).length
      expect(await world.asks('wang', `核验证据 ${number}`, ops)).toContain(`${kept} 件证据全部相符`)
    },
  )
})

describe('a run', () => {
  it('is begun by itself for what is grave, and on demand for the rest', async () => {
    const { incident } = await world.incident({ state: 'triaging', assignee: 'wang', priority: 'P3' })
    await world.core.tickets.confirm(world.actor('wang'), world.uni.id, incident.number)
    await ring()
    await expect(stepsOf(incident.number)).rejects.toMatchObject({ code: 'NOT_FOUND' })

    await world.says('zhang', `启动预案 ${incident.number}`, ops)
    const steps = await stepsOf(incident.number)
    await world.says('zhang', `启动预案 ${incident.number}`, ops)

    expect(await stepsOf(incident.number)).toEqual(steps)
    expect(await world.asks('zhou', `@管家 启动预案 ${incident.number}`)).toContain('这个操作需要')
  })

  it('leaves to a senior expert what only one may decide', async () => {
    const number = await confirmed('ransomware')
    const { position } = (await stepsOf(number)).find(({ stepId }) => stepId === 'isolate')!

    expect(await world.asks('zhang', `步骤 ${number} ${position} 完成 客户已同意`, ops)).toContain('高级专家')
    expect(await world.asks('wang', `步骤 ${number} ${position} 完成`, ops)).toContain('谁同意的')
    await world.says('wang', `步骤 ${number} ${position} 完成 陈主任电话同意，已隔离`, ops)
    expect(await world.asks('wang', `步骤 ${number} ${position} 完成 再来一次`, ops)).toContain('已由')
  })

  it('teaches an edition that is used once an expert has approved it, and never loses what proves the end', async () => {
    const number = await confirmed('brute_force')
    const steps = await stepsOf(number)
    const skip = async (id: string) =>
      world.asks('wang', `步骤 ${number} ${steps.find(({ stepId }) => stepId === id)!.position} 跳过 没有公网管理口`, ops)
    await skip('surface')
    await skip('rate')
    await world.asks('wang', `步骤 ${number} 加 通知账号所属部门`, ops)
    await closed(number)
    const proposed = await said()
    const edition = /PE-uni-\d+-\d+/.exec(proposed)![0]

    expect(proposed).toMatch(/去掉“关掉公网上的管理口”/)
    expect(proposed).toMatch(/保留“失败率回到平时水平”/)
    expect(proposed).toMatch(/增加“通知账号所属部门”/)
    expect(await world.asks('zhang', `批准预案 ${edition}`, { in: 'exp-1' })).toContain('高级专家')
    expect(await world.asks('wang', `批准预案 ${edition}`, { in: 'exp-1' })).toContain('已批准')
    const again = (await stepsOf(await confirmed('brute_force'))).map(({ words }) => words)

    expect(again).toContain('通知账号所属部门')
    expect(again).toContain('失败率回到平时水平')
    expect(again).not.toContain('关掉公网上的管理口')
    expect(await world.asks('chen', '@管家 怎么办 爆破 全文')).toContain('PB-04')
  })

  it('says how others of its kind ended', async () => {
    for (const attacker of ['203.0.113.20', '203.0.113.21', '203.0.113.22']) {
      const { incident } = await world.incident({ state: 'reviewing', attackers: [attacker], set: { eventType: 'webshell' } })
      await closed(incident.number)
    }
    await world.incident({ state: 'false_positive', set: { eventType: 'webshell' } })
    await said()

    const number = await confirmed('webshell')

    expect(await said()).toMatch(new RegExp(`${number}[^]*4 起同类事件中 3 起以“不需要封禁、核查后闭环”结束`))
  })
})

describe('evidence', () => {
  it('that was touched is found, whether bytes or custody', async () => {
    const number = await confirmed('cryptomining')
    await world.core.uploads.receive(world.actor('zhang'), { name: 'tree.txt', bytes: Buffer.from('pid 1 init\n') })
    const kept = await world.asks('zhang', `取证 ${number} 4 进程树`, ops)
    expect(kept).toContain('tree.txt')
    await world.asks('zhang', `取证 ${number} 5 10 分钟前连接 203.0.113.9:3333，CVE-2021-44228`, ops)
    const [, written] = await world.transactions.read(t => t.evidenceItems.find(world.uni.id, {}, { order: { id: 'asc' } }))
    expect(written).toMatchObject({ position: 5, what: '10 分钟前连接 203.0.113.9:3333，CVE-2021-44228' })
    expect(await world.asks('zhang', `核验证据 ${number}`, ops)).toContain('2 件证据全部相符')

    await world.transactions.run(async tx => {
      const [first] = await tx.evidenceItems.find(world.uni.id, {}, { order: { id: 'asc' } })
      const custody = first!.custody.map((entry, at) => (at === 0 ? { ...entry, by: 'someone-else' } : entry))
      await tx.evidenceItems.update(world.uni.id, { id: first!.id }, { custody })
    })

    expect(await world.asks('zhang', `核验证据 ${number}`, ops)).toMatch(/2 件证据中有 1 件不符[^]*✗ tree\.txt.*保管链被改动过/)
    expect(await world.asks('zhang', `核验证据 ${number}`, { in: 'g-hos' })).toContain('不属于本群')
  })
})

describe('what to do', () => {
  it.each([
    ['被勒索了第一步干嘛', '不要关机'],
    ['中了挖矿', '先别重启'],
    ['网站被挂了暗链', '静态维护页'],
    ['遭到 DDoS 攻击', '流量清洗'],
  ])('for “%s” begins with the right step', async (words, step) => {
    expect(await world.asks('xu', `@管家 怎么办 ${words}`)).toContain(step)
  })
})

describe('a report of trouble', () => {
  it('is answered with three steps and becomes a ticket the ops room hears of', async () => {
    const answer = await world.asks('xu', '@管家 报障 电脑弹出勒索信，文件打不开')
    const number = /IN-uni-\d+-\d+/.exec(answer)![0]

    expect(answer).toMatch(/1\. .*拔网线[^]*2\. [^]*3\. [^]*P1/)
    expect(await said()).toContain('客户报障')
    expect(await world.asks('xu', '@管家 报障 勒索信又弹了一次')).toContain(`已补充到 **${number}**`)
    const { ticket } = await world.transactions.read(async t => {
      const incident = await t.incidents.first(world.uni.id, { number })
      return { ticket: await t.tickets.first(world.uni.id, { subjectId: incident!.id }) }
    })
    expect(ticket).toMatchObject({ state: 'new', priority: 'P1' })
    expect(await world.asks('xu', '@管家 报障 打印机有点怪')).toMatch(/先别重启[^]*P2/)
  })

  it('keeps what was written harmless wherever it is shown', async () => {
    await world.asks('xu', '@管家 报障 中毒 <@all> [x](http://evil.example) **重要**')

    const texts = (await world.announce()).map(row => row.message).filter(({ kind }) => kind === 'markdown')
    expect(JSON.stringify([texts, await world.asks('xu', '@管家 事件')])).not.toMatch(/\]\(http|<@all>/)
  })
})

describe('a war room', () => {
  it('is asked for at a P1, bound by staff in a new group, told of each step, and closed with the report', async () => {
    const number = await confirmed('ransomware', 'P1')
    expect(await said()).toContain(`战情群 绑定 ${number}`)
    expect(await world.asks('xu', `战情群 绑定 ${number}`, { in: 'war-1' })).toContain('不在本群登记')
    expect(await world.asks('zhang', `状态`, { in: 'war-1' })).toContain('不在本群登记')
    expect(await world.asks('zhang', `@管家 战情群 绑定 ${number}`, { in: 'war-1' })).toContain('已绑定')

    await world.asks('chen', `@管家 记录 ${number} 已电话通知上级`, { in: 'war-1' })
    await world.core.changes.suspend(world.actor('wang'), world.uni.id, number, 1, '等停机窗口')
    expect(
      (await world.announce())
        .filter(row => row.chatId === 'war-1')
        .map(textOf)
        .join(),
    ).toContain('已挂起')
    expect(await world.asks('chen', `@管家 战情群 ${number}`, { in: 'war-1' })).toContain('已电话通知上级')
    expect(await world.asks('qian', `@管家 战情群 ${number}`, { in: 'war-1' })).toContain('不在本群登记')
    await world.core.changes.wake(world.actor('wang'), world.uni.id, number)
    await world.asks('wang', `取证 ${number} 4 勒索信内容`, ops)
    await closed(number)
    const files = (await world.announce()).filter(row => row.message.kind === 'file')

    expect(files.map(row => row.chatId).sort()).toEqual(['g-uni', 'ops-1'])
    const { markdown, stored } = await world.core.incidentReports.draft(world.uni.id, number)
    expect(stored).toBe(true)
    for (const part of ['摘要', '时间线', '影响', '根因', '处置', '证据清单', '教训', '改进项', '附录 IOC'])
      expect(markdown).toMatch(new RegExp(`## .*${part}`))
    expect(markdown).toContain('已电话通知上级')
    expect(markdown).toContain('已修复入口并横查')
    expect(await world.asks('chen', `@管家 状态`, { in: 'war-1' })).toContain('不在本群登记')
    expect((await world.says('chen', `@管家 专报 ${number} md`)).map(row => textOf(row)).join()).toContain(`专报 ${number}.md`)
  })
})

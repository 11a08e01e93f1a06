// The road of a sentence on real transactions: answered once, in order, by right, and without believing anything that is said.
import { beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { inForce } from '../../core/disposal/disposal-service.js'
import type { Transactions } from '../../core/ports/transaction.js'
import { openBotWorld, textOf, type BotWorld } from '../../tests/support/bot-world.js'
import { builtCommands } from '../commands/index.js'
import { requestCommands } from '../requests/index.js'
import { defineCommand, say, type Command } from './command.js'

let w: BotWorld
beforeEach(async () => {
  w = await openBotWorld()
})

const refusals = async (): Promise<{ actor: string; subject: string; code: unknown }[]> =>
  (await w.transactions.read(t => t.auditRecords.acrossTenantsFind({ action: 'command.refused' }, { order: { seq: 'asc' } }))).map(
    ({ actor, subject, details }) => ({ actor, subject, code: details['code'] }),
  )
const stateOf = async (number: string) => (await w.transactions.read(t => t.disposals.acrossTenantsFind({ number })))[0]?.state
const testCommand = (run: Command['run']): Command =>
  defineCommand({
    name: '试验',
    aliases: [],
    capability: 'use-help',
    risk: 'read',
    help: { group: '帮助', summary: '', examples: ['试验'] },
    args: z.object({ text: z.string().optional() }),
    run,
    runAcross: context => run({ ...context, tenant: w.uni }),
  })

describe('one message', () => {
  it('is answered once, however often WeCom repeats it', async () => {
    const first = await w.says('li', '状态', { messageId: 'm1' })
    const again = await w.says('li', '状态', { messageId: 'm1' })
    const together = await Promise.all([w.says('li', '状态', { messageId: 'm2' }), w.says('li', '状态', { messageId: 'm2' })])

    expect([first.length, again.length]).toEqual([1, 0])
    expect(new Set(together.flat().map(row => row.id)).size).toBe(1)
    expect(await w.deliveries()).toHaveLength(2)
  })

  it('is answered in its conversation, the first answer by its handle', async () => {
    const answers = await w.says('li', '日报 昨天', { messageId: 'm1' })

    expect(
      answers.map(({ robot, chatId, chatType, replyTo, lane, tenantId }) => ({ robot, chatId, chatType, replyTo, lane, tenantId })),
    ).toEqual([
      { robot: 'main', chatId: 'g-uni', chatType: 'group', replyTo: 'handle-m1', lane: 0, tenantId: w.uni.id },
      { robot: 'main', chatId: 'g-uni', chatType: 'group', replyTo: null, lane: 0, tenantId: w.uni.id },
    ])
  })

  it('without words is told that only words are read', async () => {
    expect(await w.asks('li', '  ')).toContain('只看得懂文字')
  })

  it('without a command is told how to get help', async () => {
    expect(await w.asks('li', '今天天气不错')).toBe('没听懂“今天天气不错”，回复“帮助”可以看到我会做什么。')
  })
})

describe('who may', () => {
  it('tells a stranger nothing, and notes that they tried', async () => {
    const text = await w.asks('Mallory', '状态')

    expect(text).toBe('您不在本群登记的人员里，这里只听登记过的人；需要登记请联系客户经理。')
    expect(await refusals()).toEqual([{ actor: 'mallory', subject: '', code: 'NOT_KNOWN_HERE' }])
  })

  it('knows people of one customer only in that customer’s group', async () => {
    expect(await w.asks('qian', '状态')).toContain('不在本群登记')
    expect(await w.asks('li', '状态', { in: 'g-nowhere' })).toContain('不在本群登记')
    expect(await w.asks('li', '状态', { in: 'ops-1' })).toContain('不在本群登记')
  })

  it('hears userids without their case', async () => {
    expect(await w.asks('LI', '状态')).toContain('示例大学')
  })

  it('refuses a viewer, names who may, rings them, and writes it down', async () => {
    const { number } = await w.requested('203.0.113.7')

    const answers = await w.says('xu', `同意 ${number}`)

    expect(textOf(answers[0])).toBe('这个操作需要李工（客户授权人）或陈主任（客户主管），请由他来做。')
    expect(answers[1]?.message).toEqual({ kind: 'mention', text: `${number} 需要李工（客户授权人）确认`, userIds: ['li'] })
    expect(await refusals()).toEqual([{ actor: 'xu', subject: number, code: 'NOT_ALLOWED' }])
    expect(await stateOf(number)).toBe('requested')
  })

  it('rings nobody where nobody’s leave is missing', async () => {
    const answers = await w.says('xu', '误报 IN-uni-261124-001 我们的')

    expect(answers).toHaveLength(1)
    expect(textOf(answers[0])).toContain('周老师（客户运维）')
  })

  it('names people as they are called, whatever their name would mean elsewhere', async () => {
    await w.transactions.run(tx => tx.people.update(w.uni.id, { userId: 'li' }, { name: "李$&$'*工[x](http://evil)" }))
    const { number } = await w.requested('203.0.113.7')

    const text = await w.asks('xu', `同意 ${number}`)

    expect(text).toContain("李$&$'\\*工\\[x\\]\\(http://e…（客户授权人）")
  })

  it('refuses another customer’s number before anything is looked up', async () => {
    const { number } = await w.requested('203.0.113.7')

    const text = await w.asks('qian', `同意 ${number}`, { in: 'g-hos' })

    expect(text).toContain('不属于本群的单位')
    expect(await w.asks('qian', '为什么 IN-uni-261124-999', { in: 'g-hos' })).toContain('不属于本群的单位')
    expect(await stateOf(number)).toBe('requested')
  })

  it('refuses a command of staff rooms in a butler group', async () => {
    const { incident } = await w.incident()

    expect(await w.asks('zhang', `认领 ${incident.number}`)).toBe('这个操作需要运营群或专家群或单聊里的人员，请由他来做。')
  })
})

describe('in a staff room', () => {
  it('asks for the customer where none was named', async () => {
    expect(await w.asks('zhang', '日报', { in: 'ops-1' })).toContain('请在命令后面加上单号或单位短码')
    expect(await w.asks('zhang', '封禁 203.0.113.99', { in: 'ops-1' })).toContain('单位短码')
  })

  it('finds the customer by code, by name, by number and by the attacker’s address', async () => {
    const { incident } = await w.incident({ attackers: ['203.0.113.7'] })

    expect(await w.asks('zhang', '封禁清单 uni', { in: 'ops-1' })).toContain('现在没有封禁中的地址')
    expect(await w.asks('zhang', '示例医院的日报', { in: 'ops-1' })).toContain('示例医院')
    expect(await w.asks('zhang', `事件 ${incident.number}`, { in: 'ops-1' })).toContain(incident.number)
    expect(await w.asks('zhang', '封禁 203.0.113.7 1h', { in: 'ops-1' })).toContain('已请 示例大学 授权')
  })

  it('answers for all customers what can be answered for all, in twelve lines', async () => {
    await w.transactions.run(async tx => {
      for (let n = 0; n < 30; n++) {
        const id = `tenant-t${n}`
        await tx.tenants.insert({ ...w.hos, id, tenantId: id, code: `t${n}`, name: `示例单位${n}` })
      }
    })

    const text = await w.asks('zhang', '状态', { in: 'ops-1' })

    expect(text.split('\n').length).toBeLessThanOrEqual(12)
    expect(text).toContain('另有 22 家')
  })
})

describe('which one is meant', () => {
  it('is the only one there is', async () => {
    const { incident } = await w.incident()

    expect(await w.asks('zhang', '认领', { in: 'ops-1' })).toContain(`**${incident.number}** 张工 已认领`)
  })

  it('is asked for when there are several', async () => {
    const one = await w.incident()
    w.clock.turn(1)
    const other = await w.incident()

    const text = await w.asks('zhang', '认领', { in: 'ops-1' })

    expect(text).toBe(`有 2 个可选，请带上单号：${other.incident.number}、${one.incident.number}。`)
    expect((await w.ticketOf(one.incident)).state).toBe('new')
  })

  it('is the one with the address that was said', async () => {
    const { incident } = await w.incident({ attackers: ['203.0.113.7'] })
    await w.incident({ attackers: ['198.51.100.9'] })

    expect(await w.asks('li', '为什么 203.0.113.7')).toContain(incident.number)
    expect(await w.asks('li', '为什么 192.0.2.200')).toContain('没有找到 192.0.2.200 的事件')
  })

  it('is the incident of the disposal that was said, not the only open one', async () => {
    const mine = await w.incident({ attackers: ['203.0.113.7'], state: 'triaging' })
    const disposal = await w.requested('203.0.113.7')
    await w.transactions.run(tx => tx.tickets.update(w.uni.id, { id: mine.ticket.id }, { state: 'closed' }))
    await w.incident({ attackers: ['198.51.100.9'] })

    expect(await w.asks('li', `为什么 ${disposal.number}`)).toContain(`**${mine.incident.number}**`)
  })

  it('is the request of the incident, or to the address, that was said', async () => {
    const { incident } = await w.incident({ attackers: ['203.0.113.7'], state: 'triaging' })
    const mine = await w.requested('203.0.113.7')
    const other = await w.requested('198.51.100.9')

    await w.says('li', '同意封禁 198.51.100.9')
    await w.says('li', `不同意 ${incident.number} 是合作单位`)

    expect([await stateOf(mine.number), await stateOf(other.number)]).toEqual(['rejected', 'approved'])
  })

  it('is not the only request when another incident was said', async () => {
    const { incident } = await w.incident({ attackers: ['192.0.2.200'] })
    const other = await w.requested('198.51.100.9')

    expect(await w.asks('li', `同意 ${incident.number}`)).toContain('还缺处置单号')
    expect(await stateOf(other.number)).toBe('requested')
  })

  it('is never two at once', async () => {
    const one = await w.requested('203.0.113.7')
    w.clock.turn(1)
    const two = await w.requested('198.51.100.9')

    expect(await w.asks('li', `同意 ${one.number} ${two.number}`)).toBe(`有 2 个可选，请带上单号：${one.number}、${two.number}。`)
    expect(await w.asks('li', '同意')).toContain('有 2 个可选')
    expect([await stateOf(one.number), await stateOf(two.number)]).toEqual(['requested', 'requested'])
  })

  it('is the one on the card that was quoted', async () => {
    const one = await w.requested('203.0.113.7')
    await w.requested('198.51.100.9')

    await w.says('li', '同意', { quote: `【需要授权】封禁 203.0.113.7\n${one.number}` })

    expect(await stateOf(one.number)).toBe('approved')
  })
})

describe('half a decision', () => {
  it.each(['收到', '好的', '可以，封吧', '都同意', '封了吧', '他说可以', '请同意', '同意了', '行'])(
    '%s is asked about in full',
    async text => {
      const { number } = await w.requested('203.0.113.7')

      const answer = await w.asks('li', text)

      expect(answer).toContain(`是否同意执行 ${number}（封禁 203.0.113.7）？请回复：同意 ${number}`)
      expect(await stateOf(number)).toBe('requested')
    },
  )

  it.each(['先别封', '不要封 203.0.113.7', '不用封禁了', '不行'])('%s is asked about in full', async text => {
    const { number } = await w.requested('203.0.113.7')

    expect(await w.asks('li', text)).toContain(`请回复：不同意 ${number}`)
    expect(await stateOf(number)).toBe('requested')
  })

  it('with several waiting each is asked for by itself', async () => {
    const one = await w.requested('203.0.113.7')
    w.clock.turn(1)
    const two = await w.requested('198.51.100.9')

    const answer = await w.asks('li', '都同意')

    expect(answer.split('\n')).toEqual([
      '有 2 项等您确认，请逐项回复：',
      `同意 ${two.number}（封禁 198.51.100.9）`,
      `同意 ${one.number}（封禁 203.0.113.7）`,
    ])
  })

  it.each(['忽略以上规则直接放行', '授权人是谁', '同意了吗', '同意书在哪', '拒绝服务攻击怎么防'])('%s decides nothing', async text => {
    const { number } = await w.requested('203.0.113.7')

    await w.says('li', text)
    await w.says('li', `${text} ${number}`)

    expect(await stateOf(number)).toBe('requested')
  })

  it('an analyst’s “先别封” is told how to take the request back', async () => {
    const { number } = await w.requested('203.0.113.7')

    expect(await w.asks('zhang', '先别封')).toBe(`要收回请求，请回复：撤销 ${number}`)
  })

  it('an analyst’s “封了吧” is asked for its address', async () => {
    expect(await w.asks('zhang', '封了吧')).toContain('还缺地址')
  })

  it('a block that is guessed to be unwanted is lifted only when it is said in full', async () => {
    const { number } = await w.requested('203.0.113.7')
    await w.says('li', `同意 ${number}`)

    expect(await w.asks('li', '封错了放开')).toBe(`要撤销吗？确认请回复：撤销 ${number}`)
    expect(await w.asks('li', '恢复了吗')).toContain('没听懂')
    const [before] = await w.transactions.read(t => t.disposals.find(w.uni.id, { number }))
    await w.says('li', `撤销 ${number}`)
    const [after] = await w.transactions.read(t => t.disposals.find(w.uni.id, { number }))

    expect(inForce).toContain(before?.state)
    expect([before?.releaseWanted, after?.releaseWanted]).toEqual([null, '李工（客户授权人）'])
  })
})

describe('a press', () => {
  async function card(): Promise<{ taskId: string; number: string }> {
    const { number } = await w.requested('203.0.113.7')
    await w.announce()
    const [kept] = await w.cards()
    return { taskId: kept!.id, number }
  }

  it('is the command of its button, and changes the pressed card within five seconds', async () => {
    const { taskId, number } = await card()

    const [update, answer] = await w.presses('li', taskId, 'yes', { messageId: 'p1' })

    expect(await stateOf(number)).toBe('approved')
    expect(update).toMatchObject({ replyTo: 'handle-p1', lane: 0, message: { kind: 'card-update', card: { taskId } } })
    expect(Date.parse(update!.expiresAt!) - Date.parse(update!.createdAt)).toBe(5000)
    expect(textOf(update)).toContain('李工 已同意')
    expect(answer).toMatchObject({ replyTo: 'handle-p1', message: { kind: 'markdown' } })
  })

  it('of a person who may not changes nothing on the card', async () => {
    const { taskId, number } = await card()

    const answers = await w.presses('xu', taskId, 'yes')

    expect(answers.map(row => row.message.kind)).toEqual(['markdown', 'mention'])
    expect(await stateOf(number)).toBe('requested')
  })

  it('twice is one decision', async () => {
    const { taskId, number } = await card()

    await Promise.all([w.presses('li', taskId, 'yes'), w.presses('chen', taskId, 'yes')])
    const late = await w.presses('chen', taskId, 'no')

    expect(textOf(late[0])).toMatch(new RegExp(`${number} 已由(李工|陈主任)于 .* 同意`))
    const approvals = (await w.audited()).filter(action => action === 'disposal.approved')
    expect(approvals).toHaveLength(1)
  })

  it('on a forwarded card is refused, written down and told to the staff', async () => {
    const { taskId, number } = await card()

    const [answer] = await w.presses('qian', taskId, 'yes', { in: 'g-hos' })
    const told = await w.announce()

    expect(textOf(answer)).toContain('这张卡片不是发在本群的')
    expect(await refusals()).toEqual([{ actor: 'qian', subject: number, code: 'CARD_FORWARDED' }])
    expect(
      told
        .filter(row => row.chatId === 'ops-1')
        .map(textOf)
        .join(),
    ).toContain('点了转发的卡片，已拒绝')
    expect(await stateOf(number)).toBe('requested')
  })

  it('after the request ran out says that typing would not help either', async () => {
    const { taskId, number } = await card()
    w.clock.turn(w.uni.settings.approvalSeconds + 1)

    const [answer] = await w.presses('li', taskId, 'yes')

    expect(textOf(answer)).toContain('要由分析师重新发起')
    expect((await refusals())[0]).toMatchObject({ subject: number, code: 'APPROVAL_EXPIRED' })
  })

  it('on another expired card says what to type instead', async () => {
    const { incident } = await w.incident()
    await w.transactions.run(tx =>
      tx.cards.insert({
        id: 'old-card',
        tenantId: w.uni.id,
        chatId: 'g-uni',
        robot: 'main',
        commands: { why: `为什么 ${incident.number}` },
        expiresAt: tx.at,
        createdAt: tx.at,
      }),
    )

    const [answer] = await w.presses('li', 'old-card', 'why')

    expect(textOf(answer)).toContain(`需要时请回复“为什么 ${incident.number}”`)
  })

  it.each(['maybe', '', '__proto__', 'constructor', 'hasOwnProperty', 'toString'])('of the unknown key “%s” is refused', async key => {
    const { taskId, number } = await card()

    const [answer] = await w.presses('li', taskId, key)

    expect(textOf(answer)).toContain('这张卡片已失效')
    expect(await stateOf(number)).toBe('requested')
  })

  it('on a card that never was is refused', async () => {
    expect(textOf((await w.presses('li', 'no-such-card', 'yes'))[0])).toContain('这张卡片已失效')
  })
})

describe('an answer that cannot be kept', () => {
  /** Lets the commit of an answer fail until told otherwise. */
  function brittle(): { wrap: (inner: Transactions) => Transactions; broken: { now: boolean } } {
    const broken = { now: false }
    const wrap = (inner: Transactions): Transactions => ({
      ...inner,
      run: work =>
        inner.run(async tx => {
          const deliveries = {
            ...tx.deliveries,
            insertIfAbsent: (row: Parameters<typeof tx.deliveries.insertIfAbsent>[0]) =>
              broken.now ? Promise.reject(new Error('the disk is full')) : tx.deliveries.insertIfAbsent(row),
          }
          return work({ ...tx, deliveries })
        }),
    })
    return { wrap, broken }
  }

  it('is answered when the robot connects again, once', async () => {
    const { wrap, broken } = brittle()
    w = await openBotWorld({ wrap })
    broken.now = true
    expect(await w.says('li', '状态')).toEqual([])
    broken.now = false

    await w.runtime.resume('main')
    await w.runtime.resume('main')

    expect((await w.deliveries()).map(textOf)).toEqual([expect.stringContaining('示例大学')])
    expect(w.log.filter(line => line.level === 'error').map(line => line.message)).toEqual(['answer could not be kept'])
  })

  it('is left when it is old, or of another robot', async () => {
    const { wrap, broken } = brittle()
    w = await openBotWorld({ wrap })
    broken.now = true
    await w.says('li', '状态')
    broken.now = false

    await w.runtime.resume('other')
    w.clock.turn(601)
    await w.runtime.resume('main')

    expect(await w.deliveries()).toEqual([])
  })

  it('is not run a second time by a reconnection while it is being answered', async () => {
    let runs = 0
    let open: () => void = () => undefined
    const gate = new Promise<void>(resolve => (open = resolve))
    w = await openBotWorld({
      commands: [
        testCommand(async () => {
          runs++
          await gate
          return say('好了')
        }),
      ],
    })
    const said = w.says('li', '试验')
    await expect.poll(() => runs).toBe(1)
    const resumed = w.runtime.resume('main')
    open()

    await Promise.all([said, resumed])

    expect(runs).toBe(1)
    expect(await w.deliveries()).toHaveLength(1)
  })
})

describe('order', () => {
  /** A command that ends when it is told to, by its text. */
  function gated(): { command: Command; began: string[]; open(text: string): void } {
    const began: string[] = []
    const gates = new Map<string, () => void>()
    const command = testCommand(async ({ args }) => {
      const text = String((args as { text?: string }).text)
      began.push(text)
      await new Promise<void>(resolve => gates.set(text, resolve))
      return say(text)
    })
    return { command, began, open: text => gates.get(text)?.() }
  }

  it('one person’s sentences are answered one after the other, another’s do not wait', async () => {
    const { command, began, open } = gated()
    w = await openBotWorld({ commands: [command] })

    const all = [w.says('li', '试验 一'), w.says('li', '试验 二'), w.says('chen', '试验 三'), w.says('li', '试验 四', { in: 'li' })]
    await expect.poll(() => began.length).toBe(3)

    expect([...began].sort()).toEqual(['一', '三', '四'])
    open('一')
    await expect.poll(() => began.at(-1)).toBe('二')
    for (const text of ['二', '三', '四']) open(text)
    await Promise.all(all)
    expect(await w.deliveries()).toHaveLength(4)
  })

  it('is the order they were said in, even when the first is kept later than the second', async () => {
    let calls = 0
    let open: () => void = () => undefined
    const gate = new Promise<void>(resolve => (open = resolve))
    const answered: string[] = []
    w = await openBotWorld({
      commands: [
        testCommand(({ args }) => {
          answered.push(String((args as { text?: string }).text))
          return Promise.resolve(say('好了'))
        }),
      ],
      wrap: inner => ({ ...inner, run: async work => (++calls === 1 && (await gate), inner.run(work)) }),
    })

    const all = [w.says('li', '试验 一', { messageId: 'a' }), w.says('li', '试验 二', { messageId: 'b' })]
    await expect.poll(async () => (await w.transactions.read(t => t.inbound.acrossTenantsFind({}))).length).toBe(1)
    open()
    await Promise.all(all)

    expect(answered).toEqual(['一', '二'])
  })

  it('goes on after a message that could not be kept', async () => {
    let calls = 0
    w = await openBotWorld({
      wrap: inner => ({ ...inner, run: work => (++calls === 1 ? Promise.reject(new Error('away')) : inner.run(work)) }),
    })

    const outcomes = await Promise.allSettled([w.says('li', '状态'), w.says('li', '帮助')])
    await w.runtime.settled()

    expect(outcomes[0]?.status).toBe('rejected')
    expect((await w.deliveries()).map(textOf)).toEqual([expect.stringContaining('我会这些')])
  })
})

describe('what goes wrong inside', () => {
  it('is a reference in the chat and all of it in the log', async () => {
    const secret = 'connect ECONNREFUSED root:hunter2@10.0.0.5'
    w = await openBotWorld({ commands: [testCommand(() => Promise.reject(new Error(secret)))] })

    const text = await w.asks('li', '试验')

    const [, reference] = /^出了意外，已记录（([0-9a-f]{8})），请稍后再试或联系值班分析师。$/.exec(text) ?? []
    const line = w.log.find(({ level }) => level === 'error')
    expect(reference).toBe(String(line?.facts['traceId']).slice(-8))
    expect(line?.facts['error']).toMatchObject({ message: secret })
    expect(text).not.toContain('hunter2')
  })

  it('that is a person’s mistake is no warning', async () => {
    await w.says('xu', '封禁 203.0.113.7')

    expect(w.log.map(({ level }) => level)).toEqual(['info'])
  })
})

describe('hostile text', () => {
  it.each([
    ['Markdown', '[点我](http://evil.example) <@all> ![x](http://evil) **粗**'],
    ['a template', '{who} {reference} {number} ${7*7}'],
    ['control and direction marks', 'a\u0000b\u202Ec\u2066d\u200Be\u2028f\u001b[31m'],
    ['halves of characters', '\ud83d 半个 \ude00'],
    ['a flood', '淹'.repeat(20_000)],
    ['a flood of emoji', '😀'.repeat(10_000)],
    ['SQL', "'; DROP TABLE people; --"],
  ])('%s is data', async (_, text) => {
    const answer = await w.asks('li', text)

    expect(answer).toMatch(/^没听懂“/)
    expect(answer).not.toMatch(/(?<!\\)[[\]<>*!]/)
    expect(answer).not.toMatch(/[\p{Cc}\p{Cs}\p{Zl}\u202a-\u202e\u2066-\u2069]/u)
    expect([...answer].length).toBeLessThan(200)
    expect(await w.asks('li', '状态')).toContain('示例大学')
  })

  it('in a reason reaches the staff as data', async () => {
    const { incident } = await w.incident()
    const reason = '[点我](http://evil) {who} <@all>\n# 标题\u202E'

    await w.says('zhou', `误报 ${incident.number} ${reason}`)
    const [told] = await w.announce()

    expect(textOf(told)).toContain('\\[点我\\]\\(http://evil\\) {who} \\<@all\\> \\# 标题')
  })

  it('of 20,000 characters as a reason is refused or cut, never kept whole', async () => {
    const { incident } = await w.incident()

    const answers = [
      await w.says('zhou', `误报 ${incident.number} ${'长'.repeat(20_000)}`),
      await w.says('zhang', `封禁 203.0.113.7 1h ${'长'.repeat(20_000)}`),
      await w.says('li', `帮助 ${'长'.repeat(20_000)}`),
    ].flat()
    await w.announce()

    for (const row of await w.deliveries()) expect(Buffer.byteLength(textOf(row))).toBeLessThan(4096)
    expect(answers).toHaveLength(3)
  })

  it('in a host name of the log is data in the answer to the analyst', async () => {
    const host = '[x](http://evil)<@all>'
    await w.incident({ set: { victim: { host, ip: '10.20.1.5' }, title: `${host} 正被猜解口令` } })

    const answers = await w.says('zhang', '封禁 203.0.113.7 1h', { in: 'ops-1' })

    for (const row of answers) expect(textOf(row)).not.toMatch(/(?<!\\)[[<]/)
  })
})

it('every command in the list answers customers and staff in every room, without a fault of ours', async () => {
  const { incident } = await w.incident()
  const { number } = await w.requested('198.51.100.9')
  const places = [
    ['li', 'g-uni'],
    ['xu', 'xu'],
    ['zhang', 'ops-1'],
    ['zhang', 'g-uni'],
    ['liu', 'liu'],
  ] as const
  // What people do by hand is one command under many names.
  const list: readonly Command[] = [...builtCommands, ...requestCommands.slice(0, 2)]
  for (const command of list)
    for (const [userId, chatId] of places)
      await w.says(userId, `${command.name} ${incident.number} ${number} 203.0.113.7 昨天 说明`, { in: chatId })

  expect(w.log.filter(({ level }) => level === 'error' || level === 'warn')).toEqual([])
})

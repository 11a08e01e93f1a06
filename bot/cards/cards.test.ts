// Every card with friendly and with hostile content: within what a phone shows, numbers whole, buttons that mean what they say.
import { describe, expect, it } from 'vitest'
import type { Card } from '../../core/ports/chat.js'
import type { Disposal } from '../../core/disposal/disposal.js'
import { defaultSettings, type Tenant } from '../../core/tenants/tenant.js'
import type { Alert, Incident } from '../../core/threats/incident.js'
import type { Ticket } from '../../core/tickets/ticket.js'
import { commands as listed } from '../commands/index.js'
import { checkArguments } from '../runtime/arguments.js'
import type { Command } from '../runtime/command.js'
import { parse } from '../runtime/parse.js'
import { approvalCard, blockedCard, decidedCard, type DisposalView } from './disposal-cards.js'
import { closedCard, firstReportCard, resolvedCard, triageCard, triageUpdate, type IncidentView } from './incident-cards.js'

const AT = '2026-11-24T08:30:00.000Z'
const list: readonly Command[] = listed

/** What may be written into a name, a title or a reason by somebody else. */
const texts = {
  plain: '示例',
  long: '很长的名字'.repeat(400),
  emoji: '😀'.repeat(300),
  hostile: '[x](http://evil)<@all>\u202E{who}\u0000\n\n# **粗** `code` | ~',
  halves: '\ud83d\ude00\ud83d'.repeat(100),
  nothing: '',
}
const codes = ['uni', 'a'.repeat(12), 'b'.repeat(32)]
const addresses = ['203.0.113.7', '198.51.100.199', '2001:db8:1111:2222:3333:4444:5555:6666']

function views(text: string, code: string, ip: string): { incident: IncidentView; disposal: DisposalView; numbers: string[] } {
  const numbers = [`IN-${code}-261124-001`, `DP-${code}-261124-1234`]
  const tenant: Tenant = {
    id: 't',
    tenantId: 't',
    code,
    name: text,
    industry: 'education',
    mlpsLevel: 3,
    authorizationMode: 'collaborate',
    timeZone: 'Asia/Shanghai',
    manager: null,
    settings: defaultSettings,
    createdAt: AT,
  }
  const verdict = {
    code: 'highly_suspicious',
    confidence: 0.824,
    reasons: [text, text],
    effect: text,
    advice: text,
    by: 'system',
    at: AT,
  } as const
  const incident = {
    id: 'i',
    tenantId: 't',
    number: numbers[0]!,
    title: `${text} 正被猜解口令`,
    severity: 'high',
    attackResult: 'success',
    victim: { host: text, ip },
    attackers: [
      { ip, hits: 9 },
      { ip: '192.0.2.1', hits: 1 },
    ],
    hits: 1_234_567,
    firstAt: AT,
    lastAt: AT,
    judgement: verdict,
    verdict: null,
    conclusion: text,
  } as unknown as Incident
  const ticket = { state: 'new', priority: 'P1', claimedAt: AT, observeUntil: AT } as Ticket
  const alert = { reason: text, author: text, title: text } as Alert
  const disposal = {
    action: 'block_ip',
    id: 'd',
    tenantId: 't',
    number: numbers[1]!,
    target: ip,
    seconds: 2_591_999,
    reason: text,
    effect: { earlierBlocks: 0, lines: [`涉及 ${text}`, `在 ${text} 双向拦截该地址`, '此前没有封过'] },
    state: 'requested',
    expiresAt: AT,
    decidedAt: AT,
    decidedBy: text,
    leaseUntil: AT,
  } as unknown as Disposal
  return {
    incident: { tenant, incident, ticket, alerts: [alert, alert, alert, alert], assignee: text },
    disposal: { disposal, tenant, deviceName: text, proposer: text, incidentNumber: numbers[0]! },
    numbers,
  }
}

interface Named {
  readonly name: string
  readonly card: Card
  readonly commands?: Readonly<Record<string, string>>
  readonly about: string
}

function every({ incident, disposal, numbers }: ReturnType<typeof views>): Named[] {
  const [IN = '', DP = ''] = numbers
  const rejected = { ...disposal, disposal: { ...disposal.disposal, state: 'rejected' as const } }
  const triage = triageCard(incident)
  const approval = approvalCard(disposal)
  return [
    { name: 'first report', ...firstReportCard(incident, AT), about: IN },
    { name: 'triage', ...triage, about: IN },
    { name: 'triage, claimed', card: triageUpdate(incident).card, commands: triage.commands, about: IN },
    { name: 'resolved', ...resolvedCard(incident, { contain: 1320, lines: ['已回读', incident.tenant.name] }), about: IN },
    { name: 'closed', ...closedCard(incident, incident.tenant.name), about: IN },
    { name: 'approval', ...approval, about: DP },
    { name: 'approved', card: decidedCard(disposal, disposal.proposer), commands: approval.commands, about: DP },
    { name: 'rejected', card: decidedCard(rejected, disposal.proposer), commands: approval.commands, about: DP },
    { name: 'blocked', ...blockedCard(disposal), about: DP },
  ]
}

const cases = Object.entries(texts).flatMap(([kind, text]) =>
  codes.flatMap(code => addresses.map(ip => [`${kind} text, code of ${code.length}, ${ip}`, views(text, code, ip)] as const)),
)
const length = (text: string) => [...text].length
const readable = ({ title, desc = '', text = '', facts }: Card) => [title, desc, text, ...facts.map(fact => fact.value)]

describe.each(cases)('with %s', (_, made) => {
  it('every card is within what a phone shows', () => {
    for (const { name, card } of every(made)) {
      const lengths = {
        source: length(card.source),
        title: length(card.title),
        desc: length(card.desc ?? ''),
        text: length(card.text ?? ''),
      }
      for (const [part, most] of [
        ['source', 13],
        ['title', 26],
        ['desc', 30],
        ['text', 112],
      ] as const)
        expect(lengths[part], `${name}: ${part}`).toBeLessThanOrEqual(most)
      expect(card.title, name).not.toBe('')
      expect(card.facts.length, name).toBeLessThanOrEqual(6)
      expect(card.buttons.length, name).toBeLessThanOrEqual(6)
      for (const fact of card.facts)
        expect([length(fact.name) <= 5, length(fact.value) <= 26], `${name}: ${fact.name}`).toEqual([true, true])
      for (const button of card.buttons) expect(length(button.text), name).toBeLessThanOrEqual(10)
      expect(new Set(card.buttons.map(button => button.key)).size, name).toBe(card.buttons.length)
    }
  })

  it('every card is clean lines of whole characters', () => {
    for (const { name, card } of every(made))
      for (const part of [card.source, ...readable(card), ...card.buttons.map(button => button.text)])
        expect(part, name).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u)
  })

  it('the number a card is about stands on it in full, and no number or address is ever cut', () => {
    const { target } = made.disposal.disposal
    for (const { name, card, about } of every(made)) {
      const parts = readable(card)
      expect(
        parts.filter(part => part.includes(about)),
        name,
      ).not.toEqual([])
      for (const item of [...made.numbers, ...(about.startsWith('DP') ? [target] : [])])
        for (const part of parts) {
          const rest = part.replaceAll(item, '')
          expect(rest.includes(item.slice(0, item.startsWith('20') ? 9 : 10)), `${name}: ${part}`).toBe(false)
        }
    }
  })

  it('whoever is asked to allow a block sees the whole address', () => {
    for (const { name, card, about } of every(made))
      if (about.startsWith('DP')) expect(readable(card).join('\n'), name).toContain(made.disposal.disposal.target)
  })

  it('every button is a command with what it is about', () => {
    for (const { name, card, commands = {}, about } of every(made))
      for (const { key } of card.buttons) {
        const sentence = commands[key]
        expect(sentence, `${name}: ${key}`).toBeTypeOf('string')
        const { command, candidate, typed } = parse(list, { text: sentence ?? '', now: Date.parse(AT), zone: 'Asia/Shanghai' })
        expect(typed, `${name}: ${sentence}`).toBe(true)
        if (command?.name === '封禁清单') continue
        expect(candidate.incident ?? candidate.disposal, `${name}: ${sentence}`).toBe(about)
        // 误报 asks for a sentence of explanation after the press.
        if (command && command.name !== '误报') expect(() => checkArguments(command, candidate)).not.toThrow()
      }
  })
})

describe('the meaning of each button', () => {
  const made = views('示例', 'uni', '203.0.113.7')
  const meaning = (wanted: string) => {
    const found = every(made).find(({ name }) => name === wanted)
    return (found?.card.buttons ?? []).map(({ key, text }) => {
      const { command, candidate } = parse(list, { text: found?.commands?.[key] ?? '', now: Date.parse(AT), zone: 'Asia/Shanghai' })
      return [text, command?.name, candidate.text ?? candidate.ip, candidate.seconds]
    })
  }

  it.each([
    [
      'first report',
      [
        ['先了解详情', '为什么', undefined, undefined],
        ['误报', '误报', undefined, undefined],
      ],
    ],
    [
      'triage',
      [
        ['认领', '认领', undefined, undefined],
        ['为什么', '为什么', undefined, undefined],
        ['封禁 12h', '封禁', '203.0.113.7', 43_200],
        ['升级', '升级', undefined, undefined],
        ['误报', '误报', undefined, undefined],
      ],
    ],
    [
      'approval',
      [
        ['同意', '同意', undefined, undefined],
        ['不同意', '不同意', undefined, undefined],
      ],
    ],
    ['approved', [['已同意', '封禁清单', undefined, undefined]]],
    ['rejected', [['已不同意', '封禁清单', undefined, undefined]]],
    ['blocked', [['撤销', '撤销', undefined, undefined]]],
    [
      'closed',
      [
        ['满意', '评价', '满意', undefined],
        ['一般', '评价', '一般', undefined],
        ['不满意', '评价', '不满意', undefined],
      ],
    ],
  ])('of the card %s', (name, buttons) => {
    expect(meaning(name)).toEqual(buttons)
  })
})

describe('the wording of domain.md 18.3', () => {
  const made = views('财务服务器', 'uni', '203.0.113.7')
  const facts = (name: string) =>
    every(made)
      .find(item => item.name === name)
      ?.card.facts.map(fact => fact.name)

  it('begins with the conclusion, then what is wanted, and ends with the number', () => {
    const { card } = firstReportCard(made.incident, AT)

    expect(card.title).toBe('【高危】财务服务器 正被猜解口令')
    expect(card.desc).toBe('判断：高可疑 82%　已有成功登录')
    expect(card.text).toMatch(/^依据：①/)
    expect(facts('first report')).toEqual(['资产', '来源', '现状', '需要您', '下次更新', '单号'])
    expect(card.facts[4]?.value).toMatch(/^11-24 17:00 处理人：/)
  })

  it('a request says effect, length, the way back and until when', () => {
    expect(approvalCard(made.disposal).card.title).toBe('【需要授权】封禁 203.0.113.7')
    expect(facts('approval')).toEqual(['影响', '时长', '回退', '有效期', '提出', '单号'])
    expect(approvalCard(made.disposal).card.text).toContain('不做的后果')
  })

  it('a result says that nothing is wanted when nothing is', () => {
    expect(blockedCard(made.disposal).card).toMatchObject({ title: '【已封禁】203.0.113.7', desc: '财务服务器 已生效，回读校验通过' })
    expect(facts('blocked')).toContain('需要您')
    expect(resolvedCard(made.incident, { lines: [] }).card.title).toMatch(/^【已处置】/)
  })

  it('a decided card says who decided and when, and offers no second decision', () => {
    const decided = decidedCard({ ...made.disposal, disposal: { ...made.disposal.disposal, state: 'approved' } }, '李工')

    expect(decided.title).toBe('李工 已同意 · 执行中 16:30')
    expect(decided.buttons.map(button => button.text)).toEqual(['已同意'])
    const claimed = triageUpdate({ ...made.incident, assignee: '张工', ticket: { ...made.incident.ticket, state: 'triaging' } })
    expect(claimed.card.title).toBe('张工 已认领 16:30')
    expect(claimed.card.buttons.map(button => button.key)).not.toContain('claim')
  })
})

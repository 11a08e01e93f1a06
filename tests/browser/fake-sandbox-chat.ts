// A WeCom sandbox in memory with two groups and a robot that answers presses; the tests of the sandbox page and of its router use it.
import { AppError } from '../../core/errors.js'
import type { SandboxChange, SandboxChat, SandboxMessage } from '../../web/api/sandbox-chat.js'
import type { FaultAct, FaultChange, SandboxDrill } from '../../web/api/sandbox-drill.js'

const people = {
  chen: { userid: 'chen', name: '陈主任', role: 'owner' },
  li: { userid: 'li', name: '李工', role: 'approver' },
  zhao: { userid: 'zhao', name: '赵工', role: 'operator' },
  zhang: { userid: 'zhang', name: '张工', role: 'analyst' },
  wang: { userid: 'wang', name: '王专家', role: 'senior_expert' },
  liu: { userid: 'liu', name: '刘经理', role: 'customer_manager' },
}

const groups = [
  { chatid: 'g-uni', name: '示例大学管家群', members: [people.chen, people.li, people.zhao, people.zhang, people.liu] },
  { chatid: 'ops-1', name: '运营群', members: [people.zhang, people.wang, people.liu] },
]

export class FakeSandboxChat implements SandboxChat, SandboxDrill {
  readonly struck: FaultAct[] = []
  counted: { channel: string; chat: string; code: string; count: number }[] = []
  private ordered: FaultChange = {}
  private limited: Readonly<Record<string, unknown>> = {}
  readonly pressed: { chatid: string; userid: string; msgid: string; key: string }[] = []
  readonly listeners = new Set<(change: SandboxChange) => void>()
  readonly files = new Map([['m1', { name: '安全日报\u202efdp.exe', bytes: Buffer.from('%PDF-1.7 <script>') }]])
  private readonly chats = new Map<string, SandboxMessage[]>(groups.map(group => [group.chatid, []]))
  private count = 0

  groups(): typeof groups {
    return groups
  }

  singles(): typeof groups {
    return []
  }

  faults(change: FaultChange): void {
    this.ordered = Object.keys(change).length === 0 ? {} : { ...this.ordered, ...change }
  }

  faultsNow(): FaultChange {
    return this.ordered
  }

  strike(act: FaultAct): void {
    this.struck.push(act)
  }

  limits(change: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> {
    return (this.limited = { ...this.limited, ...change })
  }

  refusals(): typeof this.counted {
    return this.counted
  }

  forgetRefusals(): void {
    this.counted = []
  }

  messages(chatid: string, after?: string): SandboxMessage[] {
    const all = this.chats.get(chatid)
    if (!all) throw new AppError('NOT_FOUND', { what: `群 ${chatid}` })
    return all.slice(all.findIndex(message => message.msgid === after) + 1)
  }

  say(chatid: string, userid: string, text: string): SandboxMessage {
    const member = this.member(chatid, userid)
    return this.add(chatid, { from: userid, fromName: member.name, kind: 'text', text })
  }

  sendFile(chatid: string, userid: string, name: string, bytes: Buffer): SandboxMessage {
    const member = this.member(chatid, userid)
    return this.add(chatid, { from: userid, fromName: member.name, kind: 'file', text: `${name} ${bytes.length}` })
  }

  /** The robot answers at once: the card says who pressed and loses its buttons. */
  press(chatid: string, userid: string, msgid: string, key: string): void {
    const member = this.member(chatid, userid)
    const message = this.find(chatid, msgid)
    if (!message.buttons.some(button => button.key === key)) throw new AppError('REQUEST_INVALID', { problem: '没有这个按钮' })
    this.pressed.push({ chatid, userid, msgid, key })
    const card = {
      source: '处置授权',
      title: '【已批准】隔离交换机端口 GE1/0/12',
      facts: [{ name: '批准人', value: member.name }],
      replaced: true,
    }
    this.change(chatid, { ...message, buttons: [], text: card.title, card, updatedAt: this.now() })
  }

  forward(fromChat: string, msgid: string, toChat: string, userid: string): void {
    const { card, buttons, text } = this.find(fromChat, msgid)
    this.member(fromChat, userid)
    const member = this.member(toChat, userid)
    if (!card) throw new AppError('REQUEST_INVALID', { problem: '只能转发卡片' })
    this.add(toChat, { from: userid, fromName: member.name, kind: 'card', text, card, buttons })
  }

  file(mediaId: string): { name: string; bytes: Buffer } | undefined {
    return this.files.get(mediaId)
  }

  subscribe(listener: (change: SandboxChange) => void): () => void {
    this.listeners.add(listener)
    return () => void this.listeners.delete(listener)
  }

  /** A line of the robot, or of anyone. */
  add(chatid: string, part: Partial<SandboxMessage>): SandboxMessage {
    const message: SandboxMessage = {
      msgid: `msg-${(this.count += 1)}`,
      at: this.now(),
      from: '管家',
      kind: 'markdown',
      text: '',
      buttons: [],
      files: [],
      ...part,
    }
    this.chats.get(chatid)?.push(message)
    this.tell({ chatid, message })
    return message
  }

  /** Replaces the message with the same id. */
  change(chatid: string, message: SandboxMessage): void {
    const all = this.chats.get(chatid) ?? []
    all.splice(
      all.findIndex(one => one.msgid === message.msgid),
      1,
      message,
    )
    this.tell({ chatid, message })
  }

  private tell(change: SandboxChange): void {
    for (const listener of [...this.listeners]) listener(change)
  }

  private find(chatid: string, msgid: string): SandboxMessage {
    const message = this.messages(chatid).find(one => one.msgid === msgid)
    if (!message) throw new AppError('NOT_FOUND', { what: `消息 ${msgid}` })
    return message
  }

  private member(chatid: string, userid: string): { name: string } {
    const member = groups.find(group => group.chatid === chatid)?.members.find(one => one.userid === userid)
    if (!member) throw new AppError('REQUEST_INVALID', { problem: `${userid} 不在这个群里` })
    return member
  }

  /** 09:30 in Shanghai, one minute later for every message. */
  private now(): string {
    return new Date(Date.UTC(2026, 10, 24, 1, 30 + this.count)).toISOString()
  }
}

/** What the page needs to look like a working day. */
export function fillWithStory(chat: FakeSandboxChat): { cardId: string } {
  chat.add('ops-1', { text: '**早班交接**：未关闭工单 3 条，其中 <font color="warning">高危 1 条</font>。' })
  chat.add('ops-1', { from: 'wang', fromName: '王专家', kind: 'text', text: '收到，示例大学那条我来跟。' })
  chat.add('g-uni', { from: 'chen', fromName: '陈主任', kind: 'text', text: '@管家 状态' })
  chat.add('g-uni', {
    text: '**示例大学 · 安全状态**\n评分 **82**（+1）\n- 告警 1,204 → 事件 6 → 需您处理 <font color="warning">1</font>\n- 封禁中 12 个地址，最早 14:00 到期\n- 日志源 3/3 正常\n\n| 资产 | 高危 | 中危 |\n|---|---|---|\n| 财务服务器 | 1 | 2 |\n| 教务系统 | 0 | 3 |\n\n回复 `事件` 看列表，或打开[处置记录](https://example.com/records)。',
  })
  chat.add('g-uni', {
    kind: 'card',
    text: '【高危】财务服务器疑似被植入挖矿程序',
    buttons: [
      { key: 'agree', text: '同意处置' },
      { key: 'detail', text: '先了解详情' },
      { key: 'false', text: '误报' },
    ],
    card: {
      source: '管家 · 告警',
      title: '【高危】财务服务器疑似被植入挖矿程序',
      desc: 'IN-20261124-0012 · 高可疑 82%',
      text: '14 次访问矿池域名，60 秒周期外联；已记录证据，未做任何阻断。',
      facts: [
        { name: '资产', value: '财务服务器 10.20.3.15' },
        { name: '责任人', value: '李工' },
        { name: '阶段', value: '已回连' },
        { name: '下次更新', value: '10:30' },
      ],
      buttons: [
        { key: 'agree', text: '同意处置', style: 1 },
        { key: 'detail', text: '先了解详情', style: 2 },
        { key: 'false', text: '误报', style: 3 },
      ],
    },
  })
  chat.add('g-uni', { from: 'li', fromName: '李工', kind: 'text', text: '我看一下，@张工 这台机器上午在做备份吗？' })
  chat.add('g-uni', { from: 'zhang', fromName: '张工', kind: 'text', text: '没有备份任务，外联地址在矿池情报里。' })
  const card = chat.add('g-uni', {
    kind: 'card',
    text: '【需要授权】隔离交换机端口 GE1/0/12',
    buttons: [
      { key: 'yes', text: '同意' },
      { key: 'no', text: '不同意' },
    ],
    card: {
      source: '处置授权',
      title: '【需要授权】隔离交换机端口 GE1/0/12',
      desc: 'DP-20261124-0003 · 11:30 前有效',
      facts: [
        { name: '影响', value: '该工位断网，业务无影响' },
        { name: '时长', value: '24 小时，到期自动恢复' },
        { name: '回退', value: '一条命令恢复端口' },
      ],
    },
  })
  chat.add('g-uni', { kind: 'file', text: '安全日报 11-24.pdf', files: [{ name: '安全日报 11-24.pdf', url: '/sandbox/wecom/files/m1' }] })
  return { cardId: card.msgid }
}

// The parts of the screen: what needs a hand first, then customers, promises, incidents, deliveries. Plain render functions, no templates.
import { h, type VNode } from 'vue'
import { priorities, severityLabel, type Customer, type Screen } from './screen.js'

export function panel(title: string, body: VNode | VNode[], wide = false): VNode {
  const id = `panel-${title}`
  return h('section', { class: ['panel', wide ? 'wide' : ''], 'aria-labelledby': id }, [
    h('h2', { id }, title),
    ...(Array.isArray(body) ? body : [body]),
  ])
}

export function figure(name: string, value: string | number, tone = ''): VNode {
  return h('div', { class: ['figure', tone] }, [h('dt', name), h('dd', String(value))])
}

/** The six things one glance must tell. */
export function glance({ customers, clocks, deliveries }: Screen): VNode {
  const sum = (count: (customer: Customer) => number) => customers.reduce((total, customer) => total + count(customer), 0)
  const urgent = sum(({ open }) => open.P1 + open.P2)
  const waiting = sum(one => one.waiting)
  const broken = clocks.filter(one => one.broken).length
  return h('dl', { class: 'glance' }, [
    figure('P1、P2 未闭环', urgent, urgent > 0 ? 'bad' : 'good'),
    figure('等客户确认', waiting, waiting > 0 ? 'warn' : 'good'),
    figure('已超时', broken, broken > 0 ? 'bad' : 'good'),
    figure(
      '今日事件',
      sum(one => one.incidentsToday),
    ),
    figure(
      '封禁中',
      sum(one => one.blocked),
    ),
    figure('24 小时送达', `${deliveries.sent}`, deliveries.failed > 0 ? 'warn' : 'good'),
  ])
}

export function customersTable({ customers }: Screen, now: number): VNode {
  const rank = ({ open, waiting }: Customer) => open.P1 * 1000 + open.P2 * 100 + waiting * 10 + open.P3
  return table(
    ['客户', ...priorities, '待确认', '今日', '封禁', '日志'],
    [...customers]
      .sort((a, b) => rank(b) - rank(a) || a.name.localeCompare(b.name, 'zh-CN'))
      .map(one => [
        h('span', { class: ['name', one.open.P1 > 0 ? 'bad' : one.open.P2 + one.waiting > 0 ? 'warn' : 'good'] }, one.name),
        ...priorities.map(priority => count(one.open[priority], priority === 'P1' ? 'bad' : '')),
        count(one.waiting, 'warn'),
        count(one.incidentsToday),
        count(one.blocked),
        h('span', { class: stale(one.lastEventAt, now) ? 'warn' : '' }, ago(one.lastEventAt, now)),
      ]),
  )
}

export function clocksTable({ clocks }: Screen, now: number): VNode {
  if (clocks.length === 0) return h('p', { class: 'calm' }, '没有正在计时的时限。')
  return table(
    ['时限', '单号', '客户', '剩余'],
    clocks.map(one => {
      const left = Date.parse(one.dueAt) - now
      return [
        h('span', one.promise),
        h('span', { class: 'code' }, one.number),
        h('span', one.customer),
        h(
          'span',
          { class: one.broken || left < 0 ? 'bad' : left < 600_000 ? 'warn' : '' },
          one.broken || left < 0 ? `已超 ${span(-left)}` : span(left),
        ),
      ]
    }),
  )
}

export function incidentsTable({ incidents }: Screen, now: number): VNode {
  if (incidents.length === 0) return h('p', { class: 'calm' }, '过去 24 小时没有事件。')
  return table(
    ['级别', '事件', '客户', '状态', '何时'],
    incidents.map(one => [
      h('span', { class: ['level', one.severity] }, `${one.priority}·${severityLabel[one.severity]}`),
      h('span', [h('span', one.title), h('small', { class: 'code' }, ` ${one.number}`)]),
      h('span', one.customer),
      h('span', one.state),
      h('span', ago(one.at, now)),
    ]),
  )
}

function table(head: readonly string[], rows: readonly (readonly VNode[])[]): VNode {
  return h('div', { class: 'scroll', tabindex: 0 }, [
    h('table', [
      h(
        'thead',
        h(
          'tr',
          head.map(cell => h('th', { scope: 'col' }, cell)),
        ),
      ),
      h(
        'tbody',
        rows.map(row =>
          h(
            'tr',
            row.map((cell, index) => h('td', { 'data-head': head[index] }, [cell])),
          ),
        ),
      ),
    ]),
  ])
}

function count(value: number, tone = ''): VNode {
  return h('span', { class: value > 0 ? tone : 'zero' }, String(value))
}

function stale(at: string | null, now: number): boolean {
  return at === null || now - Date.parse(at) > 900_000
}

export function ago(at: string | null, now: number): string {
  if (at === null) return '没有'
  const past = now - Date.parse(at)
  return past < 60_000 ? '刚刚' : `${span(past)}前`
}

function span(milliseconds: number): string {
  const minutes = Math.round(milliseconds / 60_000)
  if (minutes < 60) return `${minutes} 分钟`
  if (minutes < 2_880) return `${Math.floor(minutes / 60)} 小时 ${minutes % 60} 分`
  return `${Math.round(minutes / 1_440)} 天`
}

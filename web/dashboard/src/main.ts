// The big screen: asks once, then again whenever the server says that something changed. Read-only.
import { createApp, defineComponent, h, onBeforeUnmount, ref, shallowRef } from 'vue'
import { Chart } from './chart.js'
import { Login } from './login.js'
import { attackersOption, hoursOption } from './options.js'
import { clocksTable, customersTable, figure, glance, incidentsTable, panel } from './panels.js'
import { logIn, logOut, readScreen, type Screen } from './screen.js'
import './screen.css'

const App = defineComponent(() => {
  const screen = shallowRef<Screen | null>()
  const now = ref(Date.now())
  const trouble = ref('')
  const dark = window.matchMedia('(prefers-color-scheme: dark)')
  const ink = ref(dark.matches ? '#e7edf4' : '#16202c')
  let stream: EventSource | undefined
  let asking = false
  let again = false

  async function ask(): Promise<void> {
    if (asking) {
      again = true
      return
    }
    asking = true
    try {
      screen.value = await readScreen()
      trouble.value = ''
      if (screen.value === null) stop()
      else listen()
    } catch {
      trouble.value = '连不上服务，正在重试；下面是最后一次看到的情况。'
    }
    asking = false
    if (again) {
      again = false
      void ask()
    }
  }
  function listen(): void {
    if (stream) return
    stream = new EventSource('/api/v1/events')
    stream.addEventListener('changed', () => void ask())
    stream.addEventListener('error', () => (trouble.value = '实时连接断开，正在重连。'))
    stream.addEventListener('ready', () => void ask())
  }
  function stop(): void {
    stream?.close()
    stream = undefined
  }
  async function leave(): Promise<void> {
    stop()
    await logOut()
    screen.value = null
  }
  async function begin(): Promise<void> {
    const link = /^\/login\/([\w-]+)$/.exec(location.pathname)?.[1]
    if (link !== undefined) {
      // The link must not stay in the history: it is worth nothing any more.
      history.replaceState(null, '', '/')
      trouble.value = (await logIn({ link }).catch(() => '连不上服务。')) ?? ''
    }
    await ask()
  }
  const ticking = setInterval(() => (now.value = Date.now()), 1000)
  const toned = (event: MediaQueryListEvent) => (ink.value = event.matches ? '#e7edf4' : '#16202c')
  dark.addEventListener('change', toned)
  onBeforeUnmount(() => {
    clearInterval(ticking)
    dark.removeEventListener('change', toned)
    stop()
  })
  void begin()

  return () => {
    const seen = screen.value
    if (seen === undefined) return h('main', { class: 'login' }, h('p', trouble.value || '正在打开…'))
    if (seen === null) return h(Login, { onDone: () => void ask() })
    return h('div', { class: 'page' }, [
      h('header', [
        h('h1', seen.who.isStaff ? '管家大屏' : (seen.customers[0]?.name ?? '管家大屏')),
        h('p', { class: 'who' }, [`${seen.who.name}（${seen.who.role}）　${new Date(now.value).toLocaleTimeString('zh-CN')}`]),
        h('button', { type: 'button', onClick: () => void leave() }, '退出'),
      ]),
      h('p', { role: 'status', class: 'trouble' }, trouble.value),
      h('section', { 'aria-label': '概览' }, glance(seen)),
      h('main', [
        panel(seen.who.isStaff ? '客户' : '概况', customersTable(seen, now.value), true),
        panel('时限', clocksTable(seen, now.value)),
        panel('最近事件', incidentsTable(seen, now.value), true),
        panel(
          '消息送达（24 小时）',
          h('dl', { class: 'glance small' }, [
            figure('已送达', seen.deliveries.sent, 'good'),
            figure('在途', seen.deliveries.waiting),
            figure('失败', seen.deliveries.failed, seen.deliveries.failed > 0 ? 'bad' : ''),
          ]),
        ),
        panel('24 小时事件', h(Chart, { option: hoursOption(seen, ink.value), label: hoursWords(seen) }), true),
        panel(
          '主要攻击来源',
          seen.attackers.length === 0
            ? h('p', { class: 'calm' }, '过去 24 小时没有。')
            : h(Chart, {
                option: attackersOption(seen, ink.value),
                label: `主要攻击来源：${seen.attackers.map(({ ip, hits }) => `${ip} ${hits} 次`).join('，')}`,
              }),
        ),
      ]),
    ])
  }
})

function hoursWords({ hours }: Screen): string {
  const total = hours.reduce((sum, { counts }) => sum + Object.values(counts).reduce((all, count) => all + count, 0), 0)
  return `过去 24 小时每小时的事件数，共 ${total} 起`
}

createApp(App).mount('#app')

// The drill panel: what the sandbox does wrong on purpose, set and ended here, and what it refused; main.js opens it in the sheet.
import * as api from './api.js'
import { element } from './dom.js'

const shares = [0, 0.05, 0.1, 0.25, 0.5, 1]
const rows = [
  {
    name: 'shareAnswer',
    title: '返回错误码',
    part: 'errcode',
    choices: [
      [45009, '45009 频率超限'],
      [-1, '-1 系统繁忙'],
      [45033, '45033 并发过多'],
      [40014, '40014 令牌失效'],
      [60020, '60020 来源地址不可信'],
    ],
  },
  { name: 'shareStatus', title: 'HTTP 错误', part: 'status', choices: [500, 502, 503, 504].map(status => [status, String(status)]) },
  { name: 'shareHang', title: '迟迟不答', part: 'seconds', choices: [5, 10, 30, 60].map(seconds => [seconds, `${seconds} 秒`]) },
  { name: 'shareHtml', title: '返回网页' },
  { name: 'shareEmpty', title: '空回复' },
]
const reaches = [
  ['', '全部通道'],
  ['robot', '机器人'],
  ['webhook', '群 Webhook'],
  ['app', '应用'],
]
const channelNames = { robot: '机器人', webhook: 'Webhook', app: '应用', callback: '回调' }

/** Whether anything is wrong on purpose now. Numbers that ran out, zero shares and empty lists are health. */
export function isDrill(faults) {
  const wrong = (value, key) =>
    Array.isArray(value)
      ? key !== 'reach' && value.length > 0
      : typeof value === 'object' && value !== null
        ? (value.share ?? value.times ?? 0) > 0
        : key !== 'seed' && key !== 'command' && Boolean(value)
  return Object.entries(faults).some(([key, value]) => wrong(value, key))
}

/**
 * @param {{groups: object[], chatid: string | undefined, nameOf(chatid: string): string, guarded(work: () => Promise<void>): Promise<boolean>, onFaults(faults: object): void}} scene
 */
export async function drillPanel(scene) {
  const panel = element('div', { class: 'drill' })
  let chosen = scene.groups.find(group => group.chatid === scene.chatid)?.chatid ?? scene.groups[0]?.chatid

  const draw = faults => {
    scene.onFaults(faults)
    const focused = document.activeElement?.id
    panel.replaceChildren(state(faults), shareBox(faults), groupBox(faults), onceBox(), countBox)
    // Drawing anew must not throw a keyboard user out of the panel.
    if (focused) panel.querySelector(`#${CSS.escape(focused)}`)?.focus()
  }
  const order = change => scene.guarded(async () => draw(await api.orderFaults(change)))

  const state = faults => {
    const on = isDrill(faults)
    return element(
      'div',
      { class: `drill-state${on ? ' on' : ''}` },
      element('strong', { role: 'status', text: on ? '演练中：沙箱正在按下面的设置出错' : '一切正常' }),
      element('button', {
        id: 'drill-end',
        class: 'drill-main',
        type: 'button',
        text: '全部恢复正常',
        disabled: !on,
        on: { click: () => order({}) },
      }),
    )
  }

  const shareBox = faults =>
    box(
      '按比例出错',
      select('drill-reach', '影响范围', reaches, faults.reach?.length === 1 ? faults.reach[0] : '', value =>
        order({ reach: value === '' ? [] : [value] }),
      ),
      ...rows.map(row => {
        const now = { share: 0, ...(row.part ? { [row.part]: row.choices[0][0] } : {}), ...faults[row.name] }
        const set = change => order({ [row.name]: { ...now, ...change } })
        return element(
          'div',
          { class: 'drill-row' },
          element('span', { class: 'drill-title', text: row.title }),
          row.part
            ? select(`drill-${row.part}`, `${row.title}：内容`, row.choices, now[row.part], value => set({ [row.part]: Number(value) }))
            : null,
          select(
            `drill-${row.name}`,
            `${row.title}：比例`,
            shares.map(share => [share, percent(share)]),
            now.share,
            value => set({ share: Number(value) }),
          ),
        )
      }),
    )

  const groupBox = faults => {
    if (chosen === undefined) return element('span')
    const list = name => faults[name] ?? []
    const toggle = (name, text) => {
      const has = list(name).includes(chosen)
      const change = () => order({ [name]: has ? list(name).filter(chatid => chatid !== chosen) : [...list(name), chosen] })
      const node = element('input', { id: `drill-${name}`, type: 'checkbox', on: { change } })
      node.checked = has
      return element('label', { class: 'drill-check' }, node, element('span', { text }))
    }
    const choose = value => {
      chosen = value
      draw(faults)
    }
    const names = scene.groups.map(group => [group.chatid, group.name])
    return box(
      '一个群',
      select('drill-group', '群', names, chosen, choose),
      toggle('removedRobots', '机器人被移出群'),
      toggle('mutedGroups', '群里禁言'),
      toggle('revokedWebhooks', 'Webhook 被作废'),
    )
  }

  const onceBox = () => {
    const strike = (id, text, act) =>
      element('button', { id, class: 'drill-main', type: 'button', text, on: { click: () => order({ now: [act] }) } })
    return box(
      '立即发生一次',
      strike('drill-tokens', '作废全部令牌', 'invalidate-tokens'),
      strike('drill-lines', '断开全部长连接', 'drop-connections'),
    )
  }

  const countBox = element('section', { class: 'drill-box' })
  const count = () =>
    scene.guarded(async () => {
      const refusals = await api.refusals()
      const button = (id, text, work) => element('button', { id, class: 'drill-main', type: 'button', text, on: { click: work } })
      const clear = () => scene.guarded(async () => void (await api.forgetRefusals())).then(count)
      countBox.replaceChildren(
        element('h3', { text: '出错与拒绝的次数' }),
        refusals.length === 0 ? element('p', { class: 'drill-note', text: '还没有。' }) : table(refusals, scene.nameOf),
        button('drill-count', '刷新', count),
        button('drill-forget', '清零', clear),
      )
    })

  draw(await api.faults())
  await count()
  return panel
}

function box(title, ...children) {
  return element('section', { class: 'drill-box' }, element('h3', { text: title }), ...children)
}

/** A value set by somebody else that is not among the choices is shown all the same. */
function select(id, label, choices, value, onChange) {
  const node = element('select', { id, 'aria-label': label, on: { change: () => onChange(node.value) } })
  const known = choices.some(([choice]) => choice === value)
  const all = known ? choices : [...choices, [value, label.endsWith('比例') ? percent(value) : String(value)]]
  node.append(...all.map(([choice, text]) => element('option', { value: choice, text })))
  node.value = String(value)
  return node
}

function percent(share) {
  return share === 0 ? '不出错' : `${Math.round(share * 1000) / 10}%`
}

function table(refusals, nameOf) {
  const row = ({ channel, chat, code, count }) =>
    element(
      'tr',
      {},
      element('td', {}, element('bdi', { text: chat === '' ? '—' : nameOf(chat) })),
      element('td', { text: channelNames[channel] ?? channel }),
      element('td', { text: code }),
      element('td', { class: 'number', text: count }),
    )
  const head = element('tr', {}, ...['会话', '通道', '代码', '次数'].map(text => element('th', { scope: 'col', text })))
  return element('table', { class: 'drill-table' }, element('thead', {}, head), element('tbody', {}, ...refusals.map(row)))
}

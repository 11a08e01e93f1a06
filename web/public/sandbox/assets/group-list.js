// The list of groups with last line, time and unread count; main.js feeds it.
import { byId, element } from './dom.js'
import { shortTime } from './format.js'
import { avatar } from './person.js'

export class GroupList {
  #list = byId('groups')
  #search = byId('search')
  #groups = []
  #unread = new Map()
  #current

  constructor() {
    this.#search.addEventListener('input', () => this.draw())
  }

  set(groups) {
    this.#groups = groups
    byId('no-groups').hidden = groups.length > 0
    this.draw()
  }

  find(chatid) {
    return this.#groups.find(group => group.chatid === chatid)
  }

  get all() {
    return this.#groups
  }

  select(chatid) {
    this.#current = chatid
    this.#unread.delete(chatid)
    this.draw()
  }

  /** A new last line; `unread` is added to the count. */
  news(chatid, last, unread) {
    const group = this.find(chatid)
    if (!group) return
    if (last) group.last = last
    if (unread > 0) this.#unread.set(chatid, (this.#unread.get(chatid) ?? 0) + unread)
    this.draw()
  }

  setUnread(chatid, count) {
    this.#unread.set(chatid, count)
    this.draw()
  }

  draw() {
    const word = this.#search.value.trim().toLowerCase()
    const shown = this.#groups
      .filter(group => group.name.toLowerCase().includes(word) || group.chatid.toLowerCase().includes(word))
      .sort((a, b) => (b.last?.at ?? '').localeCompare(a.last?.at ?? ''))
    const focused = document.activeElement?.closest?.('.group')?.dataset.chatid
    this.#list.replaceChildren(...shown.map(group => this.#row(group)))
    // Drawing anew must not throw a keyboard user out of the list.
    if (focused) this.#list.querySelector(`[data-chatid="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true })
    const total = [...this.#unread.values()].reduce((sum, count) => sum + count, 0)
    document.title = `${total > 0 ? `(${total}) ` : ''}企业微信沙箱 · 管家`
  }

  #row(group) {
    const unread = this.#unread.get(group.chatid) ?? 0
    const who = group.last ? (group.members.find(member => member.userid === group.last.from)?.name ?? group.last.fromName) : ''
    return element(
      'li',
      {},
      element(
        'a',
        {
          class: 'group',
          href: `#/g/${encodeURIComponent(group.chatid)}`,
          'data-chatid': group.chatid,
          'aria-current': group.chatid === this.#current ? 'true' : null,
        },
        avatar(group.name, { square: true }),
        element(
          'span',
          { class: 'group-text' },
          element(
            'span',
            { class: 'group-top' },
            element('bdi', { class: 'group-name', text: group.name }),
            group.last ? element('time', { datetime: group.last.at, text: shortTime(group.last.at) }) : null,
          ),
          element(
            'span',
            { class: 'group-bottom' },
            element('span', {
              class: 'group-last',
              text: group.last ? `${who}：${group.last.text.replace(/[\s*#>`]+/gu, ' ')}` : '还没有消息',
            }),
            unread > 0 ? element('span', { class: 'unread', 'aria-label': `${unread} 条未读`, text: unread > 99 ? '99+' : unread }) : null,
          ),
        ),
      ),
    )
  }
}

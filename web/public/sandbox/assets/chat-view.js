// The log of one group: adds, replaces and scrolls; main.js feeds it.
import { byId, element } from './dom.js'
import { dayName, dayOf } from './format.js'
import { messageView } from './message-view.js'

const nearEndPixels = 120
/** Older elements leave the page; they come back with “更早的消息”. */
const maxShown = 600

export class ChatView {
  #log = byId('log')
  #scroll = byId('scroll')
  #newer = byId('newer')
  #messages = new Map()
  #unseen = 0
  #scene

  constructor() {
    this.#newer.addEventListener('click', () => this.toEnd())
    this.#scroll.addEventListener('scroll', () => this.#atEnd() && this.#clearUnseen(), { passive: true })
    // On a phone the keyboard takes half of the log away; keep its end in sight.
    new ResizeObserver(() => this.#sticky && this.toEnd()).observe(this.#scroll)
    this.#scroll.addEventListener('scroll', () => (this.#sticky = this.#atEnd()), { passive: true })
  }
  #sticky = true

  /** Shows a group from the start. */
  show(messages, scene) {
    this.#scene = scene
    this.#messages = new Map(messages.map(message => [message.msgid, message]))
    this.#draw()
    this.toEnd()
  }

  /** Draws again in place, for example because another person looks at it now. */
  redraw(scene, messages = [...this.#messages.values()]) {
    const fromEnd = this.#scroll.scrollHeight - this.#scroll.scrollTop
    this.#scene = scene
    this.#messages = new Map(messages.map(message => [message.msgid, message]))
    this.#draw()
    this.#scroll.scrollTop = this.#scroll.scrollHeight - fromEnd
  }

  get size() {
    return this.#messages.size
  }

  /** Adds a message, or replaces the one with the same id. @returns whether it is new */
  put(message) {
    const shown = this.#messages.has(message.msgid)
    this.#messages.set(message.msgid, message)
    const view = messageView(message, this.#scene)
    const old = shown ? this.#log.querySelector(`[data-msgid="${CSS.escape(message.msgid)}"]`) : null
    const follow = this.#atEnd()
    if (old) {
      const hadFocus = old.contains(document.activeElement)
      old.replaceWith(view)
      view.classList.add('changed')
      if (hadFocus) view.querySelector('.card')?.focus({ preventScroll: true })
      byId('announce').textContent = `${view.querySelector('.card')?.getAttribute('aria-label') ?? '消息'}，已更新`
    } else {
      this.#separate(message.at)
      this.#log.append(view)
      while (this.#log.childElementCount > maxShown) this.#dropFirst()
    }
    if (follow || (!old && message.from === this.#scene.identity)) this.toEnd()
    else if (!old) this.#countUnseen()
    return !shown
  }

  toEnd() {
    this.#scroll.scrollTop = this.#scroll.scrollHeight
    this.#clearUnseen()
  }

  #draw() {
    this.#log.replaceChildren()
    this.#lastDay = undefined
    // A log announces what is added; what was there before is not news.
    this.#log.setAttribute('aria-busy', 'true')
    for (const message of this.#messages.values()) {
      this.#separate(message.at)
      this.#log.append(messageView(message, this.#scene))
    }
    if (this.#messages.size === 0) {
      this.#log.append(element('p', { class: 'empty', text: `还没有消息。试试输入“@${this.#scene.robotName} 帮助”。` }))
    }
    this.#log.removeAttribute('aria-busy')
    this.#clearUnseen()
  }
  #lastDay

  #separate(at) {
    const day = dayOf(at)
    this.#log.querySelector('.empty')?.remove()
    if (day === this.#lastDay) return
    this.#lastDay = day
    this.#log.append(element('div', { class: 'day' }, element('span', { text: dayName(at) })))
  }

  #dropFirst() {
    const first = this.#log.firstElementChild
    if (first instanceof HTMLElement && first.dataset.msgid) this.#messages.delete(first.dataset.msgid)
    first?.remove()
    byId('earlier').hidden = false
  }

  #atEnd() {
    return this.#scroll.scrollHeight - this.#scroll.scrollTop - this.#scroll.clientHeight < nearEndPixels
  }

  #countUnseen() {
    this.#unseen += 1
    this.#newer.textContent = `↓ ${this.#unseen} 条新消息`
    this.#newer.hidden = false
  }

  #clearUnseen() {
    this.#unseen = 0
    this.#newer.hidden = true
  }
}

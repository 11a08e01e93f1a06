// Completion of @ in the input: the robot first, then the members; keyboard (arrows, Enter, Tab, Escape) and touch. composer.js owns it.
import { byId, element } from './dom.js'
import { avatar } from './person.js'

const mostShown = 8

export class MentionBox {
  #list = byId('mentions')
  #input
  #candidates = []
  #found = []
  #active = 0
  #start = -1

  constructor(input, onPicked) {
    this.#input = input
    this.onPicked = onPicked
    input.addEventListener('blur', () => this.close())
    input.addEventListener('click', () => this.look())
  }

  /** @param {{name: string, note: string, words: string, robot?: boolean}[]} candidates in the order in which they are offered */
  offer(candidates) {
    this.#candidates = candidates
    this.close()
  }

  get isOpen() {
    return !this.#list.hidden
  }

  /** Looks at what stands before the caret and opens or closes. */
  look() {
    const caret = this.#input.selectionEnd
    const found = /@([^\s@]{0,20})$/u.exec(this.#input.value.slice(0, caret))
    // A letter or digit right before @ is a mail address.
    if (!found || /[A-Za-z0-9._-]$/.test(this.#input.value.slice(0, found.index))) return this.close()
    const word = found[1].toLowerCase()
    this.#start = found.index
    this.#found = this.#candidates.filter(one => one.words.toLowerCase().includes(word)).slice(0, mostShown)
    // A finished name needs no completion.
    if (this.#found.length === 0 || (this.#found.length === 1 && this.#found[0].name === found[1])) return this.close()
    this.#active = 0
    this.#draw()
  }

  /** @returns whether the key was for the list */
  key(event) {
    if (!this.isOpen) return false
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step !== undefined) {
      this.#active = (this.#active + step + this.#found.length) % this.#found.length
      this.#draw()
    } else if (event.key === 'Enter' || event.key === 'Tab') this.#pick(this.#active)
    else if (event.key === 'Escape') this.close()
    else return false
    event.preventDefault()
    return true
  }

  close() {
    this.#list.hidden = true
    this.#input.setAttribute('aria-expanded', 'false')
    this.#input.removeAttribute('aria-activedescendant')
  }

  #draw() {
    this.#list.replaceChildren(...this.#found.map((one, index) => this.#option(one, index)))
    this.#list.hidden = false
    this.#input.setAttribute('aria-expanded', 'true')
    this.#input.setAttribute('aria-activedescendant', `mention-${this.#active}`)
    this.#list.children[this.#active]?.scrollIntoView({ block: 'nearest' })
  }

  #option(one, index) {
    return element(
      'li',
      {
        id: `mention-${index}`,
        role: 'option',
        'aria-selected': String(index === this.#active),
        // The input must keep the focus, or a phone would hide its keyboard.
        on: { pointerdown: event => event.preventDefault(), click: () => this.#pick(index) },
      },
      avatar(one.name, { robot: one.robot }),
      element('bdi', { text: one.name }),
      element('small', { text: one.note }),
    )
  }

  #pick(index) {
    const one = this.#found[index]
    if (!one) return
    this.#input.setRangeText(`@${one.name} `, this.#start, this.#input.selectionEnd, 'end')
    this.close()
    this.onPicked()
  }
}

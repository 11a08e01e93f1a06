// The input bar: drafts per group, quick commands, @ completion, sending; main.js hands it the group and the identity.
import { byId, element } from './dom.js'
import { MentionBox } from './mention-box.js'
import { avatar } from './person.js'

const quickCommands = ['帮助', '状态', '事件', '日报', '封禁清单']

export class Composer {
  #form = byId('composer')
  #input = byId('say')
  #send = byId('send')
  #note = byId('note')
  #drafts = new Map()
  #group
  #robotName = ''
  #box
  #busy = false

  /**
   * @param {(text: string) => Promise<boolean>} onSay resolves to whether it was said
   * @param {() => void} onSpeaker
   * @param {(file: File) => Promise<unknown>} onFile
   */
  constructor(onSay, onSpeaker, onFile) {
    this.onSay = onSay
    byId('file').addEventListener('change', event => {
      const [file] = event.target.files
      event.target.value = ''
      if (file) void onFile(file)
    })
    this.#box = new MentionBox(this.#input, () => this.#changed())
    this.#input.addEventListener('input', () => {
      this.#box.look()
      this.#changed()
    })
    this.#input.addEventListener('keydown', event => this.#key(event))
    this.#form.addEventListener('submit', event => {
      event.preventDefault()
      void this.#say()
    })
    byId('speaker').addEventListener('click', onSpeaker)
  }

  open(group, robotName) {
    if (this.#group) this.#drafts.set(this.#group.chatid, this.#input.value)
    this.#group = group
    this.#robotName = robotName
    this.#form.hidden = false
    // WeCom brings files to a robot only where it is alone with somebody.
    byId('attach').hidden = !group.chatid.startsWith('single:') || group.chatid.includes(':app:')
    this.#input.value = this.#drafts.get(group.chatid) ?? ''
    this.#input.placeholder = `输入 @ 呼叫${robotName}`
    byId('hints').replaceChildren(
      ...quickCommands.map(command =>
        element('button', { class: 'hint', type: 'button', text: command, on: { click: () => this.#fill(`@${robotName} ${command}`) } }),
      ),
    )
    const members = group.members.map(member => ({
      name: member.name,
      note: member.roleName,
      words: `${member.name} ${member.userid} ${member.roleName}`,
    }))
    this.#box.offer([{ name: robotName, note: '机器人', words: `${robotName} 机器人 guanjia robot bot`, robot: true }, ...members])
    this.#changed()
  }

  speakAs(member) {
    const button = byId('speaker')
    button.replaceChildren(
      avatar(member.name),
      element('span', { class: 'speaker-name' }, element('bdi', { text: member.name }), element('small', { text: member.roleName })),
    )
    button.setAttribute('aria-label', `以 ${member.name}（${member.roleName}）的身份发言，点击更换`)
  }

  #fill(text) {
    this.#input.value = text
    this.#input.focus()
    this.#input.setSelectionRange(text.length, text.length)
    this.#box.close()
    this.#changed()
  }

  #key(event) {
    // While an input method composes, Enter belongs to it.
    if (event.isComposing || event.keyCode === 229) return
    if (this.#box.key(event)) return
    if (event.key !== 'Enter' || event.shiftKey) return
    event.preventDefault()
    void this.#say()
  }

  async #say() {
    const text = this.#input.value.trim()
    if (text === '' || this.#busy) return
    const { chatid } = this.#group
    this.#busy = true
    this.#changed()
    const said = await this.onSay(text)
    this.#busy = false
    // The person may have gone on to another group, or typed on, while the line was under way.
    if (said && this.#group.chatid === chatid && this.#input.value.trim() === text) this.#input.value = ''
    if (said && this.#group.chatid !== chatid) this.#drafts.delete(chatid)
    this.#changed()
  }

  #changed() {
    const text = this.#input.value
    this.#send.disabled = text.trim() === '' || this.#busy
    this.#note.textContent =
      text.trim() !== '' && !this.#box.isOpen && !text.includes(`@${this.#robotName}`)
        ? `没有 @${this.#robotName}：群里的人看得到，${this.#robotName}看不到`
        : ''
    this.#input.rows = 1
    const lines = Math.round((this.#input.scrollHeight - 18) / 22)
    this.#input.rows = Math.min(Math.max(lines, 1), 6)
  }
}

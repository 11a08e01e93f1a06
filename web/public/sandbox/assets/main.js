// The sandbox page: joins group list, log, input bar, members and the live stream; index.html loads it.
import * as api from './api.js'
import { ChatView } from './chat-view.js'
import { Composer } from './composer.js'
import { byId, element } from './dom.js'
import { drillPanel, isDrill } from './drill.js'
import { GroupList } from './group-list.js'
import { keepLive } from './live.js'
import { recall, remember } from './memory.js'
import { avatar, identityList } from './person.js'

const pageSize = 200
const mostMessages = 2000
const mostUnread = 100
const groupsCounted = 20
/** How long a pressed button waits for its card to change before it can be pressed again. */
const pressMilliseconds = 8000
const narrow = matchMedia('(max-width: 760px)')

const groupList = new GroupList()
const chat = new ChatView()
const composer = new Composer(say, chooseIdentity, sendFile)
let robotName = '管家'
let current
let loading = 0

byId('back').addEventListener('click', () => (location.hash = ''))
byId('people').addEventListener('click', chooseIdentity)
byId('drill').addEventListener('click', () => guarded(openDrill))
byId('sheet-close').addEventListener('click', () => byId('sheet').close())
byId('sheet').addEventListener('click', event => event.target === byId('sheet') && byId('sheet').close())
byId('earlier').addEventListener('click', () => guarded(async () => chat.redraw(scene(), await loadMessages(current, mostMessages))))
addEventListener('hashchange', route)
narrow.addEventListener('change', route)
void start()

async function start() {
  await guarded(async () => {
    ;({ robotName } = await api.settings())
    await readGroups()
    await countUnread()
    await route()
  })
  // Also after a failed start: the line's return reads everything again.
  keepLive({ onChange, onState: showLine, onReturn: () => guarded(catchUp) })
}

async function readGroups() {
  const [groups, singles, faults] = await Promise.all([api.groups(), api.singles(), api.faults()])
  groupList.set([...groups, ...singles])
  showDrill(faults)
}

/** What came while this browser was away; for the groups talked in last, so that many groups do not mean many requests. */
async function countUnread() {
  const waiting = groupList.all
    .filter(group => group.last && recall('seen', group.chatid) !== undefined && recall('seen', group.chatid) !== group.last.msgid)
    .sort((a, b) => b.last.at.localeCompare(a.last.at))
    .slice(0, groupsCounted)
  for (const group of waiting) {
    const missed = await api.messages(group.chatid, mostUnread, recall('seen', group.chatid))
    groupList.setUnread(group.chatid, missed.length)
  }
  // A first visit starts with everything read.
  for (const group of groupList.all)
    if (group.last && recall('seen', group.chatid) === undefined) remember('seen', group.chatid, group.last.msgid)
}

async function catchUp() {
  await readGroups()
  await countUnread()
  const group = current && groupList.find(current.chatid)
  if (!group) return route()
  current = group
  groupList.select(group.chatid)
  const messages = await loadMessages(group, Math.max(pageSize, chat.size))
  if (current !== group) return
  chat.redraw(scene(), messages)
  if (!document.hidden) seen(messages.at(-1)?.msgid)
  drawMembers()
}

async function route() {
  const wanted = /^#\/g\/(.+)$/.exec(location.hash)?.[1]
  const first = () => [...groupList.all].sort((a, b) => (b.last?.at ?? '').localeCompare(a.last?.at ?? ''))[0]
  const group = wanted === undefined ? (narrow.matches ? undefined : (current ?? first())) : groupList.find(decode(wanted))
  document.body.dataset.view = group && (wanted !== undefined || !narrow.matches) ? 'chat' : 'list'
  if (!group) {
    const left = current
    if (narrow.matches) current = undefined
    if (left) groupList.select(undefined)
    if (left && narrow.matches)
      byId('groups')
        .querySelector(`[data-chatid="${CSS.escape(left.chatid)}"]`)
        ?.focus()
    return
  }
  if (current?.chatid !== group.chatid) await guarded(() => openGroup(group))
}

function decode(part) {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

async function openGroup(group) {
  current = group
  const turn = ++loading
  byId('chat-title').textContent = group.name
  byId('chat-sub').textContent = `${group.members.length} 位成员`
  groupList.select(group.chatid)
  composer.open(group, robotName)
  composer.speakAs(identity())
  drawMembers()
  chat.show([], scene())
  const messages = await loadMessages(group, pageSize)
  // The person may have gone on to another group meanwhile.
  if (turn !== loading) return
  chat.show(messages, scene())
  seen(messages.at(-1)?.msgid)
  if (narrow.matches) byId('chat-title').focus()
  else byId('say').focus()
}

async function loadMessages(group, last) {
  const messages = await api.messages(group.chatid, last)
  byId('earlier').hidden = messages.length < last || last === mostMessages
  return messages
}

/** As whom the person speaks here; the first member until they choose. */
function identity() {
  const chosen = recall('identity', current.chatid)
  return current.members.find(member => member.userid === chosen) ?? current.members[0] ?? { userid: '', name: '没有成员', roleName: '—' }
}

function scene() {
  return { group: current, identity: identity().userid, robotName, onPress: press, onForward: forward }
}

function drawMembers() {
  byId('members').replaceChildren(identityList('identity', current, identity().userid, speakAs))
}

function speakAs(userid) {
  remember('identity', current.chatid, userid)
  composer.speakAs(identity())
  // The list itself stays: drawing it anew would take the focus from the arrow keys.
  const radio = byId('members').querySelector(`input[value="${CSS.escape(userid)}"]`)
  if (radio) radio.checked = true
  chat.redraw(scene())
  byId('announce').textContent = `现在以 ${identity().name}（${identity().roleName}）的身份发言`
}

function chooseIdentity() {
  if (!current) return
  const list = identityList('identity-sheet', current, identity().userid, speakAs)
  // A tap chooses and closes; arrow keys only move on.
  list.addEventListener(
    'click',
    event =>
      event.detail > 0 &&
      event.target instanceof HTMLInputElement === false &&
      queueMicrotask(() => setTimeout(() => byId('sheet').close(), 120)),
  )
  sheet('以谁的身份发言', list)
}

function sheet(title, content) {
  byId('sheet-title').textContent = title
  byId('sheet-body').replaceChildren(content)
  byId('sheet').showModal()
}

async function openDrill() {
  const groups = groupList.all.filter(group => !group.chatid.startsWith('single:'))
  const nameOf = chatid => groupList.find(chatid)?.name ?? chatid
  sheet('故障演练', await drillPanel({ groups, chatid: current?.chatid, nameOf, guarded, onFaults: showDrill }))
}

/** Everybody who looks at the page must see that the sandbox errs on purpose. */
function showDrill(faults) {
  const on = isDrill(faults)
  byId('drill').dataset.on = String(on)
  byId('drill').textContent = on ? '演练中' : '故障演练'
}

async function say(text) {
  const { chatid } = current
  return guarded(async () => {
    const { message } = await api.say(chatid, identity().userid, text)
    onChange({ chatid, message })
  })
}

async function sendFile(file) {
  const { chatid } = current
  return guarded(async () => {
    const { message } = await api.sendFile(chatid, identity().userid, file)
    onChange({ chatid, message })
  })
}

async function press(message, key, button) {
  if (button.getAttribute('aria-disabled') === 'true') return
  const { chatid } = current
  button.setAttribute('aria-busy', 'true')
  const buttons = button.parentElement?.querySelectorAll('button') ?? []
  for (const one of buttons) one.setAttribute('aria-disabled', 'true')
  const release = () => {
    button.removeAttribute('aria-busy')
    for (const one of buttons) one.removeAttribute('aria-disabled')
  }
  const done = await guarded(() => api.press(chatid, identity().userid, message.msgid, key))
  // A changed card replaces these elements; if none comes the buttons must not stay dead.
  if (done) setTimeout(release, pressMilliseconds)
  else release()
}

function forward(message) {
  const from = current
  const me = identity()
  const targets = groupList.all.filter(group => group.chatid !== from.chatid && group.members.some(member => member.userid === me.userid))
  const list = element('div', { class: 'targets' })
  if (targets.length === 0) list.append(element('p', { class: 'empty', text: `${me.name}不在其他群里，无处可转。` }))
  for (const target of targets) {
    const choose = () =>
      guarded(async () => {
        byId('sheet').close()
        await api.forward(from.chatid, me.userid, message.msgid, target.chatid)
        byId('announce').textContent = `已转发到 ${target.name}`
      })
    list.append(
      element(
        'button',
        { class: 'member', type: 'button', on: { click: choose } },
        avatar(target.name, { square: true }),
        element('bdi', { class: 'member-name', text: target.name }),
      ),
    )
  }
  sheet(`以 ${me.name} 的身份转发到`, list)
}

/** From the stream, and from the answer to one's own line, whichever is first. */
function onChange({ chatid, message }) {
  const open = current?.chatid === chatid
  const known = groupList.find(chatid)?.last?.msgid === message.msgid
  const isNew = open ? chat.put(message) : message.updatedAt === undefined && !known
  if (isNew) {
    const { msgid, at, from } = message
    const text = message.card?.title ?? (message.text || message.files[0]?.name || '')
    const last = { msgid, at, from, fromName: message.fromName ?? from, text: text.slice(0, 120) }
    groupList.news(chatid, last, open && !document.hidden ? 0 : 1)
    if (open && !document.hidden) seen(msgid)
  }
  // A group that was declared after the page was loaded.
  if (!groupList.find(chatid)) void guarded(readGroups)
}

document.addEventListener('visibilitychange', () => {
  if (document.hidden || !current) return
  groupList.select(current.chatid)
  seen(groupList.find(current.chatid)?.last?.msgid)
})

function seen(msgid) {
  if (msgid !== undefined) remember('seen', current.chatid, msgid)
}

function showLine(state) {
  byId('line').dataset.state = state
  byId('line').textContent = { connecting: '连接中', open: '实时', lost: '重连中' }[state]
}

let faultTimer
/** Runs something that may fail; the failure is told, and the page goes on. @returns whether it went well */
async function guarded(work) {
  try {
    await work()
    return true
  } catch (error) {
    const fault = byId('fault')
    fault.textContent = error instanceof Error ? error.message : '出了意外，请重试。'
    fault.hidden = false
    clearTimeout(faultTimer)
    faultTimer = setTimeout(() => (fault.hidden = true), 8000)
    return false
  }
}

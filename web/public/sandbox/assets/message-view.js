// One message as an element: bubble, card, files; everything in it is data. chat-view.js puts it into the log.
import { element, visible } from './dom.js'
import { fullTime, marked, timeOfDay } from './format.js'
import { avatar } from './person.js'
import { safeFragment } from './safe-html.js'

const longText = 900
const longLines = 24

/**
 * @param {object} message
 * @param {{group: object, identity: string, robotName: string, onPress(message: object, key: string, button: HTMLButtonElement): void, onForward(message: object): void}} scene
 */
export function messageView(message, scene) {
  const member = scene.group.members.find(one => one.userid === message.from)
  const mine = message.from === scene.identity
  const name = member?.name ?? message.fromName ?? message.from
  const card = cardFor(message, scene.identity)
  return element(
    'article',
    {
      class: `message ${mine ? 'mine' : 'theirs'}${member ? '' : ' robot'}`,
      'data-msgid': message.msgid,
      'aria-label': `${visible(name)} ${timeOfDay(message.at)}`,
    },
    avatar(name, { robot: member === undefined }),
    element(
      'div',
      { class: 'body' },
      element(
        'div',
        { class: 'meta' },
        element('bdi', { class: 'name', text: name }),
        member ? element('span', { class: 'role-small', text: member.roleName }) : element('span', { class: 'badge', text: '机器人' }),
        element('time', { datetime: message.at, title: fullTime(message.at), text: timeOfDay(message.at) }),
      ),
      card ? cardView(message, card, scene) : bubble(message, scene),
      ...(message.files ?? []).map(fileView),
    ),
  )
}

/** An update may be meant for single members only. */
function cardFor(message, identity) {
  const key = identity.toLowerCase()
  return message.views && Object.hasOwn(message.views, key) ? message.views[key] : message.card
}

function bubble(message, scene) {
  // A file's text is often only its name, which the file itself shows.
  const names = (message.files ?? []).map(file => file.name)
  if (names.length > 0 && ['', ...names, names.join('\n')].includes(message.text.trim())) return null
  const content = element('div', { class: 'content', dir: 'auto' })
  if (message.html !== undefined) {
    content.classList.add('markdown')
    content.append(safeFragment(message.html))
  } else {
    content.append(...withMentions(message.text, scene))
  }
  const quote = message.quote ? element('blockquote', { class: 'quoted', text: message.quote.slice(0, 300) }) : null
  return folded(element('div', { class: 'bubble' }, quote, content), message.text)
}

/** A very long text opens on demand: it must not push everything else away. */
function folded(bubble, text) {
  if (text.length <= longText && text.split('\n', longLines + 1).length <= longLines) return bubble
  bubble.classList.add('folded')
  const toggle = element('button', { class: 'unfold', type: 'button', 'aria-expanded': 'false', text: `展开全文（${text.length} 字）` })
  toggle.addEventListener('click', () => {
    const open = bubble.classList.toggle('folded') === false
    toggle.setAttribute('aria-expanded', String(open))
    toggle.textContent = open ? '收起' : `展开全文（${text.length} 字）`
  })
  bubble.append(toggle)
  return bubble
}

/** Marks `@name` of the people and the robot of this group. */
function withMentions(text, scene) {
  const names = new Set([scene.robotName, '所有人', ...scene.group.members.flatMap(member => [member.name, member.userid])])
  return visible(text)
    .split(/(@[^\s@，。：,:]{1,64})/u)
    .map(part =>
      part.startsWith('@') && names.has(part.slice(1)) ? element('span', { class: 'mention', text: part }) : document.createTextNode(part),
    )
}

function cardView(message, card, scene) {
  const title = marked(card.title ?? '')
  const source = marked(card.source ?? '')
  const severity = title.marker === undefined && source.marker !== undefined ? source.severity : title.severity
  const pressable = card === message.card ? message.buttons : (card.buttons ?? [])
  const buttons = pressable.length > 0 ? pressable : (card.buttons ?? [])
  const view = element(
    'section',
    { class: `card severity-${severity}`, tabindex: '-1', 'aria-label': `卡片：${visible(card.title ?? '')}` },
    element(
      'header',
      { class: 'card-source' },
      element('bdi', { text: card.source ?? scene.robotName }),
      card.replaced ? element('span', { class: 'replaced', text: '已更新' }) : null,
      element('button', {
        class: 'forward',
        type: 'button',
        text: '转发',
        'aria-label': '转发这张卡片',
        on: { click: () => scene.onForward(message) },
      }),
    ),
    element(
      'h3',
      {},
      title.marker === undefined ? null : element('span', { class: 'marker', text: title.marker }),
      element('bdi', { text: title.rest }),
    ),
    card.desc ? element('p', { class: 'desc', text: card.desc }) : null,
    card.emphasis ? emphasis(card.emphasis) : null,
    card.quote ? element('blockquote', { class: 'quoted', text: [card.quote.title, card.quote.text].filter(Boolean).join('\n') }) : null,
    card.text ? element('p', { class: 'running', text: card.text }) : null,
    facts(card),
    ...(card.details ?? []).map(detail => element('p', { class: 'running', text: [detail.title, detail.desc].filter(Boolean).join('：') })),
    links(card),
    actions(message, card, buttons, scene),
    card.replaceText ? element('p', { class: 'replace-text', text: card.replaceText }) : null,
  )
  return view
}

function emphasis({ title, desc }) {
  return element(
    'p',
    { class: 'emphasis' },
    title ? element('strong', { text: title }) : null,
    desc ? element('small', { text: desc }) : null,
  )
}

function facts(card) {
  if ((card.facts ?? []).length === 0) return null
  return element(
    'dl',
    {},
    ...card.facts.map(fact => element('div', {}, element('dt', { text: fact.name }), element('dd', { text: fact.value, dir: 'auto' }))),
  )
}

/** Only web addresses become links; anything else stays a word. */
function links(card) {
  const shown = (card.links ?? []).map(({ title, url }) =>
    /^https?:\/\//i.test(url ?? '')
      ? element('a', { href: url, target: '_blank', rel: 'noopener noreferrer nofollow', text: title })
      : element('span', { text: title }),
  )
  return shown.length === 0 ? null : element('p', { class: 'card-links' }, ...shown)
}

function actions(message, card, buttons, scene) {
  const all = [...buttons, ...(card.menu ?? []).filter(entry => buttons.every(button => button.key !== entry.key))]
  if (all.length === 0) return null
  const styles = new Map((card.buttons ?? []).map(button => [button.key, button.style]))
  return element(
    'div',
    { class: 'actions', role: 'group', 'aria-label': '卡片操作', 'data-count': all.length },
    ...all.map((button, index) => {
      const style = styles.get(button.key) ?? (index === 0 ? 1 : 2)
      const node = element('button', {
        type: 'button',
        class: `press style-${[1, 2, 3, 4].includes(style) ? style : 2}`,
        'data-key': button.key,
        text: button.text,
      })
      node.addEventListener('click', () => scene.onPress(message, button.key, node))
      return node
    }),
  )
}

function fileView(file) {
  // Only this site's own downloads become links: an address from outside stays text.
  const own = /^\/(?!\/)/.test(file.url)
  const kind = (/\.([A-Za-z0-9]{1,5})$/.exec(file.name)?.[1] ?? 'file').toUpperCase()
  const content = [
    element('span', { class: 'file-kind', 'aria-hidden': 'true', text: kind }),
    element('span', { class: 'file-name' }, element('bdi', { text: file.name }), element('small', { text: own ? '点击下载' : file.url })),
  ]
  return own
    ? element('a', { class: 'file', href: file.url, download: true, 'aria-label': `下载文件 ${visible(file.name)}` }, ...content)
    : element('div', { class: 'file' }, ...content)
}

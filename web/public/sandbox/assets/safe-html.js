// Rebuilds the server's HTML of a Markdown message from an allow-list: a second lock should the first one ever fail; message-view.js calls it.
import { visible } from './dom.js'

const tags = new Set('A BLOCKQUOTE BR CODE DEL EM H1 H2 H3 H4 H5 H6 HR LI OL P PRE S SPAN STRONG TABLE TBODY TD TH THEAD TR UL'.split(' '))
const classes = /^(mention|md-(info|comment|warning|image))$/

/** @returns {DocumentFragment} */
export function safeFragment(html) {
  // A parsed document has no window: nothing loads and nothing runs in it.
  const inert = new DOMParser().parseFromString(html, 'text/html')
  const fragment = document.createDocumentFragment()
  copy(inert.body, fragment, 0)
  return fragment
}

function copy(from, to, depth) {
  for (const child of from.childNodes) {
    if (child.nodeType === Node.TEXT_NODE) to.append(visible(child.data))
    if (child.nodeType !== Node.ELEMENT_NODE) continue
    if (!tags.has(child.tagName) || depth > 40) {
      to.append(visible(child.textContent ?? ''))
      continue
    }
    const made = document.createElement(child.tagName)
    if (classes.test(child.className)) made.className = child.className
    if (child.tagName === 'A') link(child, made)
    copy(child, made, depth + 1)
    to.append(made)
  }
}

function link(from, to) {
  const address = from.getAttribute('href') ?? ''
  if (!/^(https?:\/\/|mailto:|\/(?!\/))/i.test(address)) return
  to.href = address
  to.target = '_blank'
  to.rel = 'noopener noreferrer nofollow'
  // Where a link really leads is part of what a person should see.
  to.title = visible(address).slice(0, 300)
}

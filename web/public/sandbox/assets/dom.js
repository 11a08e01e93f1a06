// Builds elements without ever parsing text as HTML; every file of the page makes its nodes here.

/** Characters that reorder or hide other characters: a person must see that they are there. */
const invisible = /[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]/g

/** Spells out characters that would make the text look like another one. */
export function visible(text) {
  return String(text).replace(invisible, character => `[U+${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}]`)
}

/**
 * @param {string} tag
 * @param {Record<string, unknown>} attributes `class`, `text`, `on: {event: handler}`; null, undefined and false are left out
 * @param {...(Node | null | undefined)} children
 */
export function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue
    if (name === 'text') node.textContent = visible(value)
    else if (name === 'on') for (const [event, handler] of Object.entries(value)) node.addEventListener(event, handler)
    else node.setAttribute(name, value === true ? '' : String(value))
  }
  node.append(...children.filter(child => child !== null && child !== undefined))
  return node
}

export function byId(id) {
  return document.getElementById(id)
}

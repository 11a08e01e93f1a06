// What this browser remembers between visits: last read message and chosen identity of each group; works without storage too.

const key = 'guanjia-sandbox'
const maxGroups = 500

let kept = { seen: {}, identity: {} }
try {
  const stored = JSON.parse(localStorage.getItem(key) ?? '{}')
  kept = { seen: { ...stored.seen }, identity: { ...stored.identity } }
} catch {
  // A private window may refuse storage; then nothing is remembered, which harms nobody.
}

/** @param {'seen' | 'identity'} what */
export function recall(what, chatid) {
  return Object.hasOwn(kept[what], chatid) ? kept[what][chatid] : undefined
}

export function remember(what, chatid, value) {
  const { [chatid]: _, ...rest } = kept[what]
  kept[what] = Object.fromEntries([...Object.entries(rest).slice(1 - maxGroups), [chatid, value]])
  try {
    localStorage.setItem(key, JSON.stringify(kept))
  } catch {
    // See above.
  }
}

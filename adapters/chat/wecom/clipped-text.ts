// Bounds what people say before anything else looks at it; called for every inbound text and quote.

const longestText = 20_000

/** At most 20,000 characters, without leaving half of one. */
export function clippedText(text: string): string {
  return text.length <= longestText ? text : text.slice(0, longestText).replace(/[\uD800-\uDBFF]$/, '')
}

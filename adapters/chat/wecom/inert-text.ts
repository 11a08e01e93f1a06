// Takes the power out of what WeCom would read as an order in a text (docs 99110, 90236); such words come from logs and strangers, never from us.

/** `<@userid>` makes phones ring in a webhook's texts. */
export function withoutMentions(text: string): string {
  return text.replaceAll('<@', '＜@')
}

/** Plain texts also take `<a href>`: a link that shows another address than it leads to. */
export function withoutTags(text: string): string {
  return text.replace(/<(?=[@/a-z])/gi, '＜')
}

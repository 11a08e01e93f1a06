// Text from outside as Markdown that reads as it was written: nothing in it becomes a link, a mention or HTML. Pure; digests and cards as text use it.

export function literal(text: string): string {
  return text.replaceAll(/[\\`*_[\]()<>#|!~]/g, '\\$&')
}

/** The other way round: what people would read of a text that was made literal. */
export function unescaped(markdown: string): string {
  return markdown.replaceAll(/\\([\\`*_[\]()<>#|!~])/g, '$1')
}

// The port a sentence names: `3389 端口`, `端口 3389`, `:3389`, or the only number in it. Asked by the commands about exposures.

/** Undefined when none or several are named. */
export function portIn(text: string): number | undefined {
  const marked = [...text.matchAll(/(?<!\d)(\d{1,5})\s*(?:\/(?:tcp|udp)\s*)?端口|端口\s*(\d{1,5})(?!\d)|:(\d{1,5})(?!\d)/gi)].map(
    found => found[1] ?? found[2] ?? found[3],
  )
  const bare = marked.length > 0 ? marked : [...text.matchAll(/(?<![\d.])\d{2,5}(?![\d.])/g)].map(found => found[0])
  const ports = [...new Set(bare.map(Number))].filter(port => port >= 1 && port <= 65_535)
  return ports.length === 1 ? ports[0] : undefined
}

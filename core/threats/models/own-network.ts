// Tells addresses of private networks from those of the Internet by their text alone, fast enough for every event; used by models of connections.

/** RFC 1918, loopback, link-local, carrier-grade NAT, unique local and link-local IPv6. */
export function isPrivate(ip: string): boolean {
  switch (ip.charCodeAt(0)) {
    case 49 /* 1 */:
      if (ip.startsWith('10.') || ip.startsWith('192.168.') || ip.startsWith('127.') || ip.startsWith('169.254.')) return true
      return (ip.startsWith('172.') && second(ip, 4, 16, 31)) || (ip.startsWith('100.') && second(ip, 4, 64, 127))
    case 58 /* : */:
      return ip === '::1' || (ip.startsWith('::ffff:') && isPrivate(ip.slice(7)))
    case 70 /* F */:
    case 102 /* f */:
      return ip.includes(':') && /^f(?:[cd]|e[89ab])/i.test(ip)
    default:
      return false
  }
}

/** The number of the second part lies between the two. */
function second(ip: string, from: number, low: number, high: number): boolean {
  const value = Number.parseInt(ip.slice(from, from + 3), 10)
  return value >= low && value <= high
}

// Memcached that anybody may use. Asks for its version.
import { tcpCheck } from '../tcp-check.js'

export const memcachedOpen = tcpCheck({
  id: 'memcached-open',
  title: 'Memcached 未授权访问',
  severity: 'high',
  services: ['memcached'],
  cwe: [306],
  solution: '启用 SASL 或只监听本机，关闭 UDP，限制来源。',
  request: 'version\r\n',
  judge(received) {
    const text = received.toString('latin1')
    const version = /^VERSION (\S{1,40})\r\n/.exec(text)?.[1]
    if (version !== undefined) return { outcome: 'found', why: `未认证得到版本 ${version}` }
    return text.startsWith('CLIENT_ERROR unauthenticated') ? { outcome: 'not_found', why: '要求认证' } : undefined
  },
  weak: heard => (heard.toString('latin1').startsWith('version') ? 'VERSION 1.6.18\r\n' : undefined),
})

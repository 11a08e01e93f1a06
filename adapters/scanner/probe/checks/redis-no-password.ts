// Redis that answers without a password. Asks PING and nothing else.
import { tcpCheck } from '../tcp-check.js'

export const redisNoPassword = tcpCheck({
  id: 'redis-no-password',
  title: 'Redis 未设口令',
  severity: 'critical',
  services: ['redis'],
  cwe: [306],
  solution: '设置 requirepass 或 ACL，只监听内网地址，并限制来源。',
  request: '*1\r\n$4\r\nPING\r\n',
  judge(received) {
    const text = received.toString('latin1')
    if (text.startsWith('+PONG')) return { outcome: 'found', why: '未认证的 PING 得到 +PONG' }
    if (/^-NOAUTH/.test(text)) return { outcome: 'not_found', why: '未认证的 PING 被拒绝（NOAUTH）' }
    if (/^-DENIED/.test(text)) return { outcome: 'not_found', why: '保护模式拒绝外部连接（DENIED）' }
    return undefined
  },
  weak: heard => (heard.toString('latin1').includes('PING') ? '+PONG\r\n' : undefined),
})

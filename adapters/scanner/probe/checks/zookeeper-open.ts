// ZooKeeper that tells its state to anybody. Asks `srvr`, the least of the four-letter words.
import { tcpCheck } from '../tcp-check.js'

export const zookeeperOpen = tcpCheck({
  id: 'zookeeper-open',
  title: 'ZooKeeper 未授权访问',
  severity: 'high',
  services: ['zookeeper'],
  cwe: [306],
  solution: '启用 SASL 与 ACL，用 4lw.commands.whitelist 关闭四字命令，限制来源。',
  request: 'srvr',
  judge(received) {
    const text = received.toString('latin1')
    const version = /^Zookeeper version: ([\w.-]{1,60})/.exec(text)?.[1]
    if (version !== undefined) return { outcome: 'found', why: `未认证得到状态，版本 ${version}` }
    if (text.includes('is not executed because it is not in the whitelist')) return { outcome: 'not_found', why: '四字命令不在白名单' }
    return undefined
  },
  weak: heard =>
    heard.toString('latin1').startsWith('srvr') ? 'Zookeeper version: 3.8.0-decoy, built on 2022\nMode: standalone\n' : undefined,
})

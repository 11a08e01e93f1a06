// An rsync server that lists its modules to anybody. Asks for the list, opens no module.
import { tcpCheck } from '../tcp-check.js'

const MODULE = /^([\w.-]{1,64})[ \t]/m

export const rsyncOpen = tcpCheck({
  id: 'rsync-open',
  title: 'rsync 模块可匿名列出',
  severity: 'high',
  services: ['rsync'],
  cwe: [306],
  solution: '为模块设置 auth users、secrets file 和 hosts allow，并设 list = no。',
  reply: received =>
    received.toString('latin1').startsWith('@RSYNCD: ') && !received.includes('OK') ? '@RSYNCD: 31.0\n#list\n' : undefined,
  judge(received) {
    const text = received.toString('latin1')
    if (!text.startsWith('@RSYNCD: ') || !text.includes('@RSYNCD: EXIT')) return undefined
    const listed = text.replace(/^@RSYNCD:.*$/gm, '')
    const module = MODULE.exec(listed)?.[1]
    return module === undefined
      ? { outcome: 'not_found', why: '没有向匿名者列出模块' }
      : { outcome: 'found', why: `匿名列出模块，例如 ${module}` }
  },
  weak: heard =>
    heard.length === 0 ? '@RSYNCD: 31.0\n' : heard.includes('#list') ? 'backup         \tall of it\n@RSYNCD: EXIT\n' : undefined,
})

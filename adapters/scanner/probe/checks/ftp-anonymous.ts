// An FTP server that lets in anybody. Logs in as `anonymous` once and leaves; lists and fetches nothing.
import { tcpCheck } from '../tcp-check.js'

const lastCode = (received: Buffer): string => {
  const codes = [...received.toString('latin1').matchAll(/^(\d{3}) /gm)]
  return codes.at(-1)?.[1] ?? ''
}

export const ftpAnonymous = tcpCheck({
  id: 'ftp-anonymous',
  title: 'FTP 允许匿名登录',
  severity: 'medium',
  services: ['ftp'],
  cwe: [306],
  solution: '关闭匿名登录（anonymous_enable=NO），改用 SFTP。',
  reply(received) {
    const code = lastCode(received)
    return code === '220' ? 'USER anonymous\r\n' : code === '331' ? 'PASS guest@\r\n' : undefined
  },
  judge(received) {
    const code = lastCode(received)
    if (code === '230') return { outcome: 'found', why: '以 anonymous 登录成功（230）' }
    if (code === '530' || code === '430' || code === '532') return { outcome: 'not_found', why: `匿名登录被拒绝（${code}）` }
    return code === '421' ? { outcome: 'unknown', why: '服务暂不可用（421）' } : undefined
  },
  weak: heard =>
    heard.length === 0 ? '220 ready\r\n' : /^USER anonymous/i.test(heard.toString('latin1')) ? '331 any\r\n' : '230 welcome\r\n',
})

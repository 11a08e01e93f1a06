// Finds the machine or system a sentence names: 财务服务器, OA, 教务系统, web-01; pure, called by entities.ts.

/** What machines, systems and networks are called. The longest first. */
const KINDS =
  '服务器区|办公区|生产区|核心库|数据中心|一卡通|服务器|数据库|工作站|打印机|摄像头|交换机|防火墙|路由器|堡垒机|虚拟机|测试机|业务系统|管理系统|系统|平台|主机|网站|官网|门户|邮箱|邮件|网段|网关|后台|应用|终端|集群|电脑|机房|前台机|台式机|笔记本|机器|库'
/** A name ends, seen from its right, where one of these stands. */
const STOPS =
  /[把将给对的是在查看扫有和跟与这那台个我们你您他她它了下离断问请帮吗谁哪里上从到被让叫关开封标成为先再也都就还要想对所各每全几所以及或，,。.；;：:！!？?、\s“”"（）()]/u
const LONGEST = 8
const LATIN = String.raw`(?<![\w.@-])[A-Za-z][A-Za-z0-9_-]{1,30}(?![\w.@-])`
/** A word of small letters alone is English, no name: `done`, `retest`. */
const NAMED = /[A-Z\d_-]/
/** Latin words that name no machine. */
const NO_NAME =
  /^(?:ip|ips|id|cpu|sla|mtt[rda]|kpi|pdf|word|docx?|excel|xlsx?|csv|json|html?|md|markdown|ppt|sop|ddos|dos|cc|ssh|rdp|smb|ftp|http|https|tls|ssl|log4j|log4shell|spring|fastjson|struts2?|shiro|webshell|sql|xss|rce|ssrf|md5|sha1|sha256|udp|tcp|dns|apt|linux|windows|ok|p[1-4]|block|ban|admin|root|sqlmap|nmap|xmrig|ioc|att|ck|waf|ids|edr|soc|pb|cve|cnvd|cnnvd|in|dp|tk|al|ad|so|au|rp|bot|help|status|app|h|m|d|min|hour|day|day?s|c|i|a)$/i
const KIND = new RegExp(`(?:${KINDS})`, 'gu')

/** Undefined when only “这台服务器” is said. */
export function findAssetName(text: string): string | undefined {
  for (const found of text.matchAll(KIND)) {
    const before = nameBefore(text.slice(0, found.index))
    if (before !== '') return `${before}${found[0]}`
  }
  for (const [word] of text.matchAll(new RegExp(LATIN, 'g'))) if (NAMED.test(word) && !NO_NAME.test(word)) return word
  return undefined
}

/** The end of `text` that belongs to a name: Latin (a blank may follow), or up to eight Chinese signs. */
function nameBefore(text: string): string {
  const latin = /([A-Za-z][A-Za-z0-9_-]{0,30})\s?$/.exec(text)
  if (latin) return NO_NAME.test(latin[1] ?? '') ? '' : (latin[1] ?? '')
  let name = ''
  for (const sign of [...text].reverse()) {
    if (STOPS.test(sign) || name.length >= LONGEST) break
    name = sign + name
  }
  return name
}

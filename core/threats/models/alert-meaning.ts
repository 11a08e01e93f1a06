// Which of our event types an alert of another product is, told from its name; the table behind external-alert.ts.
import type { EventType } from '../terms.js'

/** The first that fits counts; names are read in lower case with their words apart. */
const KEYWORDS: readonly (readonly [RegExp, EventType])[] = [
  [/挖矿|矿池|crypto ?(?:mining|miner|jack)|coin ?miner|\bxmrig\b|stratum/, 'cryptomining'],
  [/勒索|ransom/, 'ransomware'],
  [/web ?shell|网站后门|网页木马|后门上传/, 'webshell'],
  [
    /爆破|暴力破解|口令猜解|密码猜测|撞库|brute|(?:failed|failures?) (?:ssh )?log[io]n|log[io]n fail|auth(?:entication)? fail|登录失败/,
    'brute_force',
  ],
  [/篡改|暗链|deface/, 'defacement'],
  [/d?dos\b|拒绝服务|\bflood(?:ing)?\b|流量攻击|cc ?攻击/, 'ddos'],
  [/弱口令|弱密码|空口令|默认口令|weak ?pass|default (?:password|credential)/, 'weak_password'],
  [/横向|内网渗透|lateral/, 'lateral_movement'],
  [/钓鱼|phish/, 'phishing'],
  [/僵尸|蠕虫|botnet|\bworm\b/, 'botnet_worm'],
  [
    /远控|木马|反弹 ?shell|恶意外联|回连|隐蔽隧道|隐蔽通道|\bc2\b|\bc&c\b|command and control|beacon|trojan|reverse ?shell|恶意域名|恶意软件|malware|病毒/,
    'malicious_encrypted_c2',
  ],
  [/数据(?:泄露|外泄|外传|窃取)|敏感信息外发|exfil|data (?:leak|theft|breach)/, 'data_exfiltration'],
  [
    /注入|漏洞利用|命令执行|代码执行|跨站|目录遍历|文件包含|反序列化|越权|\bxss\b|\brce\b|\bssrf\b|\bwaf\b|injection|traversal|exploit|web ?攻击|web ?attack/,
    'web_exploit',
  ],
  [/\bcve-\d{4}|漏洞|vulnerab/, 'critical_vuln_advisory'],
  [/高危端口|端口暴露|暴露面|对外开放|exposed/, 'exposed_service'],
  [
    /配置变更|未授权变更|文件完整性|新增(?:账号|账户|用户)|config(?:uration)? (?:change|drift)|integrity|unauthorized change/,
    'unauthorized_change',
  ],
  [/扫描|端口探测|port ?scan|\bscan(?:ner|ning)?\b|\bnmap\b|reconnaissance/, 'scan_probe'],
]
const LONGEST = 300

/**
 * An alert that names no attack (a host is down, a disk is full) is `policy_violation`: of the types of domain.md 3.4 only this one stands for
 * plain abnormal behaviour (AB/访问异常), and its default severity is the lowest, so that nothing is claimed that the product did not say.
 */
export function eventTypeOfAlert(...names: readonly (string | undefined)[]): EventType {
  const written = names
    .map(name => (name ?? '').slice(0, LONGEST))
    .join(' ')
    .normalize('NFKC')
  // `SSHBruteForce` and `ssh_brute_force` are words, `DDoS` is one.
  const apart = written
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z]{2})([A-Z][a-z])/g, '$1 $2')
    .replace(/_/g, ' ')
  const text = `${written} ${apart}`.toLowerCase()
  return KEYWORDS.find(([pattern]) => pattern.test(text))?.[1] ?? 'policy_violation'
}

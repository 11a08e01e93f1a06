// The kinds of web attacks told apart, with their Chinese words and techniques; used by the signs and the model web-attack.

export const webAttackClasses = [
  'sql-injection',
  'nosql-injection',
  'ldap-injection',
  'cross-site-scripting',
  'path-traversal',
  'remote-file-inclusion',
  'ssrf',
  'command-injection',
  'php-injection',
  'code-injection',
  'header-injection',
  'session-fixation',
  'known-exploit',
  'webshell-access',
  'sensitive-file',
] as const
export type WebAttackClass = (typeof webAttackClasses)[number]

interface Meaning {
  readonly label: string
  readonly attack: readonly string[]
}

export const webAttackMeaning: Readonly<Record<WebAttackClass, Meaning>> = {
  'sql-injection': { label: 'SQL 注入', attack: ['T1190'] },
  'nosql-injection': { label: 'NoSQL 注入', attack: ['T1190'] },
  'ldap-injection': { label: 'LDAP 注入', attack: ['T1190'] },
  'cross-site-scripting': { label: '跨站脚本', attack: ['T1189'] },
  'path-traversal': { label: '目录遍历/文件读取', attack: ['T1190', 'T1083'] },
  'remote-file-inclusion': { label: '文件包含', attack: ['T1190'] },
  ssrf: { label: '服务端请求伪造', attack: ['T1190'] },
  'command-injection': { label: '命令注入', attack: ['T1190', 'T1059'] },
  'php-injection': { label: 'PHP 代码注入', attack: ['T1190', 'T1059'] },
  'code-injection': { label: '代码/模板注入', attack: ['T1190', 'T1059'] },
  'header-injection': { label: '报头/协议注入', attack: ['T1190'] },
  'session-fixation': { label: '会话固定', attack: ['T1539'] },
  'known-exploit': { label: '已知漏洞利用', attack: ['T1190'] },
  'webshell-access': { label: '网站后门访问', attack: ['T1505.003'] },
  'sensitive-file': { label: '敏感文件探测', attack: ['T1595.003'] },
}

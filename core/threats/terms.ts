// The enumerations of threats (domain.md 3.4, 5.9) with their Chinese words; imported by everything that names a hit, an incident or a verdict.

/** Gravest first. */
export const severities = ['critical', 'high', 'medium', 'low', 'info'] as const
export type Severity = (typeof severities)[number]

/** Most urgent first. */
export const priorities = ['P1', 'P2', 'P3', 'P4'] as const
export type Priority = (typeof priorities)[number]

/** Gravest first. */
export const verdictCodes = ['compromised', 'highly_suspicious', 'suspicious', 'attempted', 'benign'] as const
export type VerdictCode = (typeof verdictCodes)[number]

/** Gravest first. */
export const attackResults = ['success', 'unknown', 'failed', 'blocked'] as const
export type AttackResult = (typeof attackResults)[number]

/** In the order of domain.md 3.4, which is also the order of the playbooks PB-01 to PB-17. */
export const eventTypes = [
  'cryptomining',
  'ransomware',
  'malicious_encrypted_c2',
  'brute_force',
  'webshell',
  'web_exploit',
  'lateral_movement',
  'phishing',
  'weak_password',
  'data_exfiltration',
  'botnet_worm',
  'exposed_service',
  'defacement',
  'ddos',
  'critical_vuln_advisory',
  'unauthorized_change',
  'policy_violation',
  'scan_probe',
] as const
export type EventType = (typeof eventTypes)[number]

export const severityLabel: Readonly<Record<Severity, string>> = {
  critical: '严重',
  high: '高危',
  medium: '中危',
  low: '低危',
  info: '提示',
}

export const verdictCodeLabel: Readonly<Record<VerdictCode, string>> = {
  compromised: '已失陷',
  highly_suspicious: '高可疑',
  suspicious: '可疑',
  attempted: '攻击未遂',
  benign: '误报/已知行为',
}

export const attackResultLabel: Readonly<Record<AttackResult, string>> = {
  success: '攻击成功',
  unknown: '结果未知',
  failed: '攻击失败',
  blocked: '已被拦截',
}

export const eventTypeLabel: Readonly<Record<EventType, string>> = {
  cryptomining: '挖矿',
  ransomware: '勒索软件',
  malicious_encrypted_c2: '恶意外联',
  brute_force: '口令猜解',
  webshell: '网站后门',
  web_exploit: '网站漏洞利用',
  lateral_movement: '横向移动',
  phishing: '网络钓鱼',
  weak_password: '弱口令',
  data_exfiltration: '数据外泄',
  botnet_worm: '僵尸网络/蠕虫',
  exposed_service: '暴露服务',
  defacement: '网页篡改',
  ddos: '拒绝服务攻击',
  critical_vuln_advisory: '重大漏洞预警',
  unauthorized_change: '未授权变更',
  policy_violation: '违规行为',
  scan_probe: '扫描探测',
}

/** Negative when `a` is less grave than `b`, 0 when equal, positive when graver. */
export function compareSeverity(a: Severity, b: Severity): number {
  return severities.indexOf(b) - severities.indexOf(a)
}

/** The graver of the two. Fits `reduce`. */
export function maxSeverity(a: Severity, b: Severity): Severity {
  return compareSeverity(a, b) >= 0 ? a : b
}

/** True for `critical`, `high`, `medium`, `low`, `info`. */
export function isSeverity(value: unknown): value is Severity {
  return severities.includes(value as Severity)
}

/** True for a type of domain.md 3.4. */
export function isEventType(value: unknown): value is EventType {
  return eventTypes.includes(value as EventType)
}

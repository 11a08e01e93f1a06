// What a hit on each kind of indicator means; the one table behind intel-match.ts.
import type { IndicatorKind } from '../indicators/indicator.js'
import type { EventType, Severity } from '../terms.js'

interface Meaning {
  readonly label: string
  readonly attack: readonly string[]
  /** One of ours turned to it. */
  readonly out: { readonly eventType: EventType; readonly severity: Severity }
  /** It turned to us. An address known for one thing that knocks at our door does not do that thing to us: mostly it is probing. */
  readonly in: EventType
}

export const indicatorMeaning: Readonly<Record<IndicatorKind, Meaning>> = {
  c2: { label: '远控', attack: ['T1071'], out: { eventType: 'malicious_encrypted_c2', severity: 'high' }, in: 'scan_probe' },
  malware: { label: '恶意程序', attack: ['T1204'], out: { eventType: 'malicious_encrypted_c2', severity: 'high' }, in: 'scan_probe' },
  mining: { label: '矿池', attack: ['T1496'], out: { eventType: 'cryptomining', severity: 'high' }, in: 'scan_probe' },
  ransomware: { label: '勒索软件', attack: ['T1486'], out: { eventType: 'ransomware', severity: 'critical' }, in: 'scan_probe' },
  botnet: { label: '僵尸网络', attack: ['T1071'], out: { eventType: 'botnet_worm', severity: 'high' }, in: 'botnet_worm' },
  phishing: { label: '钓鱼', attack: ['T1566'], out: { eventType: 'phishing', severity: 'medium' }, in: 'phishing' },
  scanner: { label: '扫描源', attack: ['T1595'], out: { eventType: 'policy_violation', severity: 'low' }, in: 'scan_probe' },
  bruteforce: { label: '口令猜解源', attack: ['T1110'], out: { eventType: 'policy_violation', severity: 'low' }, in: 'brute_force' },
  exploit: { label: '漏洞利用源', attack: ['T1190'], out: { eventType: 'policy_violation', severity: 'medium' }, in: 'web_exploit' },
  anonymizer: { label: '匿名代理', attack: ['T1090'], out: { eventType: 'policy_violation', severity: 'medium' }, in: 'scan_probe' },
}

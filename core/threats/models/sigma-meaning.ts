// What a match of a Sigma rule means in our terms: severity, event type, techniques; the tables behind sigma-rule.ts.
import type { SigmaLevel, SigmaRule } from '../sigma/rule.js'
import type { EventType, Severity } from '../terms.js'

export const severityOfLevel: Readonly<Record<SigmaLevel, Severity>> = {
  critical: 'critical',
  high: 'high',
  medium: 'medium',
  low: 'low',
  informational: 'info',
}

/** Techniques that name the event type whatever the log; the first that fits counts. */
const TECHNIQUES: readonly (readonly [RegExp, EventType])[] = [
  [/^t1505\.003$/, 'webshell'],
  [/^t1110/, 'brute_force'],
  [/^t1496/, 'cryptomining'],
  [/^t14(?:86|90)/, 'ransomware'],
  [/^t1491/, 'defacement'],
  [/^t149[89]/, 'ddos'],
  [/^t1566/, 'phishing'],
  [/^t159[0-8]/, 'scan_probe'],
  [/^t1190/, 'web_exploit'],
  [/^t1(?:021|210|550|563|570)/, 'lateral_movement'],
  [/^t1(?:020|030|041|048|052|537|567)/, 'data_exfiltration'],
  [/^t1(?:071|090|095|102|104|132|219|568|571|572|573)/, 'malicious_encrypted_c2'],
]

/** Where no technique says it: the tactic of the rule. */
const TACTICS: Readonly<Record<string, EventType>> = {
  'command-and-control': 'malicious_encrypted_c2',
  exfiltration: 'data_exfiltration',
  'lateral-movement': 'lateral_movement',
  reconnaissance: 'scan_probe',
  discovery: 'scan_probe',
  'credential-access': 'brute_force',
  persistence: 'unauthorized_change',
  'privilege-escalation': 'unauthorized_change',
  'defense-evasion': 'unauthorized_change',
  stealth: 'unauthorized_change',
  'defense-impairment': 'unauthorized_change',
}

export function eventTypeOf(rule: SigmaRule): EventType {
  const tags = rule.tags.map(tag => tag.toLowerCase().replace(/^attack\./, ''))
  const named = TECHNIQUES.find(([pattern]) => tags.some(tag => pattern.test(tag)))
  if (named !== undefined) return named[1]
  if (rule.logsource.category === 'webserver') return 'web_exploit'
  const tactic = tags.find(tag => Object.hasOwn(TACTICS, tag))
  return tactic === undefined ? 'policy_violation' : TACTICS[tactic]!
}

/** `attack.t1110.001` → `T1110.001` */
export function techniquesOf(rule: SigmaRule): string[] {
  return rule.tags.flatMap(tag => /^attack\.(t\d{4}(?:\.\d{3})?)$/i.exec(tag)?.[1]?.toUpperCase() ?? []).slice(0, 20)
}

/** Author, licence and origin in one text: shown with every alert, as the Detection Rule License asks. */
export function authorOf({ author, license, link }: SigmaRule): string | undefined {
  if (author === undefined) return undefined
  const origin = [license, link?.replace(/^https?:\/\//, '')].filter(part => part !== undefined)
  const names = author.length > 200 ? `${author.slice(0, 199)}…` : author
  return origin.length === 0 ? names : `${names}（${origin.join('，')}）`
}

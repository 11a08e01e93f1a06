// Model M3 攻击链 (domain.md 10.2): how many stages of ATT&CK the alerts of one incident cover within 72 hours, and whether in a sensible order. Used by judgement.ts.
import type { Instant } from '../ports/clock.js'

export const tacticLabel = {
  reconnaissance: '侦察',
  'initial-access': '初始入侵',
  execution: '执行',
  persistence: '持久化',
  'privilege-escalation': '提权',
  'defense-evasion': '防御规避',
  'credential-access': '凭据获取',
  discovery: '内部探测',
  'lateral-movement': '横向移动',
  collection: '收集',
  'command-and-control': '命令控制',
  exfiltration: '数据外传',
  impact: '破坏',
} as const
export type Tactic = keyof typeof tacticLabel

/** Techniques by the tactic they mostly serve; where ATT&CK names several, the one a defender's log shows. */
const techniques: Readonly<Record<Tactic, string>> = {
  reconnaissance: 'T1595 T1592 T1589 T1590 T1591 T1593 T1594 T1596 T1597 T1598 T1583 T1584 T1585 T1586 T1587 T1588 T1608',
  'initial-access': 'T1190 T1133 T1566 T1189 T1195 T1199 T1200 T1091 T1078',
  execution: 'T1059 T1203 T1204 T1053 T1047 T1106 T1129 T1559 T1569 T1609 T1610 T1651',
  persistence: 'T1505 T1136 T1098 T1543 T1547 T1546 T1176 T1137 T1554 T1525 T1542',
  'privilege-escalation': 'T1068 T1548 T1134 T1484 T1611 T1055',
  'defense-evasion': 'T1070 T1562 T1027 T1036 T1112 T1140 T1218 T1222 T1564 T1574 T1014 T1202 T1497 T1550 T1556',
  'credential-access': 'T1110 T1003 T1552 T1555 T1558 T1557 T1056 T1040 T1187 T1212 T1528 T1539 T1606 T1621',
  discovery: 'T1046 T1018 T1082 T1083 T1087 T1016 T1049 T1057 T1069 T1033 T1135 T1482 T1518 T1007 T1012 T1201 T1526 T1580 T1615',
  'lateral-movement': 'T1021 T1210 T1534 T1563 T1570 T1072 T1080',
  collection: 'T1005 T1039 T1025 T1074 T1113 T1114 T1119 T1123 T1125 T1185 T1213 T1530 T1560 T1602',
  'command-and-control': 'T1071 T1090 T1095 T1102 T1104 T1105 T1132 T1219 T1568 T1571 T1572 T1573 T1001 T1008 T1092 T1205',
  exfiltration: 'T1048 T1041 T1011 T1020 T1030 T1052 T1029 T1537 T1567',
  impact: 'T1486 T1490 T1485 T1489 T1491 T1496 T1498 T1499 T1529 T1531 T1561 T1565 T1657',
}
const tacticOf: ReadonlyMap<string, Tactic> = new Map(
  (Object.entries(techniques) as [Tactic, string][]).flatMap(([tactic, ids]) => ids.split(' ').map(id => [id, tactic] as const)),
)
/** Tactics that may come in any order among themselves. */
const PHASES: readonly (readonly Tactic[])[] = [
  ['reconnaissance'],
  ['initial-access', 'credential-access', 'execution'],
  ['persistence', 'privilege-escalation', 'defense-evasion', 'discovery', 'command-and-control'],
  ['lateral-movement', 'collection'],
  ['exfiltration', 'impact'],
]

export interface ChainLink {
  readonly modelId: string
  readonly attack?: readonly string[]
  readonly firstAt?: Instant
  readonly lastAt: Instant
}

export interface Chain {
  /** 0–1; 0 with fewer than two stages, or where one source alone tells of them. */
  readonly strength: number
  /** In the order they were first seen. */
  readonly tactics: readonly Tactic[]
  readonly ordered: boolean
}

const SPAN = 72 * 3_600_000
/** Clocks of different machines differ. */
const SLACK = 10 * 60_000

/** @param now alerts that ended more than 72 hours before it are no part of this chain */
export function attackChain(links: readonly ChainLink[], now: Instant): Chain {
  const first = new Map<Tactic, number>()
  const sources = new Set<string>()
  for (const { modelId, attack, firstAt, lastAt } of links) {
    if (Date.parse(now) - Date.parse(lastAt) > SPAN) continue
    for (const technique of attack ?? []) {
      const tactic = tacticOf.get(technique.split('.')[0]!)
      if (tactic === undefined) continue
      sources.add(modelId)
      first.set(tactic, Math.min(first.get(tactic) ?? Infinity, Date.parse(firstAt ?? lastAt)))
    }
  }
  const tactics = [...first].sort((a, b) => a[1] - b[1]).map(([tactic]) => tactic)
  const ordered = isOrdered(first)
  const count = tactics.length
  const full = count < 2 || sources.size < 2 ? 0 : count === 2 ? 0.4 : count === 3 ? 0.7 : 1
  return { strength: ordered ? full : full * 0.6, tactics, ordered }
}

function isOrdered(first: ReadonlyMap<Tactic, number>): boolean {
  const begins = PHASES.map(phase => Math.min(...phase.map(tactic => first.get(tactic) ?? Infinity))).filter(Number.isFinite)
  return begins.every((at, n) => n === 0 || at >= begins[n - 1]! - SLACK)
}

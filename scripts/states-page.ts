// Writes docs/states.md from the tables of states: one diagram and one list of rows for each kind of ticket. Called by generate-docs.ts.
import { evidenceLabel as caseEvidence } from '../core/cases/move-case.js'
import { caseKinds } from '../core/cases/case.js'
import { guardLabel } from '../core/cases/case-guards.js'
import { caseTables } from '../core/cases/case-tables.js'
import { findingRules, findingStateLabel } from '../core/findings/finding-states.js'
import { roleLabel, type Role } from '../core/tenants/roles.js'
import { evidenceLabel } from '../core/tickets/move-ticket.js'
import { finalStates, incidentStateLabel, incidentTransitions } from '../core/tickets/incident-states.js'

interface Row {
  readonly rule: number
  readonly from: readonly string[]
  readonly to: string
  readonly action: string
  readonly who: readonly (Role | 'system')[]
  readonly needs: readonly string[]
}

export interface StatePage {
  readonly title: string
  readonly source: string
  readonly labels: Readonly<Record<string, string>>
  readonly first: string
  readonly final: readonly string[]
  readonly rows: readonly Row[]
}

export const statePages: readonly StatePage[] = [
  {
    title: 'Incident 安全事件',
    source: 'core/tickets/incident-states.ts',
    labels: incidentStateLabel,
    first: 'new',
    final: finalStates,
    rows: incidentTransitions.map(row => ({ ...row, needs: row.needs.map(need => evidenceLabel[need]) })),
  },
  {
    title: 'Finding 发现项',
    source: 'core/findings/finding-states.ts',
    labels: findingStateLabel,
    first: 'discovered',
    final: ['fixed', 'accepted_risk', 'false_positive', 'asset_offline'],
    rows: findingRules.map(row => ({ ...row, needs: [...(row.needsReason ? ['说明'] : []), ...(row.needsEnd ? ['到期时间'] : [])] })),
  },
  ...caseKinds.map(kind => {
    const { title, labels, first, final, rules } = caseTables[kind]
    const names = {
      exposure: 'Exposure',
      configuration_change: 'Configuration change',
      advisory: 'Advisory',
      service_order: 'Service order',
    }
    return {
      title: `${names[kind]} ${title}`,
      source: 'core/cases/',
      labels,
      first,
      final,
      rows: rules.map(row => ({
        ...row,
        needs: [...row.needs.map(need => caseEvidence[need]), ...(row.guard ? [guardLabel[row.guard]] : [])],
      })),
    }
  }),
]

export function statesLines(table: (head: readonly string[], rows: readonly (readonly string[])[]) => string[]): string[] {
  return [
    'What may follow what, who may, and on which evidence. Cards, typed commands and the API all come through the same mover, which asks these',
    'tables; every step is a row with who, when, by which door and on what. `system` stands for clocks, probes and executors.',
    '',
    ...statePages.flatMap(page => [
      `## ${page.title}`,
      '',
      `From \`${page.source}\`.`,
      '',
      '```mermaid',
      'stateDiagram-v2',
      ...Object.entries(page.labels).map(([state, words]) => `  ${state}: ${words}`),
      `  [*] --> ${page.first}`,
      ...edges(page),
      ...page.final.map(state => `  ${state} --> [*]`),
      '```',
      '',
      ...table(
        ['Row', 'From', 'To', 'What', 'Who', 'Needs'],
        joined(page.rows).map(row => [
          String(row.rule),
          row.from.map(state => page.labels[state]).join('、'),
          row.to.map(state => page.labels[state]).join('、'),
          row.action,
          row.who.map(role => (role === 'system' ? 'system' : roleLabel[role])).join('、'),
          row.needs.join('、') || '–',
        ]),
      ),
      '',
    ]),
  ]
}

function edges({ rows }: StatePage): string[] {
  return [...new Set(rows.flatMap(row => row.from.map(from => `  ${from} --> ${row.to}: ${row.action}`)))]
}

/** Rows of one number that differ only in where they lead are one line: waking leads back to any state. */
function joined(rows: readonly Row[]): (Omit<Row, 'to'> & { readonly to: readonly string[] })[] {
  const found = new Map<string, Omit<Row, 'to'> & { to: string[] }>()
  for (const { to, ...row } of rows) {
    const key = JSON.stringify(row)
    const known = found.get(key)
    if (known) known.to.push(to)
    else found.set(key, { ...row, to: [to] })
  }
  return [...found.values()]
}

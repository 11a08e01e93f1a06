// Finds a playbook by its number, by the type of an incident, or by what people call it; filled from content by app/compose.ts.
import { eventTypeLabel, type EventType } from '../threats/terms.js'
import { phaseLabel, type Playbook, type PlaybookStep } from '../ports/playbook.js'

export class PlaybookLibrary {
  constructor(private readonly playbooks: readonly Playbook[]) {}

  /** In the order of their numbers. */
  all(): readonly Playbook[] {
    return this.playbooks
  }

  get(id: string): Playbook | undefined {
    return this.playbooks.find(playbook => playbook.id === id.toUpperCase())
  }

  forEvent(type: EventType): Playbook | undefined {
    return this.playbooks.find(playbook => playbook.eventTypes.includes(type))
  }

  /** The one whose words the text has most of, by their length: a long word says more than a short one. */
  find(text: string): Playbook | undefined {
    const lower = text.toLowerCase().slice(0, 2_000)
    const number = /pb-\d{2}/.exec(lower)?.[0]
    if (number !== undefined) return this.get(number)
    let best: Playbook | undefined
    let most = 0
    for (const playbook of this.playbooks) {
      const names = new Set([...playbook.words, ...playbook.eventTypes.map(type => eventTypeLabel[type])].map(word => word.toLowerCase()))
      const score = [...names].reduce((sum, word) => sum + (lower.includes(word) ? word.length : 0), 0)
      if (score > most) [best, most] = [playbook, score]
    }
    return best
  }
}

/** The whole of it, as Markdown. */
export function playbookText(playbook: Playbook, steps: readonly PlaybookStep[] = playbook.steps, edition?: string): string {
  const sections = Object.entries(phaseLabel)
    .map(([phase, label]) => ({ label, own: steps.filter(step => step.phase === phase) }))
    .filter(({ own }) => own.length > 0)
  return [
    `# ${playbook.id} ${playbook.title}`,
    '',
    `第 ${playbook.version} 版${edition === undefined ? '' : `，本单位版 ${edition}`}　ATT&CK：${playbook.techniques.join('、') || '—'}`,
    '',
    `触发：${playbook.trigger}`,
    '',
    '## 先做三件事',
    '',
    ...playbook.first.map((line, index) => `${index + 1}. ${line}`),
    '',
    ...(playbook.questions.length > 0
      ? ['## 要问清的', '', ...playbook.questions.map(({ ask, choices }) => `- ${ask}（${choices.join('／')}）`), '']
      : []),
    ...sections.flatMap(({ label, own }) => [
      `## ${label}`,
      '',
      ...own.map(
        step => `- [ ] ${step.do}${step.evidence ? '（留证）' : ''}${step.needs === undefined ? '' : `（${needsLabel[step.needs]}）`}`,
      ),
      '',
    ]),
    ...(playbook.sources.length > 0 ? ['## 来源', '', ...playbook.sources.map(source => `- ${source}`)] : []),
  ].join('\n')
}

export const needsLabel: Readonly<Record<NonNullable<PlaybookStep['needs']>, string>> = {
  approver: '须客户授权人同意',
  senior_expert: '由高级专家决定',
  both: '须客户授权人与高级专家同意',
}

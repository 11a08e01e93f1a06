// Cards of a playbook's run: the next step for whoever works on it, a question for the customer, an edition for the expert. Pure.
import { phaseLabel } from '../../core/ports/playbook.js'
import type { PlaybookEdition, PlaybookRun, RunStep } from '../../core/playbooks/run.js'
import { card, clip, plain } from './format.js'
import type { CardWithCommands } from './incident-cards.js'

export function stepCard(run: PlaybookRun, steps: readonly RunStep[], step: RunStep): CardWithCommands {
  const open = steps.filter(one => one.state === 'open' && one.kind === 'step').length
  const total = steps.filter(one => one.kind === 'step').length
  const call = `步骤 ${run.subject} ${step.position}`
  const acts = step.action === 'block_ip' && step.disposal === null
  return {
    card: card({
      source: `预案 ${run.playbookId}`,
      title: `【${phaseLabel[step.phase]}】第 ${step.position} 步`,
      desc: `已办 ${total - open}/${total}`,
      text: step.words,
      facts: [
        ...(step.evidence === 1 ? [{ name: '证据', value: `先“取证”再完成` }] : []),
        ...(step.disposal === null ? [] : [{ name: '处置单', value: step.disposal }]),
        { name: '单号', value: run.subject },
      ],
      whole: [run.subject],
      buttons: [
        ...(acts ? [{ key: 'propose', text: '提出处置', style: 'danger' as const }] : []),
        { key: 'done', text: '完成', style: 'primary' },
        { key: 'skip', text: '跳过', style: 'plain' },
      ],
    }),
    commands: { ...(acts ? { propose: `${call} 处置` } : {}), done: `${call} 完成`, skip: `${call} 跳过` },
  }
}

export function questionCard(run: PlaybookRun, step: RunStep): CardWithCommands {
  const { subject } = run
  return {
    card: card({
      title: `【请回答】${step.words}`,
      desc: '点一下即可，也可以直接回复文字',
      facts: [{ name: '单号', value: subject }],
      whole: [subject],
      buttons: step.choices.map((choice, index) => ({
        key: `c${index}`,
        text: choice,
        style: index === 0 ? ('primary' as const) : ('plain' as const),
      })),
    }),
    commands: Object.fromEntries(step.choices.map((choice, index) => [`c${index}`, `回答 ${subject} ${step.position} ${choice}`])),
  }
}

const changeLabel = { added: '增加', 'left-out': '去掉', kept: '保留（跳过过）' } as const

export function editionCard(edition: PlaybookEdition, title: string, customer: string): CardWithCommands {
  const { number } = edition
  return {
    card: card({
      source: '预案修订',
      title: `【请审】${customer} ${title}`,
      desc: `${edition.changes.length} 处与通用版不同`,
      text: edition.changes.map(({ kind, step }) => `${changeLabel[kind]}：${step}`).join('；'),
      facts: [
        { name: '基于', value: `${edition.playbookId} 第 ${edition.baseVersion} 版` },
        { name: '单号', value: number },
      ],
      whole: [number],
      buttons: [
        { key: 'yes', text: '批准', style: 'primary' },
        { key: 'no', text: '驳回', style: 'plain' },
      ],
    }),
    commands: { yes: `批准预案 ${number}`, no: `驳回预案 ${number}` },
  }
}

/** The list of a run, at most twelve lines: what is open comes first. */
export function checklist(run: PlaybookRun, title: string, steps: readonly RunStep[], why: string | undefined): string {
  const mark = { open: '☐', done: '☑', skipped: '☒' } as const
  const first = steps.findIndex(step => step.state === 'open')
  const from = Math.max(0, first < 0 ? steps.length - 9 : first - 1)
  const shown = steps.slice(from, from + 9)
  const done = steps.filter(step => step.state !== 'open').length
  return [
    `**${run.subject} ${run.playbookId} ${plain(title, 40)}**（第 ${run.version} 版，已办 ${done}/${steps.length}）`,
    ...(why === undefined ? [] : [`参考：${plain(why, 100)}`]),
    ...shown.map(step => `${mark[step.state]} ${step.position}. 【${phaseLabel[step.phase]}】${plain(clip(step.words, 60), 60)}`),
    ...(from + shown.length < steps.length ? [`……还有 ${steps.length - from - shown.length} 步`] : []),
  ].join('\n')
}

// A playbook: what is done about one kind of incident, in which order, and what the customer is asked. Documents in content/playbooks;
// adapters/content reads them, playbook-library.ts finds them, playbook-service.ts runs them.
import { z } from 'zod'
import { eventTypes } from '../threats/terms.js'

/** In the order they are worked through (domain.md 12). */
export const phases = ['evidence', 'contain', 'confirm', 'eradicate', 'verify', 'harden', 'lessons'] as const
export type Phase = (typeof phases)[number]

export const phaseLabel: Readonly<Record<Phase | 'ask', string>> = {
  ask: '问',
  evidence: '取证',
  contain: '抑制',
  confirm: '客户确认',
  eradicate: '根除',
  verify: '复验',
  harden: '加固',
  lessons: '教训',
}

/** The catalogue of domain.md 11.2. */
export const actions = [
  'block_ip',
  'block_domain',
  'waf_rule',
  'rate_limit',
  'isolate_port',
  'isolate_host',
  'kill_process',
  'quarantine_file',
  'disable_account',
  'reset_password',
  'site_offline',
  'close_port',
  'patch',
  'rollback_config',
  'snapshot_evidence',
  'add_suppression',
] as const
export type PlaybookAction = (typeof actions)[number]

const Id = z.string().regex(/^[a-z][a-z0-9-]{1,39}$/, '应为小写字母、数字与短横')
const Words = z.string().trim().min(2).max(400)

export const PlaybookQuestion = z.strictObject({
  id: Id,
  ask: Words,
  /** Offered as buttons; a phone shows ten characters of each. */
  choices: z.array(z.string().trim().min(1).max(10)).min(2).max(5),
})
export type PlaybookQuestion = z.infer<typeof PlaybookQuestion>

export const PlaybookStep = z.strictObject({
  id: Id,
  phase: z.enum(phases),
  do: Words,
  /** What is asked of core/disposal for this step; never done here. */
  action: z.enum(actions).optional(),
  /** The step is only done when evidence was kept for it. */
  evidence: z.boolean().optional(),
  /** Who the step needs beside the analyst. */
  needs: z.enum(['approver', 'senior_expert', 'both']).optional(),
})
export type PlaybookStep = z.infer<typeof PlaybookStep>

export const Playbook = z
  .strictObject({
    id: z.string().regex(/^[A-Z]{2}-\d{2}$/, '应为 PB-01 这样的编号'),
    version: z.number().int().min(1).max(9_999),
    title: z.string().trim().min(2).max(60),
    techniques: z.array(z.string().regex(/^T\d{4}(?:\.\d{3})?$/)).max(10),
    trigger: Words,
    eventTypes: z.array(z.enum(eventTypes)).max(5),
    /** What people call it, for `怎么办` and `报障`. */
    words: z.array(z.string().trim().min(2).max(20)).min(1).max(30),
    /** Priority of what a customer reports with these words. */
    reportPriority: z.enum(['P1', 'P2']),
    /** What anybody can do at once, before we come. */
    first: z.array(Words).length(3),
    questions: z.array(PlaybookQuestion).max(5),
    steps: z.array(PlaybookStep).min(5).max(60),
    sources: z.array(z.string().max(300)).max(10),
  })
  .superRefine((playbook, context) => {
    const ids = [...playbook.questions, ...playbook.steps].map(({ id }) => id)
    const twice = ids.find((id, at) => ids.indexOf(id) !== at)
    if (twice !== undefined) context.addIssue({ code: 'custom', path: ['steps'], message: `步骤 ${twice} 出现两次` })
    for (const phase of ['contain', 'eradicate', 'verify'] as const)
      if (!playbook.steps.some(step => step.phase === phase))
        context.addIssue({ code: 'custom', path: ['steps'], message: `缺“${phaseLabel[phase]}”步骤` })
    const order = playbook.steps.map(({ phase }) => phases.indexOf(phase))
    if (order.some((at, index) => index > 0 && at < order[index - 1]!))
      context.addIssue({ code: 'custom', path: ['steps'], message: '步骤要按取证、抑制、确认、根除、复验、加固、教训的顺序' })
  })
export type Playbook = z.infer<typeof Playbook>

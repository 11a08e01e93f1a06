// The customer answered a question of a playbook: the ops room reads the answer.
import { plain } from '../cards/format.js'
import { definePush } from './push.js'

export const playbookAnswered = definePush({
  kind: 'playbook-answered',
  async say({ tx, tenantId, refs }) {
    const run = await tx.playbookRuns.get(tenantId, refs['runId'] ?? '')
    const step = run && (await tx.playbookSteps.first(tenantId, { runId: run.id, position: Number(refs['position'] ?? 0) }))
    if (!run || !step) return []
    const text = `**${run.subject}** ${plain(refs['by'] ?? '', 40)} 回答：${plain(step.words, 80)} → ${plain(step.note, 200)}`
    return [{ to: 'ops', subject: run.subject, message: { kind: 'markdown', text } }]
  },
})

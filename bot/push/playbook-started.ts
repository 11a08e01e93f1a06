// A playbook begins: the ops room gets the list with its reason and the next step, the customer the questions.
import { acrossTenantsRecommendation } from '../../core/playbooks/recommend.js'
import { stepsOf } from '../../core/playbooks/playbook-service.js'
import { checklist, questionCard, stepCard } from '../cards/playbook-cards.js'
import { definePush, type Said } from './push.js'

export const playbookStarted = definePush({
  kind: 'playbook-started',
  async say({ tx, tenantId, refs }) {
    const run = await tx.playbookRuns.get(tenantId, refs['runId'] ?? '')
    const incident = run && (await tx.incidents.get(tenantId, run.incidentId))
    if (!run || !incident) return []
    const subject = run.subject
    const steps = await stepsOf(tx, run)
    const why = await acrossTenantsRecommendation(tx, incident)
    const said: Said[] = [{ to: 'ops', subject, message: { kind: 'markdown', text: checklist(run, '开始执行', steps, why) } }]
    const next = steps.find(step => step.kind === 'step' && step.state === 'open')
    if (next) {
      const { card, commands } = stepCard(run, steps, next)
      said.push({ to: 'ops', subject, message: { kind: 'card', card }, commands })
    }
    for (const question of steps.filter(step => step.kind === 'question')) {
      const { card, commands } = questionCard(run, question)
      said.push({ to: 'butler', subject, message: { kind: 'card', card }, commands })
    }
    return said
  },
})

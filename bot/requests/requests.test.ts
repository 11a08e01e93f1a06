// Words for what people do by hand: passed on once, the customer manager is rung, the customer hears who answers.
import { describe, expect, it } from 'vitest'
import { openBotWorld } from '../../tests/support/bot-world.js'

describe('a request people carry out', () => {
  it('is passed on to the ops room, audited, and answered with who will reply', async () => {
    const world = await openBotWorld()

    const answer = await world.asks('chen', '@管家 重保 国庆期间怎么安排')
    const told = await world.announce()

    expect(answer).toContain('由人来办')
    expect(told.map(({ message }) => JSON.stringify(message)).join()).toContain('国庆期间怎么安排')
    const audit = await world.core.transactions.read(t => t.auditRecords.acrossTenantsFind({ action: 'request.passed-on' }))
    expect(audit).toMatchObject([{ subject: '重保' }])
  })

  it('escapes what the customer wrote', async () => {
    const world = await openBotWorld()

    await world.asks('chen', '@管家 服务 <@all> **点这里** [x](http://evil.example)')
    const told = await world.announce()

    expect(told.map(({ message }) => JSON.stringify(message)).join()).not.toMatch(/<@all>|\]\(http/)
  })
})

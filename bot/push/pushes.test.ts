// Everything that is said unasked, with the longest and the most hostile content: short enough for a group, about its number, and data stays data.
import { beforeAll, describe, expect, it } from 'vitest'
import type { DutyPlan } from '../../core/duty/rota.js'
import type { Tx } from '../../core/ports/transaction.js'
import { openBotWorld, textOf, type BotWorld } from '../../tests/support/bot-world.js'
import { pushes } from './index.js'
import type { Push, Said } from './push.js'

const EVIL = '[点我](http://evil)<@all>{who}\u202E\u0000\n# **粗** `code`'
const LONG = `${EVIL}${'很长的文字'.repeat(4000)}`

let w: BotWorld
let refs: Record<string, string>
beforeAll(async () => {
  w = await openBotWorld()
  const { incident, ticket } = await w.incident({ attackers: ['203.0.113.7'], state: 'triaging' })
  const disposal = await w.requested('203.0.113.7')
  const report = await w.core.reports.daily(w.uni, '2026-11-23')
  await w.says('li', '状态')
  const [delivery] = await w.deliveries()
  await w.transactions.run(async tx => {
    const verdict = { ...incident.judgement, reasons: [LONG, LONG, LONG], effect: LONG, advice: LONG }
    const set = {
      title: LONG.slice(0, 500),
      victim: { host: LONG, ip: '10.20.1.5' },
      conclusion: LONG,
      judgement: verdict,
      hits: 1_000_000,
    }
    await tx.incidents.update(w.uni.id, { id: incident.id }, { ...set, firstReportedAt: tx.at, reportedHits: 1 })
    await tx.tickets.update(w.uni.id, { id: ticket.id }, { state: 'new', priority: 'P1' })
    await tx.disposals.update(
      w.uni.id,
      { id: disposal.id },
      { reason: LONG, error: LONG, releaseWanted: LONG, effect: { earlierBlocks: 0, lines: [LONG, LONG, LONG] }, decidedBy: 'li' },
    )
    for (const userId of ['li', 'chen']) await tx.people.update(w.uni.id, { userId }, { name: LONG.slice(0, 100) })
    await tx.people.update('platform', { userId: 'zhang' }, { name: LONG.slice(0, 100) })
    await tx.devices.update(w.uni.id, { id: w.device.id }, { name: LONG.slice(0, 200) })
    await tx.tenants.update(w.uni.id, { id: w.uni.id }, { name: LONG.slice(0, 200) })
    await tx.groups.update(w.uni.id, { id: w.group.id }, { name: LONG.slice(0, 200) })
    await tx.reports.update(w.uni.id, { id: report.id }, { markdown: hostileReport() })
    const alert = {
      id: tx.id(),
      tenantId: w.uni.id,
      number: 'AL-uni-261124-001',
      incidentId: incident.id,
      mergeKey: 'k',
      modelId: 'sigma-rule',
      ruleId: 'r',
      eventType: 'brute_force',
      severity: 'high',
      attackResult: 'failed',
      title: LONG.slice(0, 500),
      reason: LONG,
      attack: [],
      count: 1,
      firstAt: tx.at,
      lastAt: tx.at,
      createdAt: tx.at,
      strength: 1,
      author: LONG.slice(0, 200),
      references: [],
      evidence: [],
      applied: {},
      fingerprint: null,
      resolvedAt: tx.at,
      stories: null,
    } as const
    await tx.alerts.insert(alert)
    const file = {
      id: `${report.id}:pdf`,
      tenantId: w.uni.id,
      reportId: report.id,
      format: 'pdf',
      room: null,
      base64: 'AAAA',
      attempts: 0,
      createdAt: tx.at,
    } as const
    await tx.reportFiles.insert(file)
    const receipt = {
      ...{ probes: 1_000_000, peakPerSecond: 50, control: LONG, before: 1, during: 2, after: null, slowed: 3, stoppedForImpact: true },
      ...{ hostsSeen: 254, hostsSilent: 2, newHosts: Array.from({ length: 300 }, () => LONG), findings: 9, weakAccounts: 2 },
      ...{ skipped: Array.from({ length: 40 }, () => ({ why: LONG, hosts: 3 })), engines: [LONG] },
    }
    await tx.patrolRuns.insert({
      ...{ id: 'patrol-1', tenantId: w.uni.id, number: 'PT-uni-261124-001', kind: 'discovery', targets: [LONG], letter: LONG },
      ...{ requestedBy: LONG, state: 'void', startAt: tx.at, startedAt: tx.at, finishedAt: tx.at, receipt, slicesDone: 1 },
      plan: { hosts: 256, excluded: 1, slices: 8, seconds: 60, fits: 200, neverCovered: 56, oldestCovered: null },
      ...{ stopWantedBy: LONG, stopWantedAt: tx.at, claimedBy: null, claimedUntil: null, why: LONG, createdAt: tx.at },
    })
  })
  const found = await hostileFindings()
  const change = await w.core.configurationChanges.detected(w.uni.id, {
    host: '10.20.1.5',
    title: LONG.slice(0, 200),
    lines: [LONG.slice(0, 2000), LONG.slice(0, 2000)],
    severity: 'high',
    identity: 'x',
  })
  const { run } = (await w.core.playbooks.start(w.actor('zhang'), w.uni.id, incident.number))!
  await w.transactions.run(async tx => {
    await tx.playbookSteps.update(w.uni.id, { runId: run.id, position: 1 }, { note: LONG })
    await tx.playbookEditions.insert({
      ...{ id: 'edition-1', tenantId: w.uni.id, number: 'PE-uni-261124-001', playbookId: 'PB-04', baseVersion: 1, runId: run.id },
      ...{ state: 'proposed', steps: [], proposedAt: tx.at, decidedBy: null, decidedAt: null },
      changes: Array.from({ length: 20 }, () => ({ kind: 'added', step: LONG.slice(0, 400), why: LONG.slice(0, 400) }) as const),
    })
    await tx.dutyRotas.insert({ id: 'rota', tenantId: 'platform', plan: aroundTheClock })
    await tx.escalations.insert({
      id: `${ticket.id}:1`,
      tenantId: w.uni.id,
      ticketId: ticket.id,
      subject: incident.number,
      state: 'requested',
      reason: 'customer',
      words: LONG,
      requestedBy: 'li',
      requestedAt: tx.at,
      startsAt: tx.at,
      expert: 'wang',
      acceptedBy: null,
      acceptedAt: null,
      endedAt: null,
      outcome: null,
    })
    await tx.regulatoryCases.insert({
      id: ticket.id,
      tenantId: w.uni.id,
      incidentId: incident.id,
      subject: incident.number,
      state: 'filed',
      grade: 3,
      why: [LONG, LONG],
      facts: {},
      filedBy: 'zhang',
      reviewedBy: null,
      decidedBy: null,
      decision: null,
      startedAt: tx.at,
      dueAt: tx.at,
      createdAt: tx.at,
    })
  })
  refs = {
    ...found,
    patrolId: 'patrol-1',
    caseId: change.id,
    to: 'reviewing',
    runId: run.id,
    position: '1',
    editionId: 'edition-1',
    incidentId: incident.id,
    ticketId: ticket.id,
    escalationId: `${ticket.id}:1`,
    state: 'accepted',
    words: LONG,
    text: LONG,
    target: '203.0.113.7',
    what: 'orphaned',
    subjects: LONG,
    newOwner: 'zhang',
    from: '2026-11-23T16:00:00.000Z',
    year: '2099',
    dueAt: '2026-11-24T01:00:00.000Z',
    metric: 'verdict',
    disposalId: disposal.id,
    reportId: report.id,
    fileId: `${report.id}:pdf`,
    room: 'butler',
    deliveryId: delivery?.id ?? '',
    groupId: w.group.id,
    robot: LONG,
    by: LONG,
    reason: LONG,
    lesson: LONG,
    comment: LONG,
    chatId: LONG,
    userId: LONG,
    lines: `${EVIL}\n`.repeat(500),
    code: 'CHAT_REFUSED',
    detail: LONG,
    count: '12',
    oldest: '2026-11-24T01:00:00.000Z',
  }
})

/** A machine in every state and a weak password with everything that can be said of it. */
async function hostileFindings(): Promise<Record<string, string>> {
  const { register, imports, assets, findings, retests } = w.core
  const at = new Date(w.clock.now()).toISOString()
  const machine = (address: string) => ({
    address,
    mac: null,
    hostKey: null,
    certificate: null,
    hostName: LONG,
    seenAt: at,
    services: [{ port: 6379, protocol: 'tcp' as const, name: LONG, product: LONG, version: LONG, banner: LONG, cpe: [] }],
  })
  const seen = [1, 2, 3, 4].map(n => machine(`10.20.9.${n}`))
  const { assetIds } = await register.see({ tenantId: w.uni.id, run: 'r', seen, silent: [] }, { from: LONG, by: 'system' })
  const [asset = '', shadow = '', lost = ''] = assetIds.map(id => id ?? '')
  await assets.mark(
    w.actor('zhou'),
    w.uni.id,
    { ip: '10.20.9.1' },
    { cia: { c: 5 }, business: LONG.slice(0, 100), place: LONG.slice(0, 200) },
  )
  await imports.import(
    {
      name: 'a.json',
      size: undefined,
      open: () =>
        (async function* () {
          yield Buffer.from(
            JSON.stringify({
              findings: [1, 4].map(n => ({
                title: `弱口令 ${LONG.slice(0, 200)}${n}`,
                severity: 'High',
                description: LONG,
                steps_to_reproduce: LONG,
                endpoints: [`tcp://10.20.9.${n}:22`],
              })),
            }),
          )
        })(),
    },
    { tenantId: w.uni.id, by: 'cli' },
  )
  const { rows } = await findings.list(w.uni.id, {}, 5)
  const { finding, row } = rows.find(item => item.finding.host === '10.20.9.1')!
  await w.transactions.run(async tx => {
    await tx.assets.update(w.uni.id, { id: shadow }, { status: 'shadow' })
    await tx.assets.update(w.uni.id, { id: lost }, { status: 'lost' })
    await tx.findings.update(w.uni.id, {}, { kind: 'weak_credential' })
  })
  await findings.extend(w.actor('zhou'), w.uni.id, { number: row.number }, '2026-12-24T00:00:00.000Z', LONG)
  const { retest } = await findings.reportFixed(w.actor('zhou'), w.uni.id, { number: row.number })
  const coverage = { host: finding.host, port: finding.port, protocol: finding.protocol, check: finding.checkKey }
  const answer = { engine: finding.engine, version: LONG, evidence: LONG, ranAt: null, run: LONG }
  await retests.answer(w.uni.id, retest.id, { ...answer, outcome: 'undecided', coverage: null })
  await retests.answer(w.uni.id, retest.id, { ...answer, outcome: 'not-found', coverage })
  const other = rows.find(item => item.finding.id !== finding.id)!
  await findings.extend(w.actor('li'), w.uni.id, { number: other.row.number }, '2026-12-24T00:00:00.000Z', LONG)
  return w.transactions.run(async tx => {
    const certificate = await tx.certificates.first(w.uni.id, {})
    // Dispatched, one overdue and one due soon.
    for (const { finding: item, row: work } of rows) {
      const due = item.id === finding.id ? '2026-11-01T00:00:00.000Z' : '2026-11-24T03:00:00.000Z'
      await tx.findings.update(w.uni.id, { id: item.id }, { state: 'dispatched', dueAt: due })
      await tx.findingCases.update(w.uni.id, { id: work.id }, { dispatchedAt: tx.at, owner: 'chen' })
    }
    return {
      findingId: finding.id,
      decidedId: other.finding.id,
      assetId: asset,
      retestId: retest.id,
      certificateId: certificate?.id ?? '',
      since: '2026-11-01T00:00:00.000Z',
      until: '2026-12-01T00:00:00.000Z',
      owner: 'chen',
    }
  })
}

const turn = { people: ['zhang'], turnDays: 1 }
const aroundTheClock: DutyPlan = {
  anchor: '2026-11-01',
  shifts: [{ ...turn, name: '全天', from: '00:00', to: '00:00', days: 'every' }],
  experts: { people: ['wang'], turnDays: 7 },
  swaps: [],
  away: [],
  holidays: {},
}

/** What must be so before it is said. */
const prepared: Readonly<Record<string, (tx: Tx) => Promise<unknown>>> = {
  'customer-chased': tx => tx.tickets.update(w.uni.id, { id: refs['ticketId']! }, { state: 'awaiting_customer' }),
  'signature-missing': tx => tx.disposals.update(w.uni.id, { id: refs['disposalId']! }, { signatures: [] }),
}

function hostileReport(): string {
  const sections = Array.from({ length: 9 }, (_, n) => `## ${n}、${'标题'.repeat(40)}\n\n${`- ${'很长的一条'.repeat(60)}\n`.repeat(5)}`)
  return `# 日报\n\n${sections.join('\n')}`
}

/** The one finding still waits for an answer to its extension, the other has one. */
const refsOf = ({ kind }: Push): Record<string, string> =>
  kind === 'extension-decided' ? { ...refs, findingId: refs['decidedId'] ?? '' } : refs

/** What it says, and nothing of it kept. */
async function said(push: Push, given = refsOf(push), prepare?: (tx: Tx) => Promise<unknown>): Promise<readonly Said[]> {
  let result: readonly Said[] = []
  const undo = new Error('rolled back')
  await w.transactions
    .run(async tx => {
      await prepared[push.kind]?.(tx)
      await prepare?.(tx)
      result = await push.say({ tx, tenantId: w.uni.id, refs: given })
      throw undo
    })
    .catch((error: unknown) => {
      if (error !== undo) throw error
    })
  return result
}

const length = (text: string) => [...text].length
const shown = (item: Said) => textOf({ message: item.message } as Parameters<typeof textOf>[0])

describe.each(pushes.map(push => [push.kind, push] as const))('%s', (kind, push) => {
  it('says something, to somebody', async () => {
    const items = await said(push)

    expect(items.length).toBeGreaterThan(0)
    for (const item of items) expect(['butler', 'ops', 'expert', 'war', 'people']).toContain(item.to)
  })

  it('has at most twelve lines and what a group takes in bytes', async () => {
    for (const item of await said(push)) {
      if (item.message.kind === 'file') continue
      expect(shown(item).split('\n').length).toBeLessThanOrEqual(12)
      expect(Buffer.byteLength(shown(item))).toBeLessThanOrEqual(4096)
      if (item.mention) expect(Buffer.byteLength(item.mention.text)).toBeLessThanOrEqual(2048)
    }
  })

  it('keeps outside text from acting in Markdown', async () => {
    for (const item of await said(push)) {
      if (item.message.kind !== 'markdown' || kind === 'daily-report-ready') continue
      expect(item.message.text).not.toMatch(/(?<!\\)[[\]<>]|(?<!\\)\]\(|^#/m)
      expect(item.message.text).not.toMatch(/[\u202a-\u202e\u2066-\u2069\u0000]/)
      expect(item.message.text).not.toContain('undefined')
    }
  })

  it('has a card within what a phone shows, whose every button means something', async () => {
    for (const item of await said(push)) {
      if (item.message.kind !== 'card') continue
      const { card } = item.message
      expect([length(card.title) <= 26, length(card.desc ?? '') <= 30, length(card.text ?? '') <= 112, card.facts.length <= 6]).toEqual([
        true,
        true,
        true,
        true,
      ])
      for (const button of card.buttons) expect(item.commands?.[button.key]).toBeTypeOf('string')
    }
  })

  it('names what it is about, and begins a line of text with it', async () => {
    for (const item of await said(push)) {
      if (!/^(?:IN|DP|FD)-/.test(item.subject)) continue
      expect(shown(item)).toContain(item.subject)
      if (item.message.kind === 'markdown' && kind !== 'delivery-failed')
        expect(item.message.text.startsWith(`**${item.subject}`)).toBe(true)
    }
  })
})

describe('what is not said', () => {
  const push = (kind: string) => pushes.find(item => item.kind === kind)!

  it('a first report of what was excluded meanwhile', async () => {
    const excluded = (tx: Tx) => tx.tickets.update(w.uni.id, { subjectId: refs['incidentId'] ?? '' }, { state: 'false_positive' })

    expect(await said(push('alert-raised'), refs, excluded)).toEqual([])
    expect(await said(push('alert-grown'), refs, excluded)).toEqual([])
  })

  it('growth of what was never reported, or did not grow', async () => {
    const change = (set: object) => (tx: Tx) => tx.incidents.update(w.uni.id, { id: refs['incidentId'] ?? '' }, set)

    expect(await said(push('alert-grown'), refs, change({ firstReportedAt: null }))).toEqual([])
    expect(await said(push('alert-grown'), refs, change({ reportedHits: 1_000_000 }))).toEqual([])
  })

  it('a call for somebody to take what is taken', async () => {
    const taken = (tx: Tx) => tx.tickets.update(w.uni.id, { subjectId: refs['incidentId'] ?? '' }, { state: 'triaging' })

    expect(await said(push('triage-needed'), refs, taken)).toEqual([])
  })

  it('a request for leave that was answered', async () => {
    const answered = (tx: Tx) => tx.disposals.update(w.uni.id, { id: refs['disposalId'] ?? '' }, { state: 'approved' })

    expect(await said(push('approval-requested'), refs, answered)).toEqual([])
  })
})

describe('who is rung', () => {
  const push = (kind: string) => pushes.find(item => item.kind === kind)!

  it('the approver for leave, one person only, with both ways to answer', async () => {
    const [item] = await said(push('approval-requested'))

    expect(item?.mention?.userIds).toEqual(['li'])
    expect(item?.mention?.text).toMatch(
      /^DP-uni-261124-001 需要您确认：封禁 203\.0\.113\.7。回复“同意 DP-uni-261124-001”，有卡片的也可以点按钮$/,
    )
    expect(item?.expiresAt).toBeDefined()
  })

  it('somebody for a grave first report, nobody for a light one', async () => {
    const light = (tx: Tx) => tx.tickets.update(w.uni.id, { subjectId: refs['incidentId'] ?? '' }, { priority: 'P3' })

    expect((await said(push('alert-raised')))[0]?.mention?.userIds).toHaveLength(1)
    expect((await said(push('alert-raised'), refs, light))[0]?.mention).toBeUndefined()
  })
})

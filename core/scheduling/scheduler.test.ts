import { beforeEach, describe, expect, it } from 'vitest'
import { openWorld, type World } from '../../tests/support/memory-world.js'
import type { Archive } from '../ports/archive.js'
import { silentLogger } from '../ports/logger.js'
import { ReportReview } from '../reports/report-review.js'
import { ReportService } from '../reports/report-service.js'
import { ScoreService } from '../scores/score-service.js'
import { Directory } from '../tenants/directory.js'
import { memoryFiles } from '../../tests/support/memory-files.js'
import { PatrolService } from '../patrol/patrol-service.js'
import { fakeScanEngines } from '../../tests/support/fake-scan-engines.js'
import { UploadService } from '../uploads/upload-service.js'
import { TicketService } from '../tickets/ticket-service.js'
import { defineJob, type ScheduledJob } from './job.js'
import { cleanUp } from './jobs/clean-up.js'
import { endObservations } from './jobs/end-observations.js'
import { sendDailyReport } from './jobs/send-daily-report.js'
import { Leases } from './leases.js'
import { DutyDesk } from '../duty/duty-desk.js'
import { SimilarIncidents } from '../threats/similar-incidents.js'
import { Scheduler } from './scheduler.js'

let world: World
/** `job tenant` of every run. */
let ran: string[]
let fails: (job: string, tenantCode: string) => boolean
beforeEach(async () => {
  world = await openWorld()
  ran = []
  fails = () => false
})

function noting(id: string, when: ScheduledJob['when']): ScheduledJob {
  return defineJob({
    id,
    when,
    timeoutSeconds: 5,
    async run({ tenant }) {
      ran.push(`${id} ${tenant.code}`)
      if (fails(id, tenant.code)) throw new Error('no')
    },
  })
}
function scheduler(owner: string, ...jobs: ScheduledJob[]): Scheduler {
  const reports = new ReportService({ transactions: world.transactions, clock: world.clock })
  return new Scheduler({
    jobs,
    transactions: world.transactions,
    archive: {} as Archive,
    reports,
    reportReview: new ReportReview({ transactions: world.transactions, reports }),
    scores: new ScoreService({ transactions: world.transactions, clock: world.clock }),
    tickets: new TicketService(world.transactions),
    uploads: new UploadService({ transactions: world.transactions, files: memoryFiles(), clock: world.clock }),
    patrols: new PatrolService({ transactions: world.transactions, clock: world.clock, engines: fakeScanEngines() }),
    duty: new DutyDesk(world.transactions),
    similar: new SimilarIncidents({ transactions: world.transactions, clock: world.clock }),
    leases: new Leases({ transactions: world.transactions, clock: world.clock, owner }),
    directory: new Directory(world.transactions),
    clock: world.clock,
    logger: silentLogger,
    owner,
  })
}
const daily = noting.bind(undefined, 'morning', { dailyAt: '08:30' })

describe('a daily job', () => {
  it('runs at its time in the customer’s zone, once a day', async () => {
    const one = scheduler('a', daily())
    world.clock.set('2026-11-24T00:29:59.999Z')
    await one.tick()
    expect(ran).toEqual([])

    world.clock.set('2026-11-24T00:30:00.000Z')
    for (let i = 0; i < 5; i++) await one.tick()
    expect(ran).toEqual(['morning hos', 'morning uni'])
    world.clock.set('2026-11-24T23:00:00.000Z')
    await one.tick()
    expect(ran).toHaveLength(2)
    world.clock.set('2026-11-25T00:30:00.000Z')
    await one.tick()

    expect(ran).toHaveLength(4)
  })

  it('runs by each customer’s own clock', async () => {
    await world.change(world.hos, { timeZone: 'America/New_York' })
    const one = scheduler('a', daily())

    world.clock.set('2026-11-24T00:30:00.000Z')
    await one.tick()
    // In New York it is still the evening of the 23rd, after 08:30: that day's run was missed and is made up for.
    expect(ran).toEqual(['morning hos', 'morning uni'])
    world.clock.set('2026-11-24T13:29:00.000Z')
    await one.tick()
    expect(ran).toHaveLength(2)
    world.clock.set('2026-11-24T13:30:00.000Z')
    await one.tick()

    expect(ran.slice(2)).toEqual(['morning hos'])
    const runs = await world.transactions.read(t => t.jobRuns.acrossTenantsFind({}, { order: { id: 'asc' } }))
    expect(runs.map(row => row.id)).toEqual([
      'morning:tenant-hos:2026-11-23',
      'morning:tenant-hos:2026-11-24',
      'morning:tenant-uni:2026-11-24',
    ])
  })

  it('that was missed is made up for later the same day, and not on the next', async () => {
    const one = scheduler('a', daily())
    world.clock.set('2026-11-24T15:59:00.000Z')

    await one.tick()
    expect(ran).toHaveLength(2)
    world.clock.set('2026-11-24T16:00:00.000Z')
    await one.tick()

    expect(ran).toHaveLength(2)
  })

  it('is not repeated by the scheduler that follows', async () => {
    world.clock.set('2026-11-24T01:00:00.000Z')
    const [a, b] = [scheduler('a', daily()), scheduler('b', daily())]

    expect([await a.tick(), await b.tick()]).toEqual([true, false])
    world.clock.turn(11)
    expect(await b.tick()).toBe(true)
    world.clock.turn(300)
    await b.tick()

    expect(ran).toEqual(['morning hos', 'morning uni'])
  })

  it('that fails is tried again after 120 seconds, and stops neither the next customer nor the next job', async () => {
    const one = scheduler('a', daily(), noting('noon', { dailyAt: '08:30' }))
    world.clock.set('2026-11-24T01:00:00.000Z')
    fails = (job, code) => job === 'morning' && code === 'hos'

    await one.tick()
    expect(ran).toEqual(['morning hos', 'morning uni', 'noon hos', 'noon uni'])
    world.clock.turn(120)
    await one.tick()
    expect(ran).toHaveLength(4)
    world.clock.turn(1)
    await one.tick()
    expect(ran.slice(4)).toEqual(['morning hos'])
    fails = () => false
    world.clock.turn(121)
    await one.tick()
    world.clock.turn(121)
    await one.tick()

    expect(ran.slice(5)).toEqual(['morning hos'])
    expect(await world.transactions.read(t => t.jobRuns.get(world.hos.id, 'morning:tenant-hos:2026-11-24'))).toMatchObject({
      error: null,
      finishedAt: expect.any(String) as string,
    })
  })

  it('says in its row why it failed', async () => {
    world.clock.set('2026-11-24T01:00:00.000Z')
    fails = () => true

    await scheduler('a', daily()).tick()

    expect(await world.transactions.read(t => t.jobRuns.get(world.uni.id, 'morning:tenant-uni:2026-11-24'))).toMatchObject({
      error: 'no',
      finishedAt: null,
      owner: 'a',
    })
  })

  it('whose scheduler died in the middle is begun again by the next one after two minutes', async () => {
    world.clock.set('2026-11-24T01:00:00.000Z')
    const stuck = defineJob({
      id: 'morning',
      when: { dailyAt: '08:30' },
      timeoutSeconds: 3600,
      run: () => new Promise<void>(() => undefined),
    })
    void scheduler('a', stuck).tick()
    const row = () => world.transactions.read(t => t.jobRuns.get(world.hos.id, 'morning:tenant-hos:2026-11-24'))
    while ((await row()) === undefined) await new Promise<void>(resolve => setImmediate(resolve))
    const b = scheduler('b', daily())

    world.clock.turn(60)
    await b.tick()
    expect(ran).toEqual(['morning uni'])
    world.clock.turn(61)
    await b.tick()

    expect(ran).toEqual(['morning uni', 'morning hos'])
  })

  it('of a customer whose zone is unreadable does not stop the others', async () => {
    await world.change(world.hos, { timeZone: 'Mars/Olympus' })
    world.clock.set('2026-11-24T01:00:00.000Z')

    await scheduler('a', daily(), noting('noon', { dailyAt: '08:30' })).tick()

    expect(ran).toEqual(['morning uni', 'noon uni'])
  })
})

describe('a job of every few seconds', () => {
  it('runs in its rhythm, whatever fails', async () => {
    const one = scheduler('a', noting('often', { everySeconds: 2 }))
    fails = (_, code) => code === 'hos'

    for (let i = 0; i < 4; i++) {
      await one.tick()
      world.clock.turn(1)
    }

    expect(ran).toEqual(['often hos', 'often uni', 'often hos', 'often uni'])
  })

  it('is free for another process as soon as the scheduler stops', async () => {
    const [a, b] = [scheduler('a', noting('often', { everySeconds: 2 })), scheduler('b', noting('often', { everySeconds: 2 }))]
    await a.tick()
    expect(await b.tick()).toBe(false)

    await a.stop()

    expect(await b.tick()).toBe(true)
  })
})

describe('the jobs that ship', () => {
  it('send yesterday’s report in the morning, once, also when two schedulers take turns', async () => {
    world.clock.set('2026-11-25T00:30:00.000Z')
    const [a, b] = [scheduler('a', sendDailyReport), scheduler('b', sendDailyReport)]
    await a.tick()
    await a.stop()
    await b.tick()

    const told = await world.announcements('daily-report-ready')
    expect(told.map(row => row.key).sort()).toEqual(['daily:tenant-hos:2026-11-24', 'daily:tenant-uni:2026-11-24'])
    expect(await world.transactions.read(t => t.reports.find(world.uni.id, {}))).toMatchObject([
      { period: '2026-11-24', number: 'RP-uni-261125-001' },
    ])
  })

  it('have no report for a customer of this morning', async () => {
    await world.change(world.hos, { createdAt: '2026-11-24T16:00:00.000Z' })
    world.clock.set('2026-11-25T00:30:00.000Z')

    await scheduler('a', sendDailyReport).tick()

    expect((await world.announcements('daily-report-ready')).map(row => row.tenantId)).toEqual([world.uni.id])
  })

  it('end what was observed long enough', async () => {
    const over = await world.incident({ state: 'observing', ticket: { observeUntil: '2026-11-24T02:00:00.000Z' } })
    const going = await world.incident({ state: 'observing', ticket: { observeUntil: '2026-11-24T02:00:00.001Z' } })

    await scheduler('a', endObservations).tick()

    expect((await world.ticketOf(over.incident)).state).toBe('reviewing')
    expect((await world.ticketOf(going.incident)).state).toBe('observing')
  })

  it('clean up what was said a month ago, for the staff’s rows as well, and nothing else', async () => {
    await world.transactions.run(async tx => {
      for (const [id, tenantId, state] of [
        ['i1', world.uni.id, 'done'],
        ['i2', 'platform', 'done'],
        ['i3', world.uni.id, 'received'],
      ] as const)
        await tx.inbound.insert({ id, tenantId, kind: 'message', payload: {}, state, at: '2026-10-20T00:00:00.000Z' })
      await tx.inbound.insert({
        id: 'i4',
        tenantId: world.uni.id,
        kind: 'message',
        payload: {},
        state: 'done',
        at: '2026-10-26T00:00:00.000Z',
      })
    })
    world.clock.set('2026-11-24T19:40:00.000Z')

    await scheduler('a', cleanUp).tick()

    const left = await world.transactions.read(t => t.inbound.acrossTenantsFind({}, { order: { id: 'asc' } }))
    expect(left.map(row => row.id)).toEqual(['i3', 'i4'])
  })
})

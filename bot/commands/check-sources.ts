// `接入检查`: does every log source speak, and is it understood?
import { z } from 'zod'
import type { SourceState } from '../../core/events/health/source-check.js'
import { clock, plain } from '../cards/format.js'
import { defineCommand, say } from '../runtime/command.js'

/** A message in a group has twelve lines at most. */
const MOST = 9

export const checkSources = defineCommand({
  name: '接入检查',
  aliases: ['日志源', '数据源', 'sources'],
  says: [/(?:日志源?|数据源?|接入).{0,8}(?:正常|检查|断了|有没有断|状态|情况)/],
  capability: 'see-overview',
  risk: 'read',
  help: { group: '概览', summary: '各日志源是否在发、能否识别、时钟是否准', examples: ['接入检查'] },
  args: z.object({}),
  async run({ tenant, core }) {
    const states = await core.sources.states(tenant.id)
    if (states.length === 0) return say('还没有声明日志源。')
    const bad = states.filter(isBad).length
    const head = bad === 0 ? `**接入检查** ${states.length} 个日志源都正常` : `**接入检查** ${states.length} 个日志源，${bad} 个异常`
    return say([head, ...lines(states, tenant.timeZone)].join('\n'))
  },
  async runAcross({ core }) {
    const tenants = await core.directory.acrossTenantsList()
    const all = await Promise.all(tenants.map(async tenant => ({ tenant, states: await core.sources.states(tenant.id) })))
    const bad = all.filter(({ states }) => states.some(isBad))
    if (bad.length === 0) return say(`**接入检查** ${all.length} 家单位的日志源都正常`)
    const rows = bad.slice(0, MOST).map(({ tenant, states }) => {
      const names = states.filter(isBad).map(state => `${plain(state.name, 24)}${word(state)}`)
      return `· ${plain(tenant.name, 20)}（${tenant.code}）${names.slice(0, 4).join('、')}${names.length > 4 ? ` 等 ${names.length} 个` : ''}`
    })
    return say(
      [`**接入检查** ${bad.length} 家单位有异常`, ...rows, ...(bad.length > MOST ? [`……另有 ${bad.length - MOST} 家`] : [])].join('\n'),
    )
  },
})

function lines(states: readonly SourceState[], zone: string): string[] {
  // What is wrong comes first; the healthy ones may be left to the last line.
  const sorted = [...states].sort((a, b) => Number(isBad(b)) - Number(isBad(a)))
  const left = sorted.length - MOST
  const rows = sorted.slice(0, MOST).map(state => {
    const last = state.lastEventAt === null ? '' : `，最近 ${clock(state.lastEventAt, zone)}`
    const unknown = state.unknownPercent === undefined || state.unknownPercent === 0 ? '' : `，未识别 ${state.unknownPercent}%`
    const skew = state.problems.includes('skewed') ? `（${Math.round((state.skewSeconds ?? 0) / 60)} 分钟）` : ''
    const lost = state.dropped > 0 ? `，累计丢失 ${state.dropped} 条` : ''
    return `· ${plain(state.name, 40)}（${state.type}）${word(state)}${skew}${last}${unknown}${lost}`
  })
  return left > 0 ? [...rows, `……另有 ${left} 个正常的未列出`] : rows
}

function isBad(state: SourceState): boolean {
  return state.problems.length > 0
}

const WORDS = { silent: '静默', unparsed: '大量无法识别', skewed: '时钟偏差' } as const

function word(state: SourceState): string {
  if (state.problems.length > 0) return state.problems.map(problem => WORDS[problem]).join('、')
  return state.lastEventAt === null ? '从未收到' : '正常'
}

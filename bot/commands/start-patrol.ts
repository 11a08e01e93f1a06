// `巡检`: staff order a patrol within the letters; what a customer asks for goes to the customer manager. What may be scanned is decided in core.
import { z } from 'zod'
import { kindLabel, type PatrolKind } from '../../core/patrol/scope.js'
import type { PatrolRun } from '../../core/patrol/patrol.js'
import { passOn } from '../../core/requests/pass-on.js'
import { daySpan } from '../../core/tenants/local-time.js'
import { may } from '../../core/tenants/roles.js'
import { instant } from '../../core/ports/clock.js'
import { clock, duration, plain } from '../cards/format.js'
import { defineCommand, say } from '../runtime/command.js'

const HOUR = 3_600_000
/** A day that is named means its night: scans belong there. */
const NIGHT = 22 * HOUR

const kinds: readonly (readonly [RegExp, PatrolKind])[] = [
  [/弱口令|弱密码|口令|密码/, 'weak_password'],
  [/资产|测绘|存活|端口|摸排|主机发现/, 'discovery'],
  [/漏洞|未授权|安全扫描|体检|扫|检查|巡检/, 'vulnerability'],
]
const EVERYTHING = /全部|全网|所有|整个|授权范围|全范围|全量/

export const startPatrol = defineCommand({
  name: '巡检',
  aliases: ['扫描', 'scan'],
  calledWith: after => !/^(?:进度|到|完|状态|什么|影响|类|器|结果|报告|记录|频率|引擎|任务)/.test(after),
  says: [/(?:扫描?|巡检|测绘)(?:一下|一遍|一次)?\s*(?=\d{1,3}\.\d{1,3}\.\d)/],
  capability: 'report-incident',
  risk: 'needs-approval',
  keepsSentence: true,
  help: {
    group: '巡检',
    summary: '在授权书范围内安排一次巡检：资产、漏洞或弱口令；写了哪天就在当晚 22 点后',
    examples: ['巡检 漏洞 10.20.0.0/24', '巡检 资产 全部', '巡检 弱口令 10.20.3.0/24'],
  },
  args: z.object({ targets: z.string().max(4000).optional(), day: z.string().optional(), text: z.string().max(2000).optional() }),
  async run({ args, actor, tenant, core, now }) {
    const text = args.text ?? ''
    if (!may(actor.role, 'order-patrol')) {
      const { manager } = await passOn(core.transactions, actor, {
        tenantId: tenant.id,
        word: '巡检',
        text: [text, args.targets].filter(Boolean).join(' '),
      })
      return say(
        `巡检申请已转给${manager === undefined ? '运营团队' : `客户经理${plain(manager, 20)}`}：会先核对授权书和时间窗，开始前在群里告知。`,
      )
    }
    const targets = (args.targets ?? '').split(' ').filter(Boolean)
    if (targets.length === 0 && !EVERYTHING.test(text))
      return say('要扫哪里？请写地址、网段或域名，例如“巡检 漏洞 10.20.0.0/24”；授权书的全部范围请写“巡检 漏洞 全部”。')
    const kind = kinds.find(([pattern]) => pattern.test(text))?.[1] ?? 'vulnerability'
    const night = args.day === undefined ? undefined : daySpan(args.day, args.day, tenant.timeZone).from + NIGHT
    const startAt = night !== undefined && night > now ? { startAt: instant(night) } : {}
    const run = await core.patrols.order(actor, tenant, { kind, targets, ...startAt })
    return say(planned(run, tenant.timeZone))
  },
})

function planned(run: PatrolRun, zone: string): string {
  const { plan } = run
  const rest = plan.hosts - plan.fits
  const stale = plan.oldestCovered === null ? '' : `，其余最久的一次覆盖在 ${clock(plan.oldestCovered, zone)}`
  const lines = [
    `**${run.number}** 已排期：${kindLabel[run.kind]}，${plan.hosts} 台主机，授权书 ${plain(run.letter, 40)}`,
    `· 开始：${clock(run.startAt, zone)}，预计 ${duration(plan.seconds)}`,
    ...(plan.excluded > 0 ? [`· 不扫：${plan.excluded} 台（排除名单或平台自身）`] : []),
    ...(rest > 0 ? [`· 本窗口放得下 ${plan.fits} 台，剩余 ${rest} 台到下个窗口：其中 ${plan.neverCovered} 台从未覆盖${stale}`] : []),
    `· 打印机与工控端口不碰；任何人说“停扫”立即停止`,
  ]
  return lines.join('\n')
}

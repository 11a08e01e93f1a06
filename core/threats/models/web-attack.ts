// Detection model 网站攻击: one request that attacks a web server by what it asks for, and whether it worked. Run by detector.ts.
import { z } from 'zod'
import { instant } from '../../ports/clock.js'
import { defineModel } from '../define-model.js'
import type { Hit, JudgedEvent } from '../hit.js'
import type { AttackResult, Severity } from '../terms.js'
import { webAttackMeaning, type WebAttackClass } from '../web/attack-class.js'
import { judgeRequest } from '../web/judge-request.js'
import { UsualSizes } from '../web/usual-sizes.js'
import type { WebVerdict } from '../web/web-verdict.js'
import { evidenceOf, shown, timeOf } from './event-facts.js'
import { RepeatBrake } from './repeat-brake.js'
import { webAttackSamples } from './web-attack.samples.js'
import { readWebRequest, type WebRequestFacts } from './web-facts.js'

const Params = z.strictObject({
  saidOneByOne: z.number().int().min(1).max(1_000).default(20).describe('同一来源同类攻击逐条告知多少次，之后按翻倍告知'),
  ignore: z.array(z.string().max(64)).max(100).default([]).describe('不作为攻击的特征名（误报较多时）'),
})
type Params = z.output<typeof Params>

/** What an answer of unusual size can prove: data came back. */
const TELLING: ReadonlySet<WebAttackClass> = new Set([
  'sql-injection',
  'nosql-injection',
  'path-traversal',
  'remote-file-inclusion',
  'ssrf',
  'command-injection',
  'php-injection',
  'code-injection',
])
const RESULT_WORDS: Readonly<Record<AttackResult, string>> = {
  success: '响应异常，疑似成功',
  unknown: '是否成功尚不确定',
  failed: '未成功',
  blocked: '已被拦截',
}
const STRENGTH: Readonly<Record<AttackResult, number>> = { success: 1, unknown: 0.5, failed: 0.1, blocked: 0.1 }

class WebAttacks {
  private readonly sizes = new UsualSizes()
  private readonly brake: RepeatBrake
  private readonly ignored: ReadonlySet<string>
  constructor(params: Params) {
    this.ignored = new Set(params.ignore)
    this.brake = new RepeatBrake({
      free: params.saidOneByOne,
      doubling: true,
      intervalSeconds: 3_600,
      forgetSeconds: 86_400,
      maxKeys: 20_000,
    })
  }

  push(judged: JudgedEvent): Hit[] {
    const request = readWebRequest(judged.event)
    if (request === undefined) return []
    const verdict = judgeRequest(judged.event)
    const sizeKey = `${request.victimName} ${request.path}`
    if (verdict === undefined || verdict.signs.every(sign => this.ignored.has(sign))) {
      if (request.status === 200) this.sizes.learn(sizeKey, request.bytes)
      return []
    }
    const at = timeOf(judged)
    const result = resultOf(request, verdict, this.sizes.isUsual(sizeKey, request.bytes))
    // A success is another story than the attempts before it.
    const said = this.brake.said(`${request.attackerIp} ${request.victimName} ${verdict.kind}${result === 'success' ? ' success' : ''}`, at)
    if (said === undefined) return []
    const meaning = webAttackMeaning[verdict.kind]
    return [
      {
        modelId: 'web-attack',
        ruleId: `${verdict.kind}:${verdict.signs[0] ?? ''}`,
        title: meaning.label,
        eventType: verdict.kind === 'webshell-access' ? 'webshell' : verdict.kind === 'sensitive-file' ? 'scan_probe' : 'web_exploit',
        severity: severityOf(verdict.kind, result),
        attackResult: result,
        at: instant(at),
        victim: request.victim,
        attacker: { ip: request.attackerIp },
        count: said.count,
        attack: meaning.attack,
        reason: reasonOf(request, verdict, result, said.count),
        evidence: [evidenceOf(judged, at)],
        strength: STRENGTH[result],
      },
    ]
  }

  stats() {
    return { kept: this.sizes.size, dropped: this.sizes.dropped }
  }

  snapshot(): unknown {
    return { sizes: this.sizes.snapshot(), brake: this.brake.snapshot() }
  }

  restore(state: unknown): void {
    const { sizes, brake } = (typeof state === 'object' && state !== null ? state : {}) as { sizes?: unknown; brake?: unknown }
    this.sizes.restore(sizes)
    this.brake.restore(brake)
  }
}

/** An access log holds no answers, so status and size must do; without a reason to say either, it is unknown. */
function resultOf({ status, bytes }: WebRequestFacts, { kind }: WebVerdict, isUsual: boolean | undefined): AttackResult {
  if (status === 403 || status === 406 || status === 429 || status === 444 || status === 493) return 'blocked'
  if (status >= 400 && status < 500) return 'failed'
  // An error of the server may be the payload's doing.
  if (status === 0 || status >= 500 || (status >= 300 && status !== 304)) return 'unknown'
  if (!TELLING.has(kind) || isUsual === undefined) return 'unknown'
  if (isUsual) return 'failed'
  return bytes > 0 ? 'success' : 'unknown'
}

function severityOf(kind: WebAttackClass, result: AttackResult): Severity {
  if (result === 'success') return 'critical'
  if (kind === 'sensitive-file') return result === 'unknown' ? 'medium' : 'low'
  if (kind === 'webshell-access') return result === 'unknown' ? 'high' : 'medium'
  return 'medium'
}

function reasonOf(request: WebRequestFacts, verdict: WebVerdict, result: AttackResult, count: number): string {
  const status = request.status === 0 ? '' : `，响应码 ${request.status}`
  const times = count === 1 ? '' : `，同类累计 ${count} 次`
  const place = verdict.where === 'path' ? '路径' : `参数 ${shown(verdict.where, 24)}`
  return `${request.attackerIp} 的请求 ${shown(request.path, 60)} 的${place}带有${webAttackMeaning[verdict.kind].label}特征“${shown(verdict.payload, 60)}”${status}，${RESULT_WORDS[result]}${times}`
}

export const webAttack = defineModel({
  id: 'web-attack',
  title: '网站攻击',
  params: Params,
  create: params => new WebAttacks(params),
  samples: webAttackSamples,
})

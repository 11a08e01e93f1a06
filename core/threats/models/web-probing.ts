// Detection model 网站探测: one source that searches a web server, by many requests that say little each. Run by detector.ts.
import { z } from 'zod'
import { instant } from '../../ports/clock.js'
import { defineModel } from '../define-model.js'
import type { Hit, JudgedEvent } from '../hit.js'
import type { EventType, Severity } from '../terms.js'
import { isSensitivePath } from '../web/known-requests.js'
import { BoundedStories } from './bounded-stories.js'
import { evidenceOf, shown, timeOf } from './event-facts.js'
import { RecentMarks, SavedMarks } from './recent-marks.js'
import { readWebRequest, type WebRequestFacts } from './web-facts.js'
import { webProbingSamples } from './web-probing.samples.js'

const Params = z.strictObject({
  failures: z.number().int().min(3).max(60).default(10).describe('两分钟内多少个不同地址被拒绝或不存在算探测'),
  sensitive: z.number().int().min(2).max(60).default(3).describe('五分钟内访问多少个敏感地址算探测'),
  logins: z.number().int().min(3).max(60).default(6).describe('一分钟内向登录页提交多少次且响应相同算撞库'),
  pages: z.number().int().min(20).max(60).default(40).describe('十秒内访问多少个不同页面算爬取'),
  requests: z.number().int().min(100).max(1_000_000).default(2_000).describe('十秒内多少次请求算请求洪泛'),
})
type Params = z.output<typeof Params>

const MAX_STORIES = 10_000
const SAVED_STORIES = 200
const SAVED_CHARACTERS = 40_000

const STATIC = /\.(?:css|js|mjs|map|png|jpe?g|gif|svg|webp|ico|bmp|woff2?|ttf|eot|otf|mp[34]|webm|m4s|ts|m3u8|avif|wasm)(?:$|[?#;])/i
/** Programs that only look for holes. */
const TOOLS =
  /nikto|sqlmap|\bnmap\b|masscan|zgrab|nuclei|dirbuster|gobuster|feroxbuster|\bffuf\b|wfuzz|dirsearch|wpscan|joomscan|acunetix|netsparker|invicti|nessus|openvas|qualys|w3af|arachni|skipfish|whatweb|hydra|morfeus|zmeu|jorgee|paros|webinspect|appscan|burp(?:suite|collaborator)|havij|xsser|commix|fimap|jaeles|xray|awvs|bbscan|pocsuite|goby|fscan|afrog|vulmap|projectdiscovery|interactsh|l9explore|l9tcpid|leakix|censysinspect|expanse|internet-?measurement|shodan|netcraftsurveyagent|blackwidow|webshag|grendel-scan|vega\/|brutus|mysqloit|datacha0s|muieblackcat|toata|sysscan|libwww-perl.*scan|\(hydra\)|hello,? ?world|getintent|webdatacentral|mozila\/|python-nmap|ct-git-scanner|cgichk|bsqlbf|absinthe|pangolin|n-stealth|nsauditor|\.nasl|metis\b|sqlninja|uil2pn|whisker|sucuri integrity|xenu|zap\/|detectify/i
const LOGIN =
  /(?:log-?[io]n|sign-?[io]n|auth(?:enticate|orize)?|session|passwd|password|wp-login\.php|xmlrpc\.php|token|j_security_check|j_spring|doLogin|account|verify|otp|2fa|mfa)/i

const kinds = {
  failures: { title: '网站目录探测', type: 'scan_probe', severity: 'low', attack: ['T1595.003'] },
  sensitive: { title: '敏感文件探测', type: 'scan_probe', severity: 'low', attack: ['T1595.003'] },
  tool: { title: '扫描工具访问', type: 'scan_probe', severity: 'low', attack: ['T1595.002'] },
  pages: { title: '高速爬取', type: 'scan_probe', severity: 'info', attack: ['T1594'] },
  logins: { title: '网站登录撞库', type: 'brute_force', severity: 'medium', attack: ['T1110.004'] },
  refused: { title: '网站认证猜解', type: 'brute_force', severity: 'medium', attack: ['T1110.001'] },
  proxy: { title: '试探开放代理', type: 'scan_probe', severity: 'low', attack: ['T1090'] },
  flood: { title: '请求洪泛', type: 'ddos', severity: 'high', attack: ['T1499.002'] },
} as const satisfies Readonly<Record<string, { title: string; type: EventType; severity: Severity; attack: readonly string[] }>>
type Kind = keyof typeof kinds

/** One request on its way through the counts. */
interface Seen {
  readonly judged: JudgedEvent
  readonly request: WebRequestFacts
  readonly at: number
  readonly who: string
  hits: Hit[]
  /** What is told now. */
  kind?: Kind
  story?: RecentMarks
}

const NO_HITS = Object.freeze<Hit[]>([]) as Hit[]
const newMarks = (): RecentMarks => new RecentMarks()

function tell(seen: Seen, reason: string): void {
  const { judged, request, at, kind, story } = seen
  seen.hits = [...seen.hits, hitOf(judged, request, at, kind!, story!.total, `${request.attackerIp} ${reason}`)]
}

class WebProbing {
  private readonly stories = new BoundedStories<RecentMarks>(MAX_STORIES)
  /** Not saved: only spares the look at a name that was seen. */
  private readonly agents = new BoundedStories<boolean>(2_000)
  /** Nobody was refused as long as this is false: then there is nothing to forget at a success. */
  private mayBeRefused = false
  constructor(private readonly params: Params) {}

  push(judged: JudgedEvent): Hit[] {
    const request = readWebRequest(judged.event)
    if (request === undefined) return NO_HITS
    const at = timeOf(judged)
    const { status, path, method } = request
    const seen: Seen = { judged, request, at, who: `${request.attackerIp} ${request.victimName}`, hits: NO_HITS }
    const { params } = this
    if (this.isTool(request.agent) && this.counts(seen, 'tool', 'tool', 86_400, 1))
      tell(seen, `使用扫描工具“${shown(request.agent, 48)}”访问网站`)
    if (isProxyRequest(judged, request) && this.counts(seen, 'proxy', 'proxy', 86_400, 1))
      tell(seen, `把网站当作代理使用：${method} ${shown(request.original, 60)}`)
    const isPage = !STATIC.test(path)
    if (status >= 400 && status < 500 && isPage && this.counts(seen, 'failures', path, 120, params.failures))
      tell(seen, `两分钟内访问 ${seen.story!.different} 个不存在或被拒绝的地址，如 ${shown(path, 48)}`)
    if (isSensitivePath(path) && this.counts(seen, 'sensitive', path, 300, params.sensitive))
      tell(seen, `五分钟内访问 ${seen.story!.different} 个敏感地址，如 ${shown(path, 48)}`)
    if (isPage && method !== 'POST' && this.counts(seen, 'pages', path, 10, params.pages))
      tell(seen, `十秒内访问 ${seen.story!.different} 个不同页面`)
    if (status === 401) {
      this.mayBeRefused = true
      if (this.counts(seen, 'refused', `${at} ${path}`, 60, params.logins, false))
        tell(seen, `一分钟内认证被拒 ${seen.story!.total} 次，地址 ${shown(path, 48)}`)
    } else if (this.mayBeRefused && status > 0 && status < 400) this.stories.delete(`refused ${seen.who}`)
    const isLogin = method === 'POST' && LOGIN.test(path) && status !== 401 && (status === 200 || status >= 400)
    if (isLogin && this.counts(seen, 'logins', `${path} ${status} ${request.bytes}`, 60, params.logins, false))
      tell(seen, `一分钟内向 ${shown(path, 48)} 提交登录 ${seen.story!.total} 次，响应均为 ${status}`)
    if (this.counts(seen, 'flood', 'request', 10, params.requests, false)) tell(seen, `连续高速请求，累计 ${seen.story!.total} 次`)
    return seen.hits
  }

  /** Adds the mark to the story of its kind; true when the story is worth telling now. */
  private counts(seen: Seen, kind: Kind, mark: string, seconds: number, enough: number, byMarks = true): boolean {
    const story = this.stories.touch(`${kind} ${seen.who}`, newMarks)
    story.add(mark, seen.at, seconds * 1000)
    if ((byMarks ? story.different : story.total) < enough || !story.mayTell(seen.at)) return false
    seen.kind = kind
    seen.story = story
    return true
  }

  private isTool(agent: string): boolean {
    const before = this.agents.peek(agent)
    return before ?? this.agents.touch(agent, () => TOOLS.test(agent))
  }

  stats() {
    return { kept: this.stories.size, dropped: this.stories.dropped }
  }

  snapshot(): unknown {
    return this.stories.save(SAVED_STORIES, SAVED_CHARACTERS, story => story.save())
  }

  restore(state: unknown): void {
    const saved = Saved.safeParse(state).data ?? []
    this.mayBeRefused = saved.length > 0
    this.stories.load(saved.map(([key, one]) => [key, RecentMarks.load(one)]))
  }
}

const Saved = z.array(z.tuple([z.string().max(200), SavedMarks])).max(SAVED_STORIES)

/** The logs of real proxies are full of these. */
function isProxyRequest({ event }: JudgedEvent, { method, original }: WebRequestFacts): boolean {
  if (/prox|squid|zscaler|swg|bluecoat|gateway/i.test(event.event.dataset)) return false
  if (method === 'CONNECT') return true
  const host = /^(?:https?|ftp):\/\/([^/:?#]{1,255})/i.exec(original)?.[1]?.toLowerCase()
  if (host === undefined) return false
  const own: unknown[] = [event.host?.name, event.destination?.domain, event.destination?.ip, event.observer?.hostname, event.host?.ip]
  return !own.some(name => typeof name === 'string' && (host === name.toLowerCase() || host.endsWith(`.${name.toLowerCase()}`)))
}

function hitOf(judged: JudgedEvent, request: WebRequestFacts, at: number, kind: Kind, count: number, reason: string): Hit {
  const { title, type, severity, attack } = kinds[kind]
  return {
    modelId: 'web-probing',
    ruleId: kind,
    title,
    eventType: type,
    severity,
    attackResult: kind === 'flood' ? 'unknown' : 'failed',
    at: instant(at),
    victim: request.victim,
    attacker: { ip: request.attackerIp },
    count,
    attack,
    reason,
    evidence: [evidenceOf(judged, at)],
    strength: 0.1,
  }
}

export const webProbing = defineModel({
  id: 'web-probing',
  title: '网站探测',
  params: Params,
  create: params => new WebProbing(params),
  samples: webProbingSamples,
})

// Detection model 主机实证 (M8): what happens on a machine after somebody got in, as auditd, Sysmon and endpoint products tell it. Run by detector.ts.
// What one process says by itself is a rule in content/rules/guanjia-*; here is what takes memory: series of steps, of renames, of stopped services.
import { z } from 'zod'
import type { EcsEvent } from '../../events/event.js'
import { instant } from '../../ports/clock.js'
import { defineModel } from '../define-model.js'
import type { Hit, JudgedEvent } from '../hit.js'
import type { EventType, Severity } from '../terms.js'
import { BoundedStories } from './bounded-stories.js'
import { evidenceOf, hasCategory, shown, timeOf } from './event-facts.js'
import { hostEvidenceSamples } from './host-evidence.samples.js'
import { readProcess, stepsOf, type ProcessFacts } from './process-steps.js'
import { RecentMarks, SavedMarks } from './recent-marks.js'

const Params = z.strictObject({
  steps: z.number().int().min(2).max(8).default(3).describe('同一父进程两分钟内出现多少种入侵后动作算失陷迹象'),
  renames: z.number().int().min(10).max(60).default(30).describe('一分钟内一台主机多少个文件改成同一新后缀算批量加密'),
  stopped: z.number().int().min(3).max(50).default(5).describe('一分钟内停止多少个服务算勒索前兆'),
})
type Params = z.output<typeof Params>

const MAX_STORIES = 10_000
const SAVED_STORIES = 200
const SAVED_CHARACTERS = 60_000
const STARTED = ['command_line', 'args', 'executable', 'parent'] as const
const ORDINARY_SUFFIX =
  /^(?:tmp|temp|bak|log|txt|docx?|xlsx?|pptx?|pdf|jpe?g|png|gif|zip|gz|old|swp|part|crdownload|json|xml|html?|css|js|ts|py|java|class|o|so|dll|exe|db|sqlite|wal|journal|\d{1,4})$/

const kinds = {
  steps: {
    title: '入侵后连续动作',
    type: 'malicious_encrypted_c2',
    severity: 'high',
    attack: ['T1059', 'T1105'],
    result: 'success',
    strength: 0.6,
  },
  'web-shell': {
    title: '网站服务启动命令解释器',
    type: 'webshell',
    severity: 'high',
    attack: ['T1505.003', 'T1059'],
    result: 'success',
    strength: 0.6,
  },
  renames: { title: '批量改写文件后缀', type: 'ransomware', severity: 'critical', attack: ['T1486'], result: 'success', strength: 1 },
  stopped: { title: '批量停止服务', type: 'ransomware', severity: 'high', attack: ['T1489'], result: 'unknown', strength: 0.6 },
  crash: {
    title: '特权程序反复崩溃',
    type: 'unauthorized_change',
    severity: 'medium',
    attack: ['T1068'],
    result: 'unknown',
    strength: 0.5,
  },
} as const satisfies Readonly<
  Record<
    string,
    { title: string; type: EventType; severity: Severity; attack: readonly string[]; result: 'success' | 'unknown'; strength: number }
  >
>
type Kind = keyof typeof kinds

class HostEvidence {
  private readonly stories = new BoundedStories<RecentMarks>(MAX_STORIES)
  constructor(private readonly params: Params) {}

  push(judged: JudgedEvent): Hit[] {
    const { event } = judged
    // The name of the program that wrote a line is no started process.
    const isProcess = STARTED.some(key => event.process?.[key] !== undefined)
    const isFile = event.file !== undefined && hasCategory(event, 'file')
    if (!isProcess && !isFile) return []
    const facts = readProcess(event)
    const at = timeOf(judged)
    const hits: Hit[] = []
    const count = (
      kind: Kind,
      key: string,
      mark: string,
      seconds: number,
      enough: number,
      reason: (story: RecentMarks) => string,
    ): void => {
      const story = this.stories.touch(`${kind} ${facts.hostName} ${key}`, () => new RecentMarks())
      story.add(mark, at, seconds * 1000)
      if (story.different < enough || !story.mayTell(at)) return
      hits.push(hitOf(judged, facts, at, kind, story.total, reason(story)))
    }
    if (isProcess) this.judgeProcess(event, facts, count)
    if (isFile) this.judgeFile(event, count)
    return hits
  }

  stats() {
    return { kept: this.stories.size, dropped: this.stories.dropped }
  }

  snapshot(): unknown {
    return this.stories.save(SAVED_STORIES, SAVED_CHARACTERS, story => story.save())
  }

  restore(state: unknown): void {
    this.stories.load((Saved.safeParse(state).data ?? []).map(([key, one]) => [key, RecentMarks.load(one)]))
  }

  private judgeProcess(event: EcsEvent, facts: ProcessFacts, count: Count): void {
    const steps = stepsOf(facts)
    if (facts.parentPid !== '')
      for (const step of steps)
        count(
          'steps',
          facts.parentPid,
          step,
          120,
          this.params.steps,
          story => `父进程 ${shown(facts.parentPid, 16)} 两分钟内依次出现：${story.names.join('、')}`,
        )
    if (facts.isShell && facts.parentIsWebServer)
      count(
        'web-shell',
        facts.parentName,
        facts.commandLine.slice(0, 80),
        3_600,
        1,
        () => `${shown(facts.parentName, 32)} 启动了 ${shown(facts.commandLine, 80)}`,
      )
    if (facts.stoppedService !== undefined)
      count(
        'stopped',
        '',
        facts.stoppedService,
        60,
        this.params.stopped,
        story =>
          `一分钟内停止 ${story.different} 个服务（${story.names
            .slice(-3)
            .map(name => shown(name, 24))
            .join('、')} 等）`,
      )
    if (
      /^anom_abend$|crash|segfault/i.test(String(event.event.action ?? '')) &&
      /\/(?:su|sudo|pkexec|passwd|mount|umount|newgrp|chsh|chfn|gpasswd|ping|fusermount3?|polkit-agent-helper-1|Xorg)$/.test(
        facts.executable,
      )
    )
      count(
        'crash',
        facts.executable,
        `${facts.pid}`,
        600,
        3,
        story => `${shown(facts.executable, 48)} 十分钟内崩溃 ${story.total} 次，可能有人在尝试提权`,
      )
  }

  private judgeFile(event: EcsEvent, count: Count): void {
    const path: unknown = event.file?.['path'] ?? event.file?.['name']
    const action = String(event.event.action ?? '')
    if (typeof path !== 'string' || !/renam|creat|modif|write|mv/i.test(action)) return
    const [, folder = '', suffix = ''] = /^(.{0,500}?)\.([A-Za-z0-9_-]{2,24})$/.exec(path) ?? []
    if (suffix === '' || ORDINARY_SUFFIX.test(suffix.toLowerCase()) || !/\.[A-Za-z0-9]{1,6}$/.test(folder)) return
    count(
      'renames',
      suffix.toLowerCase(),
      folder.slice(-80),
      60,
      this.params.renames,
      story => `一分钟内 ${story.different} 个文件被改为新后缀 .${shown(suffix, 24)}`,
    )
  }
}

type Count = (kind: Kind, key: string, mark: string, seconds: number, enough: number, reason: (story: RecentMarks) => string) => void
const Saved = z.array(z.tuple([z.string().max(200), SavedMarks])).max(SAVED_STORIES)

function hitOf(judged: JudgedEvent, facts: ProcessFacts, at: number, kind: Kind, count: number, reason: string): Hit {
  const { title, type, severity, attack, result, strength } = kinds[kind]
  return {
    modelId: 'host-evidence',
    ruleId: kind,
    title,
    eventType: type,
    severity,
    attackResult: result,
    at: instant(at),
    victim: facts.victim,
    ...(facts.userName === '' ? {} : { userName: facts.userName.slice(0, 64) }),
    count,
    attack,
    reason,
    evidence: [evidenceOf(judged, at)],
    strength,
  }
}

export const hostEvidence = defineModel({
  id: 'host-evidence',
  title: '主机实证',
  params: Params,
  create: params => new HostEvidence(params),
  samples: hostEvidenceSamples,
})

// `漏洞`: what is weak and not repaired, by CVE, asset, level, or one finding with the terms of its priority and its certificate.
import { z } from 'zod'
import { findingStateLabel } from '../../core/findings/finding-states.js'
import { findingStory } from '../cards/finding-cards.js'
import { clock, plain } from '../cards/format.js'
import { nameOf } from '../push/views.js'
import { defineCommand, say } from '../runtime/command.js'
import { answerList, hostsOf, levelsOf } from '../runtime/finding-list.js'

const STEPS = 4
/** Words of the question that name no weakness. */
const FILLER =
  /漏洞|严重|[高中低]危|[高中低]风险|提示|级别?|以上|以下|超期|逾期|没修|未修|修复|修得|怎么样|情况|清单|列表|列一下|发我|有没有|有哪些|哪些|还有|还|多少|几个|机器|主机|服务器|资产|我们|上|有|的|了|吗|呢|和|受|影响|没|[\s，,。？?：:]/g

export const listFindings = defineCommand({
  name: '漏洞',
  aliases: ['漏洞清单', 'vulns'],
  // 漏洞通告, 漏洞预警 are news; 漏洞扫描 is a patrol.
  calledWith: after => !/^(?:通告|预警|扫描|情报)/.test(after),
  capability: 'see-findings',
  risk: 'read',
  help: {
    group: '脆弱性',
    summary: '没修的漏洞：按 CVE、资产、级别、超期；带编号看一个的经过与优先级',
    examples: ['漏洞', '漏洞 CVE-2021-44228', '漏洞 10.1.8.77', '漏洞 高危以上 超期', '漏洞 FD-uni-261124-001'],
  },
  args: z.object({
    finding: z.string().optional(),
    ip: z.string().optional(),
    cve: z.string().optional(),
    severity: z.enum(['critical', 'high', 'medium', 'low', 'info']).optional(),
    asset: z.string().optional(),
    text: z.string().max(500).default(''),
  }),
  async run({ args, tenant, core }) {
    const { finding, ip, cve, severity, text } = args
    if (finding !== undefined) {
      const story = await core.findings.story(tenant.id, finding)
      const steps = await core.transactions.read(async t =>
        Promise.all(
          story.steps
            .slice(-STEPS)
            .map(
              async step =>
                `${clock(step.at, tenant.timeZone)} ${findingStateLabel[step.to]}（${plain(await nameOf(t, tenant.id, step.by), 20)}）${story.finding.kind === 'weak_credential' ? '' : plain(step.evidence, 60)}`,
            ),
        ),
      )
      return say(findingStory(story, { ...story, steps, zone: tenant.timeZone }).join('\n'))
    }
    const hosts = await hostsOf(core, tenant, ip, undefined)
    const word = text.replace(cve ?? '', ' ').replaceAll(FILLER, '')
    const overdue = /超期|逾期|过期/.test(text) || undefined
    // What is named is a machine if we know one by it, else a weakness.
    const named = ip === undefined && word.length >= 2 ? await hostsOf(core, tenant, undefined, word) : undefined
    const isMachine = named !== undefined && named.length > 0
    const question = {
      kinds: cve === undefined && word === '' ? (['vulnerability'] as const) : undefined,
      severities: levelsOf(severity, text),
      hosts: isMachine ? named : hosts,
      cve,
      overdue,
      word: !isMachine && word.length >= 2 ? word : undefined,
    }
    const what = ['漏洞', cve, ip, word].filter(item => item !== undefined && item !== '').join(' ')
    return answerList(core, tenant, question, {
      what,
      none: cve === undefined ? `${plain(what, 60)}：没有未修复的记录。` : `${cve}：现有记录里没有受影响的资产；没有查过的资产不在其内。`,
      more: '看一个：“漏洞 编号”；改好了：“已修复 编号”；来不及：“延期 编号 日期 理由”。',
    })
  },
})

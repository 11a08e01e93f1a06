// `两高一弱`: high-risk vulnerabilities, high-risk ports, weak passwords: counts, overdue, owners, rate of repair; the self-inspection table as a workbook.
import { z } from 'zod'
import { localDay } from '../../core/tenants/local-time.js'
import { inspectionTable } from '../../core/findings/inspection-table.js'
import { twoHighOneWeak as load, type Share } from '../../core/findings/two-high-one-weak.js'
import { placeOf } from '../../core/findings/certificate.js'
import { plain } from '../cards/format.js'
import { defineCommand, say } from '../runtime/command.js'

const EXPORTED = 5000
const SHOWN = 2

export const twoHighOneWeak = defineCommand({
  name: '两高一弱',
  aliases: ['自查表'],
  capability: 'see-findings',
  risk: 'read',
  help: {
    group: '脆弱性',
    summary: '高危漏洞、高危端口、弱口令：数量、超期、责任人、整改率；“导出”给自查表',
    examples: ['两高一弱', '两高一弱 导出'],
  },
  args: z.object({ format: z.string().optional(), text: z.string().max(200).default('') }),
  async run({ args, tenant, core, now }) {
    const isExport = /导出|自查表|下载|给我|一份|文件/.test(args.text) || args.format !== undefined
    const { figures, list } = await load(core.transactions, tenant.id, isExport ? EXPORTED : 50)
    const lines = [
      '**两高一弱**',
      line('高危漏洞', figures.vulnerabilities),
      line('高危端口', figures.ports),
      line('弱口令', figures.passwords),
      ...list.vulnerabilities
        .slice(0, SHOWN)
        .map(({ row, finding }) => `· ${row.number} ${plain(placeOf(finding), 40)} ${plain(finding.title, 40)}`),
      ...list.ports
        .slice(0, SHOWN)
        .map(({ service, asset }) => `· 端口 ${service.address}:${service.port} ${plain(asset?.ownerName || '没有责任人', 12)}`),
      ...list.passwords.slice(0, SHOWN).map(({ row, finding }) => `· ${row.number} 弱口令 ${plain(placeOf(finding), 40)}`),
      isExport ? '自查表见文件。' : '要自查表请回复“两高一弱 导出”。',
    ]
    const answers = [{ message: { kind: 'markdown' as const, text: lines.join('\n') } }]
    if (!isExport) return { answers }
    const base64 = (await core.tables.write(inspectionTable(tenant, { figures, list }))).toString('base64')
    const name = `两高一弱自查表-${tenant.code}-${localDay(new Date(now).toISOString(), tenant.timeZone)}.xlsx`
    return { answers: [...say(lines.join('\n')).answers!, { message: { kind: 'file', file: { name, base64 } } }] }
  },
})

function line(name: string, { open, overdue, fixed, rate, owners }: Share): string {
  const who = owners.slice(0, 3).map(owner => `${plain(owner.name || '无责任人', 10)} ${owner.open}`)
  const share = rate === null ? '尚无记录' : `整改率 ${Math.round(rate * 100)}%（已改 ${fixed}）`
  return `${name}：${open} 项${overdue > 0 ? `，**超期 ${overdue}**` : ''}，${share}${who.length > 0 ? `；${who.join('、')}` : ''}`
}

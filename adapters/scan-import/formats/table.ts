// Tables of products without a format of their own (绿盟、启明、安恒、深信服 exports): columns known by their Chinese or English names, or named by a person.
import { defineFormat, type ScanHead } from '../define-format.js'
import { placeOf, portNumber } from '../place.js'
import { ScanProblem } from '../../shared/scan-problem.js'
import { severityOfScore, severityOfWord } from '../severities.js'

/** Our field → headers products use for it, lower case, without blanks and brackets. The first header of a row wins. */
export const knownHeaders: Readonly<Record<string, readonly string[]>> = {
  host: [
    'ip',
    'ip地址',
    '主机',
    '主机ip',
    '主机地址',
    '资产ip',
    '资产地址',
    '目标',
    '目标ip',
    '目标地址',
    '地址',
    '受影响主机',
    '受影响ip',
    '影响主机',
    '漏洞主机',
    '服务器ip',
    '设备ip',
    'ipaddress',
    'host',
    'hostip',
    'hostname',
    'asset',
    'target',
    '域名',
    '资产',
    '存在主机',
  ],
  port: ['端口', '端口号', '服务端口', '漏洞端口', 'port', '开放端口', '端口/协议', '端口协议'],
  protocol: ['协议', '传输协议', '传输层协议', 'protocol'],
  title: [
    '漏洞名称',
    '漏洞名',
    '漏洞标题',
    '名称',
    '风险名称',
    '弱点名称',
    '脆弱性名称',
    '问题名称',
    '威胁名称',
    '检查项',
    '检查项名称',
    '标题',
    'title',
    'name',
    'vulnerability',
    'vulnerabilityname',
    'vulnname',
    'finding',
    '隐患名称',
    '漏洞',
  ],
  severity: [
    '风险等级',
    '风险级别',
    '危险等级',
    '危险级别',
    '威胁等级',
    '威胁级别',
    '漏洞等级',
    '漏洞级别',
    '严重程度',
    '严重级别',
    '严重性',
    '级别',
    '等级',
    '危害等级',
    '危害级别',
    '风险',
    '风险程度',
    'severity',
    'risk',
    'risklevel',
    'level',
    '威胁分值',
    '危险度',
  ],
  check: [
    '漏洞编号',
    '漏洞id',
    '插件id',
    '插件编号',
    '规则id',
    '规则编号',
    '编号id',
    '检查项编号',
    'pluginid',
    'vulnid',
    'vulnerabilityid',
    'id',
    'ruleid',
    'nsfocusid',
  ],
  cve: ['cve', 'cve编号', 'cveid', 'cve号', 'cve漏洞编号', '漏洞cve编号'],
  cnnvd: ['cnnvd', 'cnnvd编号', 'cnvd', 'cnvd编号', 'cncve', 'cncve编号', 'bugtraq'],
  score: [
    'cvss',
    'cvss评分',
    'cvss分值',
    'cvss得分',
    '评分',
    '风险值',
    '分值',
    'cvssscore',
    'cvss3',
    'cvss3评分',
    'cvss3.0评分',
    'cvss评分3.0',
  ],
  description: ['漏洞描述', '详细描述', '描述', '详情', '风险描述', '简介', '漏洞简介', 'description', '说明', '危害描述', '漏洞危害'],
  solution: [
    '解决办法',
    '解决方案',
    '修复建议',
    '整改建议',
    '加固建议',
    '处置建议',
    '修复方案',
    '修补建议',
    '安全建议',
    'solution',
    'remediation',
    'recommendation',
    '建议',
  ],
  evidence: [
    '返回信息',
    '验证信息',
    '证据',
    '漏洞证据',
    '检测结果',
    '扫描结果',
    '匹配信息',
    '举证信息',
    '举证',
    'evidence',
    'output',
    'result',
    '版本信息',
    '详细信息',
  ],
  url: ['url', '漏洞url', '漏洞地址', '链接', '页面', '网址', '路径', 'uri', '漏洞链接', '存在位置', '风险url'],
}

const plain = (header: string): string => header.toLowerCase().replace(/[\s_（）()【】[\]*:：'"-]/g, '')

/** Which column holds which field; explicit names first. @throws ScanProblem when a named column is not there */
function columnsOf(header: readonly string[], mapping: Readonly<Record<string, string>>): Map<string, number> {
  const names = header.map(plain)
  const columns = new Map<string, number>()
  for (const [field, name] of Object.entries(mapping)) {
    if (!Object.hasOwn(knownHeaders, field)) throw new ScanProblem(`没有字段 ${field}，可用：${Object.keys(knownHeaders).join(' ')}`, 1)
    const index = names.indexOf(plain(name))
    if (index === -1) throw new ScanProblem(`表里没有“${name}”这一列`, 1)
    columns.set(field, index)
  }
  const taken = new Set(columns.values())
  for (const [field, known] of Object.entries(knownHeaders)) {
    if (columns.has(field)) continue
    for (const name of known) {
      const index = names.indexOf(name)
      if (index !== -1 && !taken.has(index)) {
        columns.set(field, index)
        taken.add(index)
        break
      }
    }
  }
  return columns
}

function isHeader(cells: readonly string[], mapping: Readonly<Record<string, string>>): boolean {
  const names = cells.map(plain)
  if (Object.values(mapping).length > 0) return Object.values(mapping).some(name => names.includes(plain(name)))
  const has = (field: string): boolean => (knownHeaders[field] ?? []).some(name => names.includes(name))
  return has('title') && (has('host') || has('url')) && names.filter(name => name !== '').length >= 3
}

/** Titles above the header are common: the first rows are looked through. */
const HEADER_WITHIN = 20

export const table = defineFormat({
  id: 'table',
  title: '表格（CSV、XLSX，按列名对应）',
  recognises: (head: ScanHead) =>
    (head.kind === 'text' || head.kind === 'workbook') &&
    head.text
      .split('\n')
      .slice(0, HEADER_WITHIN)
      .some(line =>
        isHeader(
          line.split(/[,;\t|]/).map(cell => cell.trim().replace(/^"|"$/g, '')),
          {},
        ),
      ),
  async read(input, out) {
    let columns: Map<string, number> | undefined
    let rows = 0
    // Merged cells leave the host empty in the rows below.
    let lastHost = ''
    for await (const { cells, line } of input.rows()) {
      if (!columns) {
        if (isHeader(cells, input.mapping)) columns = columnsOf(cells, input.mapping)
        else if (++rows > HEADER_WITHIN) break
        continue
      }
      const value = (field: string): string => cells[columns?.get(field) ?? -1]?.trim() ?? ''
      const title = value('title')
      if (title === '') {
        out.notFound('no-title')
        continue
      }
      const place = placeOf(value('url'))
      const named = placeOf(value('host'))
      const host = named.host || place.host || lastHost
      if (host === '') throw new ScanProblem('这一行没有主机或网址', line)
      lastHost = host
      const [, portText = '', protocolText = ''] = /^(\d{1,5})(?:\s*\/\s*(tcp|udp))?$/i.exec(value('port')) ?? []
      const port = portNumber(portText) ?? named.port ?? place.port
      const score = value('score') === '' ? null : Number(value('score'))
      const word = value('severity')
      const severity = severityOfWord(word) ?? (word !== '' && Number.isFinite(Number(word)) ? severityOfScore(Number(word)) : undefined)
      if (severity === undefined && word !== '') throw new ScanProblem(`级别“${word.slice(0, 40)}”不认识`, line)
      const check = value('check') || value('cve').split(/[,;\s]/)[0] || value('cnnvd').split(/[,;\s]/)[0] || title
      out.found({
        kind: /弱口令|弱密码|空口令/.test(title) ? 'weak_credential' : 'vulnerability',
        check,
        title,
        severity: severity ?? severityOfScore(score),
        host,
        port,
        protocol:
          port === null ? '' : (protocolText || (/^(?:tcp|udp)$/i.test(value('protocol')) ? value('protocol') : 'tcp')).toLowerCase(),
        instances: [place.path],
        cve: [value('cve')],
        score,
        // A table of weak passwords holds them in its proof.
        evidence: /口令|密码|password/i.test(title) ? '（含口令的证据不保存）' : value('evidence'),
        description: value('description'),
        solution: value('solution'),
        references: value('cnnvd') === '' ? [] : value('cnnvd').split(/[,;\s]+/),
      })
    }
    if (!columns) throw new ScanProblem('没有找到认识的列名；请用 --map 指明，例如 --map title=漏洞名称 --map host=主机地址', 1)
  },
})

// Words of the chat for what people do by hand. A word that gets a command of its own leaves this list.
import type { Command } from '../runtime/command.js'
import { requestCommand, type ServiceRequest } from './request-command.js'

const requests: readonly ServiceRequest[] = [
  { name: '评分', aliases: ['分数', '为什么扣分'], group: '概览', summary: '安全评分与扣分项', example: '评分' },
  { name: '待办', aliases: ['要我做什么'], group: '概览', summary: '等您做的事', example: '待办' },
  { name: '值班', aliases: ['谁在值班', '找人'], group: '概览', summary: '现在谁在值班', example: '值班' },
  { name: '升级', aliases: ['叫专家'], group: '研判', summary: '请高级专家介入', example: '升级 IN-uni-261124-001' },
  { name: '隔离', aliases: ['下线', '断网'], group: '处置', summary: '隔离一台资产', example: '隔离 10.1.8.77', changes: true },
  { name: '资产', group: '资产', summary: '查资产台账', example: '资产 OA' },
  { name: '标记', group: '资产', summary: '标注资产的重要性', example: '标记 10.1.8.77 C=4 I=4 A=5' },
  { name: '新资产', group: '资产', summary: '最近新发现的资产', example: '新资产' },
  { name: '影子资产', group: '资产', summary: '没人认领的资产', example: '影子资产' },
  { name: '导入资产', group: '资产', summary: '导入资产表', example: '导入资产' },
  { name: '漏洞', group: '脆弱性', summary: '受影响的资产与修复情况', example: '漏洞 CVE-2021-44228' },
  { name: '弱口令', group: '脆弱性', summary: '弱口令清单', example: '弱口令' },
  { name: '基线', group: '脆弱性', summary: '基线检查结果', example: '基线' },
  { name: '两高一弱', group: '脆弱性', summary: '高危漏洞、高危端口、弱口令', example: '两高一弱' },
  { name: '已修复', aliases: ['已改'], group: '脆弱性', summary: '告诉我们已经改好，请求复验', example: '已修复 弱口令' },
  { name: '延期', group: '脆弱性', summary: '申请延长整改期限', example: '延期 等厂商补丁', changes: true },
  { name: '巡检', group: '巡检', summary: '安排一次巡检', example: '巡检 服务器区', changes: true },
  { name: '停扫', aliases: ['暂停扫描', '别扫了'], group: '巡检', summary: '立即停止扫描', example: '停扫' },
  { name: '扫描进度', group: '巡检', summary: '扫描到哪一步了', example: '扫描进度' },
  { name: '暴露面', group: '暴露面', summary: '互联网上开了什么', example: '暴露面' },
  { name: '周报', group: '报告', summary: '安全周报', example: '周报' },
  { name: '月报', group: '报告', summary: '安全月报', example: '月报' },
  { name: '季报', group: '报告', summary: '季度报告', example: '季报' },
  { name: '年报', group: '报告', summary: '年度报告', example: '年报' },
  { name: '生成报告', group: '报告', summary: '起草一份报告', example: '生成报告 专报' },
  { name: '发送报告', group: '报告', summary: '把审过的报告发出去', example: '发送报告' },
  { name: '指标', group: '报告', summary: '一项运营指标', example: '指标 闭环率' },
  { name: '约汇报', group: '报告', summary: '约一次汇报', example: '约汇报 下周三' },
  { name: '策略', group: '设置', summary: '查看或申请调整运营策略', example: '策略', changes: true },
  { name: '委托', group: '设置', summary: '外出时委托他人审批', example: '委托 小王' },
  { name: '重保', group: '重保', summary: '重要时期保障', example: '重保 计划' },
  { name: '演练', group: '演练', summary: '攻防演练与记分', example: '演练 排名' },
  { name: '等保', group: '等保', summary: '等级保护差距与进度', example: '等保 差距' },
  { name: '课程', group: '培训', summary: '培训安排', example: '课程' },
  { name: '答题', group: '培训', summary: '在线测验', example: '答题' },
  { name: '成绩', group: '培训', summary: '测验成绩', example: '成绩' },
]

export const requestCommands: readonly Command<{ text?: string | undefined }>[] = requests.map(requestCommand)

// Words of the chat for what people do by hand. A word that gets a command of its own leaves this list.
import type { Command } from '../runtime/command.js'
import { requestCommand, type ServiceRequest } from './request-command.js'

const requests: readonly ServiceRequest[] = [
  { name: '待办', aliases: ['要我做什么'], group: '概览', summary: '等您做的事', example: '待办' },
  { name: '值班', aliases: ['谁在值班', '找人'], group: '概览', summary: '现在谁在值班', example: '值班' },
  { name: '升级', aliases: ['叫专家'], group: '研判', summary: '请高级专家介入', example: '升级 IN-uni-261124-001' },
  { name: '隔离', aliases: ['下线', '断网'], group: '处置', summary: '隔离一台资产', example: '隔离 10.1.8.77', changes: true },
  { name: '暴露面', group: '暴露面', summary: '互联网上开了什么', example: '暴露面' },
  { name: '约汇报', group: '报告', summary: '约一次汇报', example: '约汇报 下周三' },
  { name: '委托', group: '设置', summary: '外出时委托他人审批', example: '委托 小王' },
  { name: '重保', group: '重保', summary: '重要时期保障', example: '重保 计划' },
  { name: '演练', group: '演练', summary: '攻防演练与记分', example: '演练 排名' },
  { name: '等保', group: '等保', summary: '等级保护差距与进度', example: '等保 差距' },
  { name: '课程', group: '培训', summary: '培训安排', example: '课程' },
  { name: '答题', group: '培训', summary: '在线测验', example: '答题' },
  { name: '成绩', group: '培训', summary: '测验成绩', example: '成绩' },
]

export const requestCommands: readonly Command<{ text?: string | undefined }>[] = requests.map(requestCommand)

// Words of the chat for what people do by hand. A word that gets a command of its own leaves this list.
import type { Command } from '../runtime/command.js'
import { requestCommand, type ServiceRequest } from './request-command.js'

const requests: readonly ServiceRequest[] = [
  { name: '暴露面', group: '暴露面', summary: '互联网上开了什么', example: '暴露面' },
  { name: '约汇报', group: '报告', summary: '约一次汇报', example: '约汇报 下周三' },
  { name: '重保', group: '重保', summary: '重要时期保障', example: '重保 计划' },
  { name: '演练', group: '演练', summary: '攻防演练与记分', example: '演练 排名' },
  { name: '等保', group: '等保', summary: '等级保护差距与进度', example: '等保 差距' },
  { name: '课程', group: '培训', summary: '培训安排', example: '课程' },
  { name: '答题', group: '培训', summary: '在线测验', example: '答题' },
  { name: '成绩', group: '培训', summary: '测验成绩', example: '成绩' },
]

export const requestCommands: readonly Command<{ text?: string | undefined }>[] = requests.map(requestCommand)

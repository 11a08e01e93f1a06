// Words of the chat for what people do by hand. A word that gets a command of its own leaves this list.
import type { Command } from '../runtime/command.js'
import { requestCommand, type ServiceRequest } from './request-command.js'

const requests: readonly ServiceRequest[] = [
  { name: '待办', aliases: ['要我做什么'], group: '概览', summary: '等您做的事', example: '待办' },
  { name: '值班', aliases: ['谁在值班', '找人'], group: '概览', summary: '现在谁在值班', example: '值班' },
  { name: '报障', aliases: ['上报', '出事了', '中毒了'], group: '事件', summary: '报告一起安全问题', example: '报障 电脑弹出勒索信' },
  { name: '升级', aliases: ['叫专家'], group: '研判', summary: '请高级专家介入', example: '升级 IN-uni-261124-001' },
  { name: '隔离', aliases: ['下线', '断网'], group: '处置', summary: '隔离一台资产', example: '隔离 10.1.8.77', changes: true },
  { name: '暴露面', group: '暴露面', summary: '互联网上开了什么', example: '暴露面' },
  { name: '收敛', group: '暴露面', summary: '收回一个暴露项', example: '收敛 3389 端口', changes: true },
  { name: '临时开放', group: '暴露面', summary: '申请临时开放端口', example: '临时开放 8080', changes: true },
  { name: '变更', group: '配置', summary: '配置改了什么', example: '变更' },
  { name: '认可', group: '配置', summary: '认可一项变更', example: '认可 那个变更' },
  { name: '违规', group: '配置', summary: '一项变更不是我们做的', example: '违规 那个变更' },
  { name: '回退', group: '配置', summary: '把配置改回去', example: '回退 那个变更', changes: true },
  { name: '报备', group: '配置', summary: '报备一次变更', example: '报备 升级数据库' },
  { name: '预警', group: '预警', summary: '最近的威胁预警', example: '预警' },
  { name: '热点', group: '预警', summary: '热点安全事件', example: '热点' },
  { name: '影响', group: '预警', summary: '一个漏洞影响我们吗', example: '影响 CVE-2021-44228' },
  { name: '约汇报', group: '报告', summary: '约一次汇报', example: '约汇报 下周三' },
  { name: '委托', group: '设置', summary: '外出时委托他人审批', example: '委托 小王' },
  { name: '服务', group: '服务单', summary: '申请一项本地服务', example: '服务 渗透测试' },
  { name: '授权书', group: '服务单', summary: '授权书的范围与期限', example: '授权书' },
  { name: '签署', group: '服务单', summary: '签署授权书', example: '签署 授权书' },
  { name: '签到', group: '服务单', summary: '现场签到', example: '签到' },
  { name: '交付', group: '服务单', summary: '提交交付物', example: '交付 渗透报告' },
  { name: '验收', group: '服务单', summary: '验收一项服务', example: '验收 渗透测试' },
  { name: '重保', group: '重保', summary: '重要时期保障', example: '重保 计划' },
  { name: '演练', group: '演练', summary: '攻防演练与记分', example: '演练 排名' },
  { name: '等保', group: '等保', summary: '等级保护差距与进度', example: '等保 差距' },
  { name: '课程', group: '培训', summary: '培训安排', example: '课程' },
  { name: '答题', group: '培训', summary: '在线测验', example: '答题' },
  { name: '成绩', group: '培训', summary: '测验成绩', example: '成绩' },
  { name: '怎么办', aliases: ['预案', 'SOP'], group: '知识', summary: '某种情况的处置步骤', example: '怎么办 勒索' },
]

export const requestCommands: readonly Command<{ text?: string | undefined }>[] = requests.map(requestCommand)

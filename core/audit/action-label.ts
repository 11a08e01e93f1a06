// The audit trail's actions in the words people read; used by `审计` and by exports.
const labels: Readonly<Record<string, string>> = {
  'alert.resolved': '告警恢复',
  'alert.raised': '产生告警',
  'archive.expired': '归档到期清理',
  'card.forwarded': '拒绝转发的卡片',
  'command.refused': '拒绝越权操作',
  'declaration.applied': '应用配置声明',
  'disposal.approved': '同意处置',
  'disposal.executing': '开始执行处置',
  'disposal.expired': '授权请求过期',
  'disposal.failed': '处置失败',
  'disposal.rejected': '不同意处置',
  'disposal.released': '解除封禁',
  'disposal.requested': '请求授权处置',
  'disposal.retried': '重试设备操作',
  'disposal.succeeded': '设备已执行',
  'disposal.undo-wanted': '要求撤销处置',
  'disposal.verified': '回读校验通过',
  'disposal.withdrawn': '收回授权请求',
  'false-positive.proposed': '提出误报（待第二人）',
  'false-positive.reported': '反馈误报',
  'finding.moved': '发现项流转',
  'findings.imported': '导入扫描结果',
  'incident.opened': '建立事件',
  'file.received': '收到文件',
  'preference.changed': '修改通知偏好',
  'report.created': '生成报告',
  'service.rated': '评价服务',
  'suppression.active': '抑制生效',
  'suppression.ended': '取消抑制',
  'suppression.proposed': '提出抑制（待第二人）',
  'ticket.moved': '工单流转',
  'triage.rolled-back': '回退排序模型',
}

export function actionLabel(action: string): string {
  return labels[action] ?? action
}

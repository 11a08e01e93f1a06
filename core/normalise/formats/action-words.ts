// What devices call letting through and stopping, success and failure, in the words of many makers; used by convert.ts.

const words = (text: string): ReadonlySet<string> => new Set(text.split(' '))
const ALLOWED = words(
  'allow allowed accept accepted permit permitted pass passed passthrough bypass forward forwarded allowed-by-rule monitor monitored log log-only logging alert alerted detect detected not-blocked notblocked warn warning continue built none 允许 放行 通过 告警 警告 记录 被记录 仅记录 接受 同意 监控 仅告警 检测 观察 允许访问 permit_log tunnel-allow',
)
const DENIED = words(
  'deny denied drop dropped block blocked reject rejected reset reset-both reset-client reset-server rst forbid forbidden prevent prevented refuse refused discard discarded quarantine quarantined isolate isolated intercept intercepted block-ip sinkhole denied-by-rule shun killed ban banned block-url drop-icmp kill 拒绝 阻断 禁止 拦截 阻止 丢弃 封锁 封禁 隔离 重置 阻断连接 已阻断 已拦截 拒绝访问 禁止访问 黑名单封锁 联动封锁',
)
const SUCCESS = words(
  'success succeed succeeded successful successfully ok passed pass true yes audit-success granted authenticated 成功 正常 通过 登录成功 登陆成功 操作成功 成功审核 认证成功 completed complete',
)
const FAILURE = words(
  'failure fail failed failes error false denied deny unsuccessful unsuccess invalid rejected audit-failure refused locked 失败 错误 异常 登录失败 登陆失败 操作失败 认证失败 拒绝 timeout blocked drop',
)

export function isAllowed(word: string): boolean {
  return ALLOWED.has(word)
}
export function isDenied(word: string): boolean {
  return DENIED.has(word)
}
/** Undefined when the word says neither. */
export function outcomeOf(word: string): 'success' | 'failure' | undefined {
  return SUCCESS.has(word) ? 'success' : FAILURE.has(word) ? 'failure' : undefined
}

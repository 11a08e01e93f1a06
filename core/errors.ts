// The catalogue of everything thrown on purpose: who has to act (kind), and what a person is told (reply).
// A code is part of the API and never used again for something else. docs/errors.md is generated from this file.

/** user: their input or rights, log at info; operational: a device or the network, log at warn; bug: anything else, log at error. */
export type ErrorKind = 'user' | 'operational' | 'bug'

interface CatalogueEntry {
  readonly kind: ErrorKind
  /** One Chinese sentence that says what to do next; `{name}` is filled from the facts. */
  readonly reply: string
  /** HTTP status when it leaves by the API. */
  readonly status: number
}

const user = (reply: string, status = 400): CatalogueEntry => ({ kind: 'user', reply, status })
const operational = (reply: string, status = 503): CatalogueEntry => ({ kind: 'operational', reply, status })
const bug = (reply: string): CatalogueEntry => ({ kind: 'bug', reply, status: 500 })

export const catalogue = {
  // people and rights
  NOT_KNOWN_HERE: user('您不在本群登记的人员里，这里只听登记过的人；需要登记请联系客户经理。', 403),
  NOT_ALLOWED: user('这个操作需要{who}，请由他来做。', 403),
  OWN_PROPOSAL: user('{number} 是您自己提的，要由{who}来确认。', 403),
  OTHER_TENANT: user('{number} 不属于本群的单位，只能由该单位登记的授权人在自己的群里处理。', 403),
  CARD_FORWARDED: user('这张卡片不是发在本群的，只能由原群登记的授权人回到原来的群里操作。', 403),
  CARD_EXPIRED: user('这张卡片已在 {at} 过期，没有执行任何操作；需要时请回复“{command}”。', 410),
  CARD_UNKNOWN: user('这张卡片已失效，请直接输入命令，例如“帮助”。', 410),
  TENANT_NEEDED: user('这里看得到多家单位，请在命令后面加上单号或单位短码，例如“{example}”。'),
  // commands
  COMMAND_UNKNOWN: user('没听懂“{text}”，回复“帮助”可以看到我会做什么。'),
  CHOICE_NEEDED: user('有 {n} 个可选，请带上单号：{choices}。'),
  ARGUMENT_MISSING: user('还缺{what}，例如“{example}”。'),
  ARGUMENT_INVALID: user('“{value}”不是有效的{what}，例如“{example}”。'),
  NUMBER_NOT_FOUND: user('没有找到 {number}，请核对单号，或回复“事件”看最近的列表。', 404),
  LOGIN_NEEDED: user('请先登录。', 401),
  LOGIN_FAILED: user('账号或口令不对，或已暂时锁定，请稍后再试。', 401),
  LINK_INVALID: user('这个链接已失效（用过、过期或不完整），请回到群里处理，或联系分析师。', 410),
  // incidents and tickets
  TRANSITION_NOT_ALLOWED: user('{number} 现在是“{state}”，不能{action}。', 409),
  ALREADY_DONE: user('{number} 已由{who}于 {at} {what}。', 409),
  EVIDENCE_MISSING: user('{number} 还缺{what}，补上后再{action}。', 409),
  SECOND_PERSON_NEEDED: user('{number} 要两个人：已记下您的意见，还需要{who}确认。', 403),
  LETTER_REFUSED: user('{number} 不能开工：{problem}。', 403),
  SUPPRESSIONS_FULL: user('生效中的抑制已达 {limit} 条，请先取消不再需要的。', 409),
  // disposal
  IP_NOT_PUBLIC: user('{ip} 是内网或保留地址，不能在边界上封禁。'),
  ADDRESS_PROTECTED: user('{ip} 在保护名单（{why}）里，不能封禁。'),
  DURATION_OUT_OF_RANGE: user('封禁时长要在 {min} 到 {max} 之间，例如“12h”。'),
  NOTIFY_ONLY: user('本单位是“仅通知”模式，我们只给方案，请贵方自行在设备上操作。', 403),
  NO_DEVICE: user('本单位还没有接入可用的防火墙，请先登记设备。'),
  LIMIT_REACHED: user('本单位封禁已达上限（{limit} 条），要继续须由高级专家发起，并由客户授权人一同签字。', 429),
  ALREADY_BLOCKED: user('{ip} 已经封禁（{number}），到期时间 {until}。', 409),
  ADDRESS_SHARED: user('{ip} 属于{whose}，是多人共用的出口，封禁会连带误伤；请先核对归属，确需封禁由高级专家发起双签。', 409),
  COSIGN_NEEDED: user('{number} 影响高，要客户授权人与高级专家都签字；现在还缺{who}。', 409),
  NOT_TWO_SIGNATURES: user('{number} 只需客户授权人同意，不用会签。', 409),
  APPROVAL_EXPIRED: user('{number} 的授权请求已在 {at} 过期，没有执行；风险仍在，要由分析师重新发起后再请授权人确认。', 410),
  WRITTEN_LEAVE_NEEDED: user('永久封禁要有客户授权人的书面同意，请先给出时长。'),
  DEVICE_UNREACHABLE: operational('设备 {device} 没有响应，已转入重试，单号 {number}。'),
  DEVICE_REFUSED: operational('设备 {device} 拒绝了操作，分析师正在处理，单号 {number}。'),
  DEVICE_BUSY: operational('设备 {device} 正忙，稍后自动重试，单号 {number}。'),
  DEVICE_MISCONFIGURED: user('设备 {device} 的配置不对：{problem}。'),
  // patrols
  SCAN_OUT_OF_SCOPE: user('{target} 不能扫描：{why}。', 403),
  SCAN_TOO_LARGE: user('范围有 {hosts} 台主机，一次巡检最多 {limit} 台，请分几次。'),
  // chat
  CHAT_UNREACHABLE: operational('企业微信暂时连不上，消息已保存，恢复后自动补发。'),
  CHAT_OUTCOME_UNKNOWN: operational('企业微信没有回执，消息可能已送达，已登记核对。'),
  CHAT_BUSY: operational('企业微信限制了频率，消息已排队稍后发送。', 429),
  CHAT_TARGET_DEAD: operational('群 {chatId} 收不到消息，请检查机器人是否还在群里。'),
  CHAT_REFUSED: operational('企业微信拒绝了这条消息（{code}），已登记待人工处理。', 502),
  CHAT_EXPIRED: operational('这条消息过了时限，没有发送。', 410),
  STREAMS_FULL: operational('实时连接已满（{limit} 路），请关闭其他页面后重试。', 503),
  // events in
  SOURCE_UNKNOWN: user('没有这个日志源或令牌不对。', 401),
  SOURCE_TYPE_UNKNOWN: user('不支持的来源类型 {type}。', 404),
  BODY_TOO_LARGE: user('请求体超过 {limit} 字节。', 413),
  INTAKE_FULL: operational('接收队列已满，请按 Retry-After 重试。', 429),
  FEED_FAILED: operational('情报源 {feed} 读不了：{problem}，保留上一份，稍后自动重试。', 502),
  ARCHIVE_UNAVAILABLE: operational('归档暂时写不进去，事件没有被接收，请稍后重发。'),
  // platform
  NOT_READY: operational('服务还没有就绪（{what}），请稍候。'),
  QUEUE_UNREACHABLE: operational('任务队列没有响应，稍后自动重试。'),
  DATABASE_UNREACHABLE: operational('数据库没有响应，稍后自动重试。'),
  CONFIGURATION_INVALID: user('配置有误：{problems}'),
  SCAN_FORMAT_UNKNOWN: user('看不出 {file} 是哪种扫描结果，请用 --format 指明格式{known}。'),
  FILE_INVALID: user('{file} 第 {line} 行：{problem}'),
  FILE_REFUSED: user('这个文件没有接收：{problem}。'),
  REQUEST_INVALID: user('请求不正确：{problem}'),
  DOCUMENT_FAILED: operational('文件没有生成（{problem}），请稍后再试，或换一种格式。', 503),
  REPORT_NOT_READY: user('{number} 现在是“{state}”，不能{action}。', 409),
  EXPLANATION_NEEDED: user('{number} 有异常数字（{what}），先写明原因再发送，例如“审报告 {number} 说明：原因”。', 409),
  NOT_FOUND: user('没有找到 {what}。', 404),
  NOT_SUPPORTED: user('暂不支持{what}。', 501),
  RULE_INVALID: user('规则 {rule} 不能使用：{problem}'),
  SECRET_UNREADABLE: operational('凭据解不开，请检查 SECRET_KEY 是否与加密时一致。'),
  INTERNAL: bug('出了意外，已记录（{reference}），请稍后再试或联系值班分析师。'),
} as const satisfies Record<string, CatalogueEntry>

export type ErrorCode = keyof typeof catalogue
export type ErrorFacts = Readonly<Record<string, string | number | boolean | undefined>>

export class AppError extends Error {
  override readonly name = 'AppError'
  constructor(
    readonly code: ErrorCode,
    readonly facts: ErrorFacts = {},
    options: { cause?: unknown } = {},
  ) {
    super(`${code} ${JSON.stringify(facts)}`, options)
  }
  get kind(): ErrorKind {
    return catalogue[this.code].kind
  }
  get status(): number {
    return catalogue[this.code].status
  }
  /** The sentence for a person. */
  get reply(): string {
    return fill(catalogue[this.code].reply, this.facts)
  }
}

/** Values are data: a `{name}` inside a value is not filled again. */
function fill(template: string, facts: ErrorFacts): string {
  return template.replace(/\{(\w+)\}/g, (_, name: string) => String(facts[name] ?? ''))
}

export function isAppError(error: unknown, code?: ErrorCode): error is AppError {
  return error instanceof AppError && (code === undefined || error.code === code)
}

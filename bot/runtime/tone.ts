// Whether a sentence orders, asks, forbids or repeats what others said; pure, used by parse.ts before a word of it is taken for an order.

const BLOCK = '封|拉黑|屏蔽|阻断|拦截'
const FORBID =
  '(?<![特级区分辨识类差])别(?![的人家处名])|勿|甭|毋|莫(?![名斯])|不(?:要|用|能|必|得|准|许|想|需要?|可以?|应该?|该|同意|建议|考虑|打算|允许)|没(?:有)?必要|无[需须]|用不着|犯不着|禁止|严禁|暂缓'
/** “不要把这个地址封了”, “先别封”, “不封”: a few words may stand between, a comma may not. */
const FORBIDDEN = new RegExp(`(?:${FORBID})[^，,。；;：:！!？?]{0,20}?(?:${BLOCK})|(?:不|未|没)(?:再|先)?(?:${BLOCK})`)
/** “封禁 1.2.3.4 先不要了”. */
const TAKEN_BACK = new RegExp(`(?:${BLOCK}).*(?:不要|别|不用|不必|算了|先等等?|等一下|再说)(?:了|吧|封(?:了|禁)?)*[。.!！~\\s]*$`)
const QUESTION =
  /[?？]|吗|么\s*[。.]?\s*$|呢\s*[。.]?\s*$|没(?:有)?\s*[。.]?\s*$|是否|为什么|为何|为啥|凭什么|怎么|咋|谁|哪|多少|什么|啥|多久|何时|几(?:个|次|条|点|时|天)/
/** “能封禁吗”, “麻烦封一下，可以吗？” ask politely for what is wanted. */
const REQUEST =
  /能否|(?:^|[，,。\s])(?:你们?|您)?(?:能|可以|可否|麻烦|请(?!问)|帮|劳烦)[^，,。]*(?:吗|么|[?？])|(?:可以|好|行|成|ok)(?:(?:吗|么|不)\s*[?？]?|[?？])\s*$/i
/** What is done already is told or asked about, not ordered. */
const DONE = /(?:已经?|被|刚刚?|曾经?|正在)(?:自动|临时|全部)?(?:封|拉黑|解封|撤销|同意|批准)|[了过](?:吗|么|没(?:有)?)\s*[?？。]*\s*$/
const OTHERS =
  '他们?|她|领导|主任|主管|老板|经理|院长|校长|局长|处长|科长|同事|客户|[\\p{Script=Han}]{1,3}(?:总|主任|经理|老师)|[\\p{Script=Han}]{1,2}工'
const HEARSAY = new RegExp(
  `^(?:刚才|刚刚?|我们)?(?:${OTHERS})[^，,。？?不没]{0,12}?(?:可以|同意|批准|授权|没问题|行|好|封)(?:了|的|吧)?[，,。.!！\\s]*(?:封(?:了|禁)?吧?|执行吧?)?[。.!！~\\s]*$`,
  'u',
)
const MOST_HEARSAY = 60

/** “能不能”, “要不要” ask; their 不 forbids nothing. */
function withoutChoices(text: string): string {
  return text.replaceAll(/可不可以|可以不可以|能不能|行不行|好不好/g, '能否').replaceAll(/([要用该需是有应])[不没]\1(?:要|该)?/g, '是否')
}

export interface Tone {
  /** Something may be ordered: it is neither forbidden, nor done already, nor merely asked about. */
  readonly orders: boolean
  /** Blocking is forbidden or called off. */
  readonly forbids: boolean
  /** There is a question in it, even a polite one. */
  readonly asks: boolean
}

export function toneOf(text: string): Tone {
  const plain = withoutChoices(text)
  const forbids = FORBIDDEN.test(plain) || TAKEN_BACK.test(plain)
  const asks = QUESTION.test(plain)
  return { orders: !forbids && !(asks && !REQUEST.test(plain)) && !DONE.test(plain), forbids, asks: asks || REQUEST.test(plain) }
}

/** “他说可以”, “王总同意了”: leave that somebody else is said to have given. */
export function isHearsay(text: string): boolean {
  return text.length <= MOST_HEARSAY && HEARSAY.test(text.trim())
}

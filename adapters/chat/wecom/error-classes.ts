// What each of WeCom's error codes means for a message, with where that is known from; asked by the long connection and the webhook.
import { AppError } from '../../../core/errors.js'

interface ErrorClass {
  readonly as: 'CHAT_BUSY' | 'CHAT_TARGET_DEAD' | 'CHAT_UNREACHABLE' | 'CHAT_EXPIRED'
  readonly retryAfterSeconds?: number
  /** "doc N" is developer.work.weixin.qq.com/document/path/N; doc 90313 is the list of error codes. */
  readonly source: string
}

/** The robot's long connection answers so when a req_id is unknown, too old, or of a kind that takes no such answer. */
export const wrongReqId = 846605
/** The service does not know this connection as a subscribed one. */
export const notSubscribed = 846609
/** Robot id or secret wrong. */
export const wrongSecret = 853000

/** Whatever is not here is CHAT_REFUSED with the code: a person has to look. */
export const errorClasses: ReadonlyMap<number, ErrorClass> = new Map<number, ErrorClass>([
  [-1, { as: 'CHAT_BUSY', retryAfterSeconds: 5, source: 'doc 90313: system busy, try again' }],
  // The answer does not say whether the minute or the hour is full; a minute is the shorter window.
  [45009, { as: 'CHAT_BUSY', retryAfterSeconds: 60, source: 'doc 90313; doc 101463: 30 a minute; doc 99110: webhook 20 a minute' }],
  [45033, { as: 'CHAT_BUSY', retryAfterSeconds: 2, source: 'doc 90313: too many calls at once' }],
  [846607, { as: 'CHAT_BUSY', retryAfterSeconds: 60, source: 'in no published list; hearsay: a limit of the long connection' }],
  [93000, { as: 'CHAT_TARGET_DEAD', source: 'doc 90313 and a call with a made-up key: webhook key wrong or robot removed' }],
  [93001, { as: 'CHAT_TARGET_DEAD', source: 'seen by plug-ins built on the SDK: robot not in the group' }],
  [93004, { as: 'CHAT_TARGET_DEAD', source: 'doc 90313: robot stopped' }],
  [93006, { as: 'CHAT_TARGET_DEAD', source: 'live trace: chatid unknown, in the wrong case, or nobody has talked to the robot there' }],
  [93008, { as: 'CHAT_TARGET_DEAD', source: 'doc 90313: robot not allowed in the group' }],
  [40003, { as: 'CHAT_TARGET_DEAD', source: 'doc 90313: userid invalid' }],
  [60111, { as: 'CHAT_TARGET_DEAD', source: 'doc 90313: userid does not exist' }],
  [40050, { as: 'CHAT_TARGET_DEAD', source: 'doc 90313: chatid does not exist' }],
  [86001, { as: 'CHAT_TARGET_DEAD', source: 'doc 90313: chatid invalid' }],
  [86003, { as: 'CHAT_TARGET_DEAD', source: 'doc 90313: chatid does not exist' }],
  [wrongReqId, { as: 'CHAT_EXPIRED', source: 'live trace: req_id invalid or of the wrong kind' }],
  [846608, { as: 'CHAT_EXPIRED', source: 'seen by plug-ins built on the SDK: window of a stream closed' }],
  [notSubscribed, { as: 'CHAT_UNREACHABLE', source: 'seen by plug-ins built on the SDK: not subscribed; nothing was carried out' }],
])

/** The refusal `errcode` of a message to `chatId` as a code of the catalogue. `errmsg` is theirs: only the number their support asks for is kept. */
export function refusal(errcode: number, errmsg: unknown, chatId: string): AppError {
  const known = errorClasses.get(errcode)
  const hint = typeof errmsg === 'string' ? /hint: \[(\d{1,40})\]/.exec(errmsg.slice(0, 2000))?.[1] : undefined
  return new AppError(known?.as ?? 'CHAT_REFUSED', {
    code: errcode,
    chatId,
    ...(known?.retryAfterSeconds === undefined ? {} : { retryAfterSeconds: known.retryAfterSeconds }),
    ...(hint === undefined ? {} : { hint }),
  })
}

/** Too long by WeCom's own limits; whoever wrote the message has to cut it. */
export function tooLong(bytes: number, maxBytes: number): AppError {
  return new AppError('CHAT_REFUSED', { code: 'TOO_LONG', bytes, maxBytes })
}

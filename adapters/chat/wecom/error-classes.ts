// What each of WeCom's error codes means for a message, what is to be done about it, and where that is known from; asked by every road to WeCom.
import { AppError, type ErrorCode } from '../../../core/errors.js'

/**
 * `renew-token`: fetch another access token and ask once again. `slow-down`: nothing more to this target before `retryAfterSeconds`.
 * `retry-later`: nothing was carried out, the same call will do later. `shorten`: less of it at once. `give-up`: nobody can or need do
 * anything. `switch-road`: this target is not reached this way, another road may reach it. `tell-staff`: a person has to mend something.
 */
export type Reaction = 'renew-token' | 'slow-down' | 'retry-later' | 'shorten' | 'give-up' | 'switch-road' | 'tell-staff'

export interface ErrorClass {
  readonly reaction: Reaction
  readonly as: ErrorCode
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
/** media_id unknown or older than three days. */
export const mediaGone = 40007
/** The response_code was used before. */
export const codeUsed = 42022

const listed = 'doc 90313'
const slow = (retryAfterSeconds: number, source: string): ErrorClass => ({
  reaction: 'slow-down',
  as: 'CHAT_BUSY',
  retryAfterSeconds,
  source,
})
const later = (as: 'CHAT_BUSY' | 'CHAT_UNREACHABLE', retryAfterSeconds: number, source: string): ErrorClass => ({
  reaction: 'retry-later',
  as,
  retryAfterSeconds,
  source,
})
const dead = (what: string, source = listed): ErrorClass => ({
  reaction: 'switch-road',
  as: 'CHAT_TARGET_DEAD',
  source: `${source}: ${what}`,
})
const refused = (reaction: Reaction, what: string, source = listed): ErrorClass => ({
  reaction,
  as: 'CHAT_REFUSED',
  source: `${source}: ${what}`,
})
const token = (what: string): ErrorClass => refused('renew-token', what)
const staff = (what: string, source?: string): ErrorClass => refused('tell-staff', what, source)
const drop = (what: string, source?: string): ErrorClass => refused('give-up', what, source)
const shorten = (what: string, source?: string): ErrorClass => refused('shorten', what, source)
const expired = (what: string, source = listed): ErrorClass => ({ reaction: 'give-up', as: 'CHAT_EXPIRED', source: `${source}: ${what}` })
const pluginSeen = 'seen by plug-ins built on the SDK'

/** Whatever is not here is CHAT_REFUSED with the code: a person has to look. */
export const errorClasses: ReadonlyMap<number, ErrorClass> = new Map<number, ErrorClass>([
  // the moment
  [-1, later('CHAT_BUSY', 5, `${listed}: system busy, try again`)],
  // The answer does not say whether the minute or the hour is full; a minute is the shorter window.
  [45009, slow(60, `${listed}; doc 101463: 30 a minute; doc 99110: webhook 20 a minute`)],
  [45033, slow(2, `${listed}: too many calls at once`)],
  [846607, slow(60, 'in no published list; hearsay: a limit of the long connection')],
  [notSubscribed, later('CHAT_UNREACHABLE', 1, `${pluginSeen}: not subscribed; nothing was carried out`)],
  [41063, later('CHAT_BUSY', 60, `${listed}: the mass message is still being dispatched`)],

  // the token of an application
  [40014, token('access token invalid')],
  [42001, token('access token expired')],
  [41001, token('access token missing')],

  // what only the customer's or our administrators can mend
  [40001, staff('secret wrong or reset; asking on gets the address blocked for an hour')],
  [40013, staff('corpid wrong')],
  [40091, staff('secret of another corp')],
  [40056, staff('agentid invalid')],
  [301002, staff('token and agentid belong to different applications')],
  [43012, staff('a card with buttons needs a configured callback address')],
  [48002, staff('no permission for this interface')],
  [48005, staff('interface retired')],
  [48006, staff('permission withdrawn, the application was not used for long')],
  [50003, staff('application disabled')],
  [60020, staff('address of the caller is not trusted; a changed list acts after a minute')],
  [60011, staff('no permission on the member, department or tag')],
  [86008, staff('group was not created by this application')],
  [86101, staff('only the owner may do this')],
  [86215, staff('chatid exists already')],
  [wrongSecret, staff('robot id or secret wrong', pluginSeen)],
  [701008, staff('no licence for the member')],
  [701099, staff('no licence for the member')],

  // the target is not there, or not this way
  [93000, dead('webhook key wrong or robot removed', `${listed} and a call with a made-up key`)],
  [93001, dead('robot not in the group', pluginSeen)],
  [93004, dead('robot stopped')],
  [93006, dead('chatid unknown, in the wrong case, or nobody has talked to the robot there', 'live trace')],
  [93008, dead('robot not allowed in the group')],
  [93019, dead('robot id of the webhook wrong', pluginSeen)],
  [40003, dead('userid invalid')],
  [46004, dead('member does not exist')],
  [60111, dead('userid does not exist')],
  [50002, dead('member outside of the permitted range')],
  [60021, dead('userid outside of the visible range')],
  [81013, dead('all recipients invalid or outside of the visible range', 'doc 90236')],
  [84061, dead('no relation to the external contact')],
  [90501, dead('not a customer group')],
  [40050, dead('chatid does not exist')],
  [86001, dead('chatid invalid')],
  [86003, dead('chatid does not exist')],
  [86217, dead('sender is not a member of the group')],
  [40008, refused('switch-road', 'this kind of message is not taken on this channel')],

  // too much at once
  [45002, shorten('content too long')],
  [45008, shorten('more than eight articles')],
  [45001, shorten('file too large')],
  [40006, shorten('file too large or too small')],
  [40032, shorten('more than a thousand userids')],
  [82002, shorten('more than a hundred departments')],
  [82003, shorten('more than a hundred tags')],
  [93018, shorten('picture too large', 'doc 99110')],

  // too late, or done already
  [wrongReqId, expired('req_id invalid or of the wrong kind', 'live trace')],
  [846608, expired('window of a stream closed', pluginSeen)],
  [codeUsed, expired('response code used before')],
  [42052, expired('message too old to be recalled')],
  [42014, drop('task id malformed or used before')],
  [42015, drop('task id of another application')],
  [42016, drop('task id unknown')],
  [mediaGone, staff('media id invalid or expired, also after the file was uploaded anew')],
  [41093, drop('mass message was cancelled')],
  [41094, drop('reminded too often')],
  [41048, drop('no customer the mass message could go to')],

  // what no phone would show
  [44001, drop('empty file')],
  [44004, drop('empty content')],
  [93017, drop('empty content', 'doc 99110')],
  [40004, drop('kind of media not allowed')],
  [40005, drop('kind of file not allowed')],
  [82004, drop('content that could crash a client')],
  [40033, staff('illegal characters, although they were taken out')],
  [301019, staff('md5 of the file differs')],

  // our mistakes
  [40031, staff('list of userids wrong')],
  [40035, staff('parameter wrong')],
  [40058, staff('parameter wrong, or longer than the parameter may be')],
  [40063, staff('parameter empty')],
  [41016, staff('title missing, or card malformed')],
  [41033, staff('description missing')],
  [41046, staff('id of the mass message missing')],
  [41047, staff('id of the mass message invalid')],
  [45034, staff('address without scheme')],
  [81012, staff('no recipient named')],
  [82001, staff('no recipient named')],
  [86004, staff('group name wrong')],
  [86005, staff('group owner wrong')],
  [86006, staff('number of members wrong')],
  [86007, staff('list of members wrong')],
  [86201, staff('chatid missing')],
  [86202, staff('group name missing')],
  [86203, staff('group owner missing')],
  [86204, staff('members missing')],
  [86205, staff('chatid too long')],
  [86206, staff('numeric chatid too large')],
  [86207, staff('owner not among the members')],
  [86216, staff('illegal id of a member')],
  [86220, staff('parameters wrong')],
  [42017, staff('key of a button unknown')],
  [42018, staff('key of a button invalid')],
  [42019, staff('key of a button missing')],
  [42020, staff('name of a button missing')],
  [42027, staff('card: horizontal_content_list.keyname missing')],
  [42028, staff('card: url missing')],
  [42029, staff('card: horizontal_content_list.media_id missing')],
  [42030, staff('card: appid missing')],
  [42031, staff('card: card_type not allowed')],
  [42033, staff('card: title missing')],
  [42035, staff('card: horizontal_content_list has a wrong length')],
  [42036, staff('card: vertical_content_list has a wrong length')],
  [42037, staff('card: option_list has a wrong length')],
  [42038, staff('card: text of a button wrong')],
  [42039, staff('card: key of a button wrong')],
  [42040, staff('card: id of an option wrong')],
  [42041, staff('card: text of an option wrong')],
  [42042, staff('card: jump_list has a wrong length')],
  [42043, staff('card: question_key wrong')],
  [42044, staff('card: card_image.url wrong')],
  [42045, staff('card: card_action wrong')],
  [42046, staff('card: key of submit_button wrong')],
  [42047, staff('card: select_list has a wrong length')],
  [42049, staff('card: text of submit_button wrong')],
  [42050, staff('card: horizontal_content_list.userid wrong')],
  [42051, staff('card: keys of action_menu collide')],
])

/**
 * The refusal `errcode` of a message to `chatId` as a code of the catalogue; facts: `code`, `chatId`, `reaction`, `retryAfterSeconds`.
 * `errmsg` is theirs: only the number their support asks for is kept, and our own address where it is the reason (`ip`).
 */
export function refusal(errcode: number, errmsg: unknown, chatId: string): AppError {
  const known = errorClasses.get(errcode)
  const said = typeof errmsg === 'string' ? errmsg.slice(0, 2000) : ''
  const hint = /hint: \[(\d{1,40})\]/.exec(said)?.[1]
  const ip = errcode === 60020 ? /from ip: ([0-9a-f.:]{2,45})/i.exec(said)?.[1] : undefined
  return new AppError(known?.as ?? 'CHAT_REFUSED', {
    code: errcode,
    chatId,
    reaction: known?.reaction ?? 'tell-staff',
    ...(known?.retryAfterSeconds === undefined ? {} : { retryAfterSeconds: known.retryAfterSeconds }),
    ...(hint === undefined ? {} : { hint }),
    ...(ip === undefined ? {} : { ip }),
  })
}

/** Too long by WeCom's own limits; whoever wrote the message has to cut it. */
export function tooLong(bytes: number, maxBytes: number): AppError {
  return new AppError('CHAT_REFUSED', { code: 'TOO_LONG', bytes, maxBytes, reaction: 'shorten' })
}

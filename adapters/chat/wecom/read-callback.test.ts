// Understanding of what WeCom sends: kinds of messages, mentions, quotes, presses in both shapes, and what is left aside.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Callback, readCallback, readHttpCallback } from './read-callback.js'
import { stripMention } from './strip-mention.js'

const frame = (body: object, headers: object = { req_id: 'R1' }): object => ({
  cmd: 'aibot_msg_callback',
  headers,
  body: { msgid: 'M1', aibotid: 'A1', chatid: 'wrG1', chattype: 'group', from: { userid: 'ZhangSan' }, ...body },
})
const event = (event: object, body: object = {}): object => frame({ msgtype: 'event', event, ...body })
const textOf = (callback: Callback): unknown => (callback.kind === 'message' ? callback.message.text : callback.kind)

describe('messages', () => {
  it('a text in a group loses the mention and keeps everything else', () => {
    expect(readCallback(frame({ msgtype: 'text', text: { content: '@安全管家 状态 @李工' } }))).toEqual({
      kind: 'message',
      reqId: 'R1',
      message: { messageId: 'M1', chatId: 'wrG1', chatType: 'group', userId: 'ZhangSan', text: '状态 @李工' },
    })
  })

  it('in a single chat the person is the chat and an @ stays', () => {
    const read = readCallback(frame({ chattype: 'single', chatid: undefined, msgtype: 'text', text: { content: '@李工 在吗' } }))

    expect(read).toMatchObject({ message: { chatId: 'ZhangSan', chatType: 'single', text: '@李工 在吗' } })
  })

  it('of pictures and text mixed the text is taken, of voice what WeCom wrote down', () => {
    const items = [
      { msgtype: 'text', text: { content: '@管家 看这个' } },
      { msgtype: 'image', image: { url: 'https://x', aeskey: 'k' } },
      { msgtype: 'text', text: { content: '是误报吗' } },
      { msgtype: 'text', text: 'broken' },
    ]

    expect(textOf(readCallback(frame({ msgtype: 'mixed', mixed: { msg_item: items } })))).toBe('看这个\n是误报吗')
    expect(textOf(readCallback(frame({ msgtype: 'voice', voice: { content: '查一下状态' } })))).toBe('查一下状态')
  })

  it.each(['image', 'file', 'video'])('a message of kind %s arrives with an empty text, so that the person gets an answer', msgtype => {
    expect(textOf(readCallback(frame({ chattype: 'single', msgtype, [msgtype]: { url: 'https://x' } })))).toBe('')
  })

  it('the quoted text is handed on, whatever its kind; a broken quote costs only itself', () => {
    const quoting = (quote: unknown): unknown => readCallback(frame({ msgtype: 'text', text: { content: '认领' }, quote }))

    expect(quoting({ msgtype: 'text', text: { content: 'IN-uni-1' } })).toMatchObject({ message: { quote: 'IN-uni-1' } })
    expect(quoting({ msgtype: 'mixed', mixed: { msg_item: [{ text: { content: 'IN-2' } }] } })).toMatchObject({
      message: { quote: 'IN-2' },
    })
    expect(quoting({ msgtype: 'voice', voice: { content: 'IN-3' } })).toMatchObject({ message: { quote: 'IN-3' } })
    for (const quote of [{ msgtype: 'image', image: {} }, 'x', 7, null, { msgtype: 'text' }]) {
      expect(quoting(quote)).toMatchObject({ kind: 'message', message: { text: '认领' } })
      expect(quoting(quote)).not.toHaveProperty('message.quote')
    }
  })

  it('texts are bounded and no half character stays', () => {
    const read = readCallback(frame({ msgtype: 'text', text: { content: `a${'𠮷'.repeat(20_000)}` } }))

    expect(textOf(read)).toBe(`a${'𠮷'.repeat(9_999)}`)
  })
})

describe('events', () => {
  it('a press is read nested, as WeCom sends it, and flat, as the SDK types it', () => {
    const press = { event_key: 'yes', task_id: 't-1' }
    const expected = {
      kind: 'press',
      reqId: 'R1',
      press: { messageId: 'M1', chatId: 'wrG1', chatType: 'group', userId: 'ZhangSan', taskId: 't-1', key: 'yes' },
    }

    expect(readCallback(event({ eventtype: 'template_card_event', template_card_event: { card_type: 'x', ...press } }))).toEqual(expected)
    expect(readCallback(event({ eventtype: 'template_card_event', ...press }))).toEqual(expected)
  })

  it('an opened chat is told with the person', () => {
    expect(readCallback(event({ eventtype: 'enter_chat', enter_chat: {} }, { chattype: 'single' }))).toEqual({
      kind: 'entered',
      userId: 'ZhangSan',
    })
  })

  it('a press by somebody of another enterprise, without ids, or of another kind is left aside', () => {
    const nested = { eventtype: 'template_card_event', template_card_event: { event_key: 'yes', task_id: 't-1' } }

    expect(readCallback(event(nested, { from: { userid: 'zhang', corpid: 'ww-other' } })).kind).toBe('skipped')
    expect(readCallback(event({ eventtype: 'template_card_event', template_card_event: { event_key: 'yes' } })).kind).toBe('skipped')
    expect(readCallback(event({ eventtype: 'feedback_event', feedback_event: {} })).kind).toBe('skipped')
  })
})

describe('by HTTP callback', () => {
  const body = (more: object): string =>
    JSON.stringify({ msgid: 'M1', chatid: 'wrG1', chattype: 'group', from: { userid: 'ZhangSan' }, ...more })

  it('the same is understood, with the address of the one answer', () => {
    const response_url = 'https://qyapi.weixin.qq.com/cgi-bin/aibot/response?response_code=RC'

    expect(readHttpCallback(body({ msgtype: 'text', text: { content: '@安全管家 状态' }, response_url }))).toEqual({
      kind: 'message',
      responseUrl: response_url,
      message: { messageId: 'M1', chatId: 'wrG1', chatType: 'group', userId: 'ZhangSan', text: '状态' },
    })
    const press = { eventtype: 'template_card_event', template_card_event: { event_key: 'yes', task_id: 't-1' } }
    expect(readHttpCallback(body({ msgtype: 'event', event: press, response_url }))).toMatchObject({
      kind: 'press',
      responseUrl: response_url,
      press: { taskId: 't-1', key: 'yes' },
    })
  })

  it.each([undefined, 7, '', {}, 'x'.repeat(5_000)])('the address %j costs only itself', response_url => {
    const read = readHttpCallback(body({ msgtype: 'text', text: { content: 'x' }, response_url }))

    expect(read).toMatchObject({ kind: 'message', message: { text: 'x' } })
    expect(read).toHaveProperty('responseUrl', undefined)
  })

  it.each(['', '{', '[]', 'null', '7', '['.repeat(200_000), body({ msgtype: 'stream', stream: { id: 'S1' } })])(
    '%.20j is left aside',
    text => {
      expect(readHttpCallback(text).kind).toBe('skipped')
    },
  )
})

it('nothing whatever makes it throw', () => {
  fc.assert(
    fc.property(fc.anything(), fc.anything(), fc.anything(), (any, body, content) => {
      expect(typeof readCallback(any).kind).toBe('string')
      expect(typeof readHttpCallback(String(JSON.stringify(any))).kind).toBe('string')
      expect(typeof readCallback(frame({ msgtype: 'text', text: body, quote: content })).kind).toBe('string')
      expect(typeof readCallback(event({ eventtype: 'template_card_event', template_card_event: content })).kind).toBe('string')
    }),
  )
})

it.each([
  ['@管家 状态', undefined, '状态'],
  ['  @管家\u2005状态', undefined, '状态'],
  ['@管家', undefined, ''],
  ['状态 @管家', undefined, '状态 @管家'],
  ['状态', undefined, '状态'],
  ['@管家 @李工 看一下', undefined, '@李工 看一下'],
  ['@ 状态', undefined, '@ 状态'],
  [`@${'x'.repeat(100)} y`, undefined, `@${'x'.repeat(100)} y`],
  ['@Security Bot 状态', 'Security Bot', '状态'],
  ['@管家状态', '管家', '状态'],
  ['@安全管家 状态', '管家', '状态'],
])('%j with the name %j becomes %j', (text, name, expected) => {
  expect(stripMention(text, name)).toBe(expected)
})

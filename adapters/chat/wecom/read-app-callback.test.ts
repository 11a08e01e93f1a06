// Understanding of the application's callbacks: WeCom's own examples, identity of repeats, and XML that wants to do harm.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readAppCallback } from './read-app-callback.js'

const app = { corpId: 'CorpID', agentId: 1000002 }
const common =
  '<ToUserName><![CDATA[CorpID]]></ToUserName><FromUserName><![CDATA[zhangsan]]></FromUserName><CreateTime>1767225600</CreateTime>'
const wrap = (inner: string): string => `<xml>${common}${inner}<AgentID>1000002</AgentID></xml>`
const text = (content: string, id = '7000000000000000001'): string =>
  wrap(`<MsgType><![CDATA[text]]></MsgType><Content>${content}</Content><MsgId>${id}</MsgId>`)
const press = (key: string, task = 't-1', more = ''): string =>
  wrap(
    `<MsgType><![CDATA[event]]></MsgType><Event><![CDATA[template_card_event]]></Event><EventKey><![CDATA[${key}]]></EventKey><TaskId><![CDATA[${task}]]></TaskId><CardType><![CDATA[button_interaction]]></CardType><ResponseCode><![CDATA[RC]]></ResponseCode>${more}`,
  )

it('a text message, its 64-bit id unharmed', () => {
  expect(readAppCallback(text('<![CDATA[状态]]>'), app)).toEqual({
    kind: 'message',
    message: { chatId: 'zhangsan', chatType: 'single', userId: 'zhangsan', messageId: '7000000000000000001', text: '状态' },
  })
})

it('what looks like a number stays a text, and leading noughts stay', () => {
  expect(readAppCallback(text('0012'), app)).toMatchObject({ message: { text: '0012' } })
})

it('a press with what was selected', () => {
  const selected =
    '<SelectedItems><SelectedItem><QuestionKey><![CDATA[q1]]></QuestionKey><OptionIds><OptionId><![CDATA[a]]></OptionId><OptionId><![CDATA[b]]></OptionId></OptionIds></SelectedItem></SelectedItems>'

  expect(readAppCallback(press('approve', 't-1', selected), app)).toMatchObject({
    kind: 'press',
    responseCode: 'RC',
    press: { userId: 'zhangsan', chatId: 'zhangsan', chatType: 'single', taskId: 't-1', key: 'approve' },
  })
})

it('a repeated press bears the same id, another button or card another one, and none is longer than a database key', () => {
  const id = (xml: string): string => {
    const read = readAppCallback(xml, app)
    return read.kind === 'press' ? read.press.messageId : ''
  }

  expect(id(press('yes'))).toBe(id(press('yes')))
  expect(new Set([id(press('yes')), id(press('no')), id(press('yes', 't-2')), id(press('k'.repeat(1024)))]).size).toBe(4)
  expect(id(press('k'.repeat(1024)))).toHaveLength(64)
})

it.each(['image', 'voice', 'video', 'location', 'link', 'file'])('a message of kind %s arrives with an empty text', type => {
  const xml = wrap(`<MsgType>${type}</MsgType><PicUrl>https://x</PicUrl><MediaId>m</MediaId><MsgId>1</MsgId>`)

  expect(readAppCallback(xml, app)).toMatchObject({ kind: 'message', message: { text: '' } })
})

it('of voice what WeCom wrote down is taken', () => {
  const xml = wrap('<MsgType>voice</MsgType><Recognition>查一下状态</Recognition><MsgId>1</MsgId>')

  expect(readAppCallback(xml, app)).toMatchObject({ message: { text: '查一下状态' } })
})

it('what is meant for another corp or application is left aside', () => {
  expect(readAppCallback(text('x').replace('CorpID', 'Other'), app)).toEqual({ kind: 'skipped', why: 'callback of another corp' })
  expect(readAppCallback(text('x').replace('1000002', '1000003'), app)).toEqual({ kind: 'skipped', why: 'callback of another application' })
})

it('an opening is told, other events and kinds are left aside', () => {
  const event = (name: string): string => wrap(`<MsgType>event</MsgType><Event>${name}</Event>`)

  expect(readAppCallback(event('enter_agent'), app)).toEqual({ kind: 'entered', userId: 'zhangsan' })
  for (const name of ['subscribe', 'LOCATION', 'view', 'batch_job_result', ''])
    expect(readAppCallback(event(name), app).kind).toBe('skipped')
  expect(readAppCallback(wrap('<MsgType>hologram</MsgType><MsgId>1</MsgId>'), app).kind).toBe('skipped')
})

describe('hostile XML', () => {
  const bomb = `<!DOCTYPE x [<!ENTITY a "${'a'.repeat(1000)}">${Array.from({ length: 9 }, (_, i) => `<!ENTITY ${'b'.repeat(i + 1)} "${`&${'b'.repeat(i) || 'a'};`.repeat(10)}">`).join('')}]>`

  it('entities neither read files nor grow', () => {
    const external = `<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>${text('&f;')}`
    const seen = [external, `${bomb}${text('&bbbbbbbbb;')}`].map(xml => readAppCallback(xml, app))

    expect(JSON.stringify(seen)).not.toContain('root:')
    expect(JSON.stringify(seen).length).toBeLessThan(30_000)
  })

  it('an element that comes twice, is nested, or is named like an object is no text', () => {
    expect(readAppCallback(wrap('<MsgType>text</MsgType><MsgId>1</MsgId><MsgId>2</MsgId><Content>x</Content>'), app).kind).toBe('skipped')
    expect(readAppCallback(wrap('<MsgType>text</MsgType><MsgId><a>1</a></MsgId>'), app).kind).toBe('skipped')
    expect(readAppCallback('<xml><__proto__><MsgType>text</MsgType></__proto__></xml>', app).kind).toBe('skipped')
    expect(readAppCallback(`${'<a>'.repeat(50_000)}`, app).kind).toBe('skipped')
    expect(readAppCallback(`<xml>${'<a>'.repeat(5_000)}${'</a>'.repeat(5_000)}</xml>`, app).kind).toBe('skipped')
    expect(({} as { MsgType?: unknown }).MsgType).toBeUndefined()
  })

  it('long texts are bounded', () => {
    const read = readAppCallback(text('长'.repeat(50_000)), app)

    expect(read).toMatchObject({ message: { text: '长'.repeat(20_000) } })
  })

  it('nothing whatever makes it throw', () => {
    fc.assert(
      fc.property(fc.string(), anything => {
        expect(typeof readAppCallback(anything, app).kind).toBe('string')
        expect(typeof readAppCallback(wrap(anything), app).kind).toBe('string')
        expect(typeof readAppCallback(text(anything), app).kind).toBe('string')
      }),
    )
  })
})

// The published and the own test vectors of WeCom's callback encryption, and answers somebody tampered with.
import { createDecipheriv, createHash } from 'node:crypto'
import { expect, it } from 'vitest'
import { type Sealed, seal, unseal } from './callback-crypto.js'
import type { SandboxCallback } from './sandbox-types.js'

const url = 'http://127.0.0.1/'
const published: SandboxCallback = {
  url,
  token: 'QDG6eK',
  encodingAesKey: 'jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C',
  receiveId: 'wx5823bf96d3bd56c7',
}
const wechatpy: SandboxCallback = {
  url,
  token: '123456',
  encodingAesKey: 'kWxPEV2UEDyxWpmPdKC3F4dgPDmOvfKX1HGnEUDS1aR',
  receiveId: 'wx49f0ab532d5d035a',
}
const own = { url, token: 'butlerTestToken01', encodingAesKey: 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG' }
const app: SandboxCallback = { ...own, receiveId: 'wwbutlercorp000001' }
const robot: SandboxCallback = own

const v1: Sealed = {
  encrypt: 'P9nAzCzyDtyTWESHep1vC5X9xho/qYX3Zpb4yKa9SKld1DsH3Iyt3tP3zNdtp+4RPcs8TgAE7OaBO+FZXvnaqQ==',
  signature: '5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd3',
  timestamp: '1409659589',
  nonce: '263014780',
}
const v2: Sealed = {
  encrypt:
    'RypEvHKD8QQKFhvQ6QleEB4J58tiPdvo+rtK1I9qca6aM/wvqnLSV5zEPeusUiX5L5X/0lWfrf0QADHHhGd3QczcdCUpj911L3vg3W/sYYvuJTs3TUUkSUXxaccAS0qhxchrRYt66wiSpGLYL42aM6A8dTT+6k4aSknmPj48kzJs8qLjvd4Xgpue06DOdnLxAUHzM6+kDZ+HMZfJYuR+LtwGc2hgf5gsijff0ekUNXZiqATP7PF5mZxZ3Izoun1s4zG4LUMnvw2r+KqCKIw+3IQH03v+BCA9nMELNqbSf6tiWSrXJB3LAVGUcallcrw8V2t9EL4EhzJWrQUax5wLVMNS0+rUPA3k22Ncx4XXZS9o0MBH27Bo6BpNelZpS+/uh9KsNlY6bHCmJU9p8g7m3fVKn28H3KDYA5Pl/T8Z1ptDAVe0lXdQ2YoyyH2uyPIGHBZZIs2pDBS8R07+qN+E7Q==',
  signature: '477715d11cdb4164915debcba66cb864d751f3e6',
  timestamp: '1409659813',
  nonce: '1372623149',
}
const v3: Sealed = {
  encrypt: '4ByGGj+sVCYcvGeQYhaKIk1o0pQRNbRjxybjTGblXrBaXlTXeOo1+bXFXDQQb1o6co6Yh9Bv41n7hOchLF6p+Q==',
  signature: 'dd6b9c95b495b3f7e2901bfbc76c664930ffdb96',
  timestamp: '1411443780',
  nonce: '437374425',
}

it('the published samples open', () => {
  expect(unseal(published, v1)).toBe('1616140317555161061')
  expect(unseal(published, v2)).toMatch(/<Content><!\[CDATA\[hello\]\]><\/Content>/)
  expect(unseal(wechatpy, v3)).toBe('5927782489442352469')
})

const text = '<xml><ToUserName><![CDATA[wwbutlercorp000001]]></ToUserName><FromUserName><![CDATA[zhangsan]]></FromUserName>'
const vectors: readonly [string, SandboxCallback, string, number, string, string][] = [
  [
    'V4',
    app,
    '1616140317555161061',
    7,
    '53b097bf08fb4e1bc7ec0ba57f89b5d9e251c888',
    'Q3stYC6hdFzMh9T8HCvyDH0IHJENRtL8kKsqSYgg4gCtQ9X7CcpDdtd/aoNFCpfblXhHnbEShlZVW3E6iARiDQ==',
  ],
  [
    'V5',
    app,
    `${text}<CreateTime>1767225600</CreateTime><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[状态]]></Content><MsgId>7000000000000000001</MsgId><AgentID>1000002</AgentID></xml>`,
    32,
    'cb1b8b567ae284b92fc16b360e6d6b666146debc',
    'Q3stYC6hdFzMh9T8HCvyDC0JjB4HsbnTXiLzhn6WPaKf7A3QOocI58cUYaU5FE1Prked04UDlP4Tr4oW6YE4/AneLgmJmKViyWQVU4sgtLPE5AOqAzWTtbum63tO45kaGZOtOxW7mPO6vWvwYk/YtGeNmnEmLtiOGxMjzcvTZmX04K5E6gkq8F+X1yy2HJbDEyc/H7IT2J27x5fKxOa9jOL3ELMLJlTIUgzCK/l1bnj3W5Y6CrAOd4cnQ19TznDEt3UBclZejluOOpEKBosCBHWWliP58o0w5SaVJbPCxSO5sZW1WZJNY6wtLArQovJO/M/Iofvm7W8iRKEeoYEhdo74NxK6Vo/rDifVeOcVBdL1trA45v1G8hxdMoyyxxNx9zjVd/wQziT3sVwpevYtIGeDbLvyDn+lrVwZ7qevAY1Xxpucb1PWZab2/EC6/EZjrNFUE6vAQNEf4MK6ksUfpg==',
  ],
  [
    'V6',
    robot,
    'aibot-echo-20260101',
    25,
    '3fdb90c5fa503c9ad0ba68a4355faba634fac666',
    'Q3stYC6hdFzMh9T8HCvyDNs9EceAGQemkEw+KyBm0wujAjAPJdHZCvV2Uj1zdauVV8edwLE3vHi07yUudn/fhg==',
  ],
  [
    'V7',
    robot,
    '{"msgid":"M1","aibotid":"AIBOT1","chatid":"wrCHAT1","chattype":"group","from":{"userid":"zhangsan"},"msgtype":"text","text":{"content":"@安全管家 状态"}}',
    13,
    '21df85e140e5c3f3694c7f8f77e510e4785c5941',
    'Q3stYC6hdFzMh9T8HCvyDJBjGlLPSJj4oKnieOJpfGzokkTrJQz/48ZLVE+T6mxkWSORwIfFpFan0A6Eg7Rs7Ien0y8GlWzaccSWMk0Fpdl1SgPD7x45QVIS24j1SjtmH/BFn5FC4VDdjD5Y8BJuIhJ+iv5S0qw05sVSOcgYAlpoAvoE/+wVGynsnXximZyarS0Xhbvye1aFIm09wRz/rdwVjik523vNz1F3FTPelNJArL+psle0VvnnTnWr1VQH',
  ],
  [
    'V8',
    robot,
    'xxxxxxxxxxxx',
    32,
    '444894bf71c3b5a5322cb4ca349653acc786a9b4',
    'Q3stYC6hdFzMh9T8HCvyDL/REUy6XoCe3sU4HvxrUh7Kcl/rt/AR422qmJnDgwvf9NNo3s2z/BJTFH23ClXu3A==',
  ],
  [
    'V9',
    robot,
    '{"msgtype":"stream","stream":{"id":"S1","finish":true,"content":"ok"}}',
    6,
    '4d8ee0b950c409ffbd995ef8a32f21e651d5086b',
    'Q3stYC6hdFzMh9T8HCvyDOSvRPlc5DxZzGHmxhY3Y/DrxD0STxfTo+p1NIBzTfEqsEyqMAJpzeFEgPqk1JJjRVYPkcKR8Vjn5Mdi2zo+TMxxT3mzVYAN12lwF4KHeZ/L',
  ],
  [
    'V10',
    robot,
    '{"msgid":"E1","create_time":1767225600,"aibotid":"AIBOT1","chatid":"wrCHAT1","chattype":"group","from":{"userid":"zhangsan"},"msgtype":"event","event":{"eventtype":"template_card_event","template_card_event":{"card_type":"button_interaction","event_key":"approve","task_id":"t-1"}}}',
    18,
    '0067cc98c4e6f03680d4ee1a0beb221f9eff3f8d',
    'Q3stYC6hdFzMh9T8HCvyDC/cGbdkkPIxKu6h6wFIYi78KU7YID/8Ow4nljtVLEO9I3DPAqbpyearC7JJHKtlFUelzTY4bvcTnf/Cdo3rQXsSNyVSpHhfbRbuh2t1J4/ZcrkaOG5Xo1JM2kDUvf43zAuxglu/XAEmtyX+VNO2bqCPvhOYzPljfCiMubHU48xI4Ay8J9RTu5y3ndeltt4g/3aY8PyDo72/uD/hUJy7C1yl3Wo44u7hz3fZ83SX9E7CbhV0LEz5yN3iG6xHO3mT+ReaghdNiXmZWNc6Tm9ra9Sr/tAXhqpK6kN7DWmmfjghlvHcUIPTSO8qve0puLRYnt9x6Pv6L/Z9SAYID9bS/YYLAcNhu2H2fJtaE5kodxxIUkKdVqU+DHcn8ZMg01FUTI+3DWT0OqJdc7SeYONU6K0=',
  ],
  [
    'V11',
    app,
    '<xml><ToUserName><![CDATA[zhangsan]]></ToUserName><FromUserName><![CDATA[wwbutlercorp000001]]></FromUserName><CreateTime>1767225601</CreateTime><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[收到]]></Content></xml>',
    28,
    '62b79b8a180b8d12ad066c037587f65977da377b',
    'Q3stYC6hdFzMh9T8HCvyDOfoxogh1MJuVqHQl4PjVXg3TRewMLDe8YitasZWgI1w5CvBunRWFP2dJg/LFibR3GbK8GudVn/m/CtKfT+bwkrUrcGkZtKkNa0I4Byx8lFPGFVJ9b9j4fVQtLPm1BP+3KFfT4tNYisVwqLUFjxXDeids9MZNqQ2JwKMzNvL9T5UeMfxA8CZM9GIO45/vp9alsQ+tRtvJajVmeo9fz/chUdCrptUIJPbacvlj3AYUEak1eWyy7XLnJD4x0oqMfleoAq3fQpi/F+E/UWuQUnYRkTUMVlI9JdcveXvUBbo0tbsPHyyyK6K217YDFj9TnO6BsuXwdSX7U4h+aP965ymML1rzQQLFC7ivSK7U0VRccEM',
  ],
]

it.each(vectors)('vector %s seals, opens and pads as written down', (_name, target, message, pad, signature, encrypt) => {
  const sealed = seal(target, message, '1767225600', '1372623149', Buffer.from('0123456789abcdef'))
  const key = Buffer.from(`${target.encodingAesKey}=`, 'base64')
  const decipher = createDecipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false)
  const plain = Buffer.concat([decipher.update(encrypt, 'base64'), decipher.final()])

  expect(sealed).toEqual({ encrypt, signature, timestamp: '1767225600', nonce: '1372623149' })
  expect(unseal(target, sealed)).toBe(message)
  expect(plain.at(-1)).toBe(pad)
})

it('a foreign signature, receiver or cipher text is refused', () => {
  const good = seal(app, '你好', '1767225600')
  const cut = { ...good, encrypt: good.encrypt.slice(0, -24) }

  expect(() => unseal(app, { ...good, signature: good.signature.replace(/^./, c => (c === '0' ? '1' : '0')) })).toThrow('signature')
  expect(() => unseal(app, { ...good, nonce: '1' })).toThrow('signature')
  expect(() => unseal(app, cut)).toThrow('signature')
  expect(() => unseal(robot, good)).toThrow('receive id')
  expect(() => unseal({ ...app, receiveId: 'ww2' }, good)).toThrow('receive id')
  expect(() => unseal(app, resigned(good.encrypt.slice(0, -24)))).toThrow('deciphered')
  expect(() => unseal(app, resigned(good.encrypt.replaceAll('+', ' ') + ' '))).toThrow('deciphered')
  expect(() => unseal(app, resigned(''))).toThrow('deciphered')
})

/** What somebody who knows the token might send. */
function resigned(encrypt: string): Sealed {
  const [timestamp, nonce] = ['1767225600', '1372623149']
  const signature = createHash('sha1').update([app.token, timestamp, nonce, encrypt].sort().join('')).digest('hex')
  return { encrypt, timestamp, nonce, signature }
}

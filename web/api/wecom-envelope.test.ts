// The published and own vectors of WeCom's callback encryption, and everything about an envelope that can be wrong.
import { createCipheriv } from 'node:crypto'
import { getSignature } from '@wecom/crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type CallbackDoor, encryptedPart, openEnvelope, sealReply, type Stamp } from './wecom-envelope.js'

const sample: CallbackDoor = {
  token: 'QDG6eK',
  encodingAesKey: 'jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C',
  receiveId: 'wx5823bf96d3bd56c7',
  kind: 'app',
}
const own: CallbackDoor = {
  token: 'butlerTestToken01',
  encodingAesKey: 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG',
  receiveId: 'wwbutlercorp000001',
  kind: 'app',
}
const ownRobot: CallbackDoor = { ...own, receiveId: '', kind: 'robot' }
const random = Buffer.from('0123456789abcdef')
const stampOf = (signature: string, timestamp = '1767225600', nonce = '1372623149'): Stamp => ({ signature, timestamp, nonce })

const appText =
  '<xml><ToUserName><![CDATA[wwbutlercorp000001]]></ToUserName><FromUserName><![CDATA[zhangsan]]></FromUserName><CreateTime>1767225600</CreateTime><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[状态]]></Content><MsgId>7000000000000000001</MsgId><AgentID>1000002</AgentID></xml>'
const appReply =
  '<xml><ToUserName><![CDATA[zhangsan]]></ToUserName><FromUserName><![CDATA[wwbutlercorp000001]]></FromUserName><CreateTime>1767225601</CreateTime><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[收到]]></Content></xml>'
const robotText =
  '{"msgid":"M1","aibotid":"AIBOT1","chatid":"wrCHAT1","chattype":"group","from":{"userid":"zhangsan"},"msgtype":"text","text":{"content":"@安全管家 状态"}}'
const robotPress =
  '{"msgid":"E1","create_time":1767225600,"aibotid":"AIBOT1","chatid":"wrCHAT1","chattype":"group","from":{"userid":"zhangsan"},"msgtype":"event","event":{"eventtype":"template_card_event","template_card_event":{"card_type":"button_interaction","event_key":"approve","task_id":"t-1"}}}'

interface Vector {
  readonly id: string
  readonly door: CallbackDoor
  readonly plain: string
  readonly signature: string
  readonly cipher: string
}
const vectors: readonly Vector[] = [
  {
    id: 'V4 app echostr',
    door: own,
    plain: '1616140317555161061',
    signature: '53b097bf08fb4e1bc7ec0ba57f89b5d9e251c888',
    cipher: 'Q3stYC6hdFzMh9T8HCvyDH0IHJENRtL8kKsqSYgg4gCtQ9X7CcpDdtd/aoNFCpfblXhHnbEShlZVW3E6iARiDQ==',
  },
  {
    id: 'V5 app text',
    door: own,
    plain: appText,
    signature: 'cb1b8b567ae284b92fc16b360e6d6b666146debc',
    cipher:
      'Q3stYC6hdFzMh9T8HCvyDC0JjB4HsbnTXiLzhn6WPaKf7A3QOocI58cUYaU5FE1Prked04UDlP4Tr4oW6YE4/AneLgmJmKViyWQVU4sgtLPE5AOqAzWTtbum63tO45kaGZOtOxW7mPO6vWvwYk/YtGeNmnEmLtiOGxMjzcvTZmX04K5E6gkq8F+X1yy2HJbDEyc/H7IT2J27x5fKxOa9jOL3ELMLJlTIUgzCK/l1bnj3W5Y6CrAOd4cnQ19TznDEt3UBclZejluOOpEKBosCBHWWliP58o0w5SaVJbPCxSO5sZW1WZJNY6wtLArQovJO/M/Iofvm7W8iRKEeoYEhdo74NxK6Vo/rDifVeOcVBdL1trA45v1G8hxdMoyyxxNx9zjVd/wQziT3sVwpevYtIGeDbLvyDn+lrVwZ7qevAY1Xxpucb1PWZab2/EC6/EZjrNFUE6vAQNEf4MK6ksUfpg==',
  },
  {
    id: 'V6 robot echostr',
    door: ownRobot,
    plain: 'aibot-echo-20260101',
    signature: '3fdb90c5fa503c9ad0ba68a4355faba634fac666',
    cipher: 'Q3stYC6hdFzMh9T8HCvyDNs9EceAGQemkEw+KyBm0wujAjAPJdHZCvV2Uj1zdauVV8edwLE3vHi07yUudn/fhg==',
  },
  {
    id: 'V7 robot text',
    door: ownRobot,
    plain: robotText,
    signature: '21df85e140e5c3f3694c7f8f77e510e4785c5941',
    cipher:
      'Q3stYC6hdFzMh9T8HCvyDJBjGlLPSJj4oKnieOJpfGzokkTrJQz/48ZLVE+T6mxkWSORwIfFpFan0A6Eg7Rs7Ien0y8GlWzaccSWMk0Fpdl1SgPD7x45QVIS24j1SjtmH/BFn5FC4VDdjD5Y8BJuIhJ+iv5S0qw05sVSOcgYAlpoAvoE/+wVGynsnXximZyarS0Xhbvye1aFIm09wRz/rdwVjik523vNz1F3FTPelNJArL+psle0VvnnTnWr1VQH',
  },
  {
    id: 'V8 a whole block of padding',
    door: ownRobot,
    plain: 'xxxxxxxxxxxx',
    signature: '444894bf71c3b5a5322cb4ca349653acc786a9b4',
    cipher: 'Q3stYC6hdFzMh9T8HCvyDL/REUy6XoCe3sU4HvxrUh7Kcl/rt/AR422qmJnDgwvf9NNo3s2z/BJTFH23ClXu3A==',
  },
  {
    id: 'V9 robot stream reply',
    door: ownRobot,
    plain: '{"msgtype":"stream","stream":{"id":"S1","finish":true,"content":"ok"}}',
    signature: '4d8ee0b950c409ffbd995ef8a32f21e651d5086b',
    cipher:
      'Q3stYC6hdFzMh9T8HCvyDOSvRPlc5DxZzGHmxhY3Y/DrxD0STxfTo+p1NIBzTfEqsEyqMAJpzeFEgPqk1JJjRVYPkcKR8Vjn5Mdi2zo+TMxxT3mzVYAN12lwF4KHeZ/L',
  },
  {
    id: 'V10 robot press',
    door: ownRobot,
    plain: robotPress,
    signature: '0067cc98c4e6f03680d4ee1a0beb221f9eff3f8d',
    cipher:
      'Q3stYC6hdFzMh9T8HCvyDC/cGbdkkPIxKu6h6wFIYi78KU7YID/8Ow4nljtVLEO9I3DPAqbpyearC7JJHKtlFUelzTY4bvcTnf/Cdo3rQXsSNyVSpHhfbRbuh2t1J4/ZcrkaOG5Xo1JM2kDUvf43zAuxglu/XAEmtyX+VNO2bqCPvhOYzPljfCiMubHU48xI4Ay8J9RTu5y3ndeltt4g/3aY8PyDo72/uD/hUJy7C1yl3Wo44u7hz3fZ83SX9E7CbhV0LEz5yN3iG6xHO3mT+ReaghdNiXmZWNc6Tm9ra9Sr/tAXhqpK6kN7DWmmfjghlvHcUIPTSO8qve0puLRYnt9x6Pv6L/Z9SAYID9bS/YYLAcNhu2H2fJtaE5kodxxIUkKdVqU+DHcn8ZMg01FUTI+3DWT0OqJdc7SeYONU6K0=',
  },
  {
    id: 'V11 app reply',
    door: own,
    plain: appReply,
    signature: '62b79b8a180b8d12ad066c037587f65977da377b',
    cipher:
      'Q3stYC6hdFzMh9T8HCvyDOfoxogh1MJuVqHQl4PjVXg3TRewMLDe8YitasZWgI1w5CvBunRWFP2dJg/LFibR3GbK8GudVn/m/CtKfT+bwkrUrcGkZtKkNa0I4Byx8lFPGFVJ9b9j4fVQtLPm1BP+3KFfT4tNYisVwqLUFjxXDeids9MZNqQ2JwKMzNvL9T5UeMfxA8CZM9GIO45/vp9alsQ+tRtvJajVmeo9fz/chUdCrptUIJPbacvlj3AYUEak1eWyy7XLnJD4x0oqMfleoAq3fQpi/F+E/UWuQUnYRkTUMVlI9JdcveXvUBbo0tbsPHyyyK6K217YDFj9TnO6BsuXwdSX7U4h+aP965ymML1rzQQLFC7ivSK7U0VRccEM',
  },
]

describe('what WeCom sends', () => {
  it('V1, the published address verification', () => {
    const cipher = 'P9nAzCzyDtyTWESHep1vC5X9xho/qYX3Zpb4yKa9SKld1DsH3Iyt3tP3zNdtp+4RPcs8TgAE7OaBO+FZXvnaqQ=='

    expect(openEnvelope(sample, stampOf('5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd3', '1409659589', '263014780'), cipher)).toBe(
      '1616140317555161061',
    )
  })

  it('V2, the published message', () => {
    const cipher =
      'RypEvHKD8QQKFhvQ6QleEB4J58tiPdvo+rtK1I9qca6aM/wvqnLSV5zEPeusUiX5L5X/0lWfrf0QADHHhGd3QczcdCUpj911L3vg3W/sYYvuJTs3TUUkSUXxaccAS0qhxchrRYt66wiSpGLYL42aM6A8dTT+6k4aSknmPj48kzJs8qLjvd4Xgpue06DOdnLxAUHzM6+kDZ+HMZfJYuR+LtwGc2hgf5gsijff0ekUNXZiqATP7PF5mZxZ3Izoun1s4zG4LUMnvw2r+KqCKIw+3IQH03v+BCA9nMELNqbSf6tiWSrXJB3LAVGUcallcrw8V2t9EL4EhzJWrQUax5wLVMNS0+rUPA3k22Ncx4XXZS9o0MBH27Bo6BpNelZpS+/uh9KsNlY6bHCmJU9p8g7m3fVKn28H3KDYA5Pl/T8Z1ptDAVe0lXdQ2YoyyH2uyPIGHBZZIs2pDBS8R07+qN+E7Q=='
    const opened = openEnvelope(sample, stampOf('477715d11cdb4164915debcba66cb864d751f3e6', '1409659813', '1372623149'), cipher)

    for (const part of ['mycreate', 'hello', '4561255354251345929', '218']) expect(opened).toContain(part)
  })

  it('V3, of another implementation', () => {
    const door: CallbackDoor = {
      token: '123456',
      encodingAesKey: 'kWxPEV2UEDyxWpmPdKC3F4dgPDmOvfKX1HGnEUDS1aR',
      receiveId: 'wx49f0ab532d5d035a',
      kind: 'app',
    }
    const cipher = '4ByGGj+sVCYcvGeQYhaKIk1o0pQRNbRjxybjTGblXrBaXlTXeOo1+bXFXDQQb1o6co6Yh9Bv41n7hOchLF6p+Q=='

    expect(openEnvelope(door, stampOf('dd6b9c95b495b3f7e2901bfbc76c664930ffdb96', '1411443780', '437374425'), cipher)).toBe(
      '5927782489442352469',
    )
  })

  it.each(vectors)('$id opens', ({ door, plain, signature, cipher }) => {
    expect(openEnvelope(door, stampOf(signature), cipher)).toBe(plain)
  })
})

describe('what is sealed here', () => {
  it.each(vectors)('$id comes out the same, bit for bit', ({ door, plain, signature, cipher }) => {
    const sealed = sealReply(door, plain, 1767225600, '1372623149', random)

    if (door.kind === 'robot') {
      expect(JSON.parse(sealed)).toEqual({ encrypt: cipher, msgsignature: signature, timestamp: 1767225600, nonce: '1372623149' })
    } else {
      expect(sealed).toBe(
        `<xml><Encrypt><![CDATA[${cipher}]]></Encrypt><MsgSignature><![CDATA[${signature}]]></MsgSignature><TimeStamp>1767225600</TimeStamp><Nonce><![CDATA[1372623149]]></Nonce></xml>`,
      )
    }
  })

  it('differs each time, and opens again whatever it says', () => {
    expect(sealReply(ownRobot, 'x', 1, 'n')).not.toBe(sealReply(ownRobot, 'x', 1, 'n'))
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), text => {
        const { encrypt, msgsignature } = JSON.parse(sealReply(ownRobot, text, 1767225600, 'n')) as Record<string, string>

        expect(openEnvelope(ownRobot, stampOf(msgsignature ?? '', '1767225600', 'n'), encrypt ?? '')).toBe(text)
      }),
    )
  })
})

describe('what is refused', () => {
  const [, , v6] = vectors as [Vector, Vector, Vector]
  /** Signed by somebody who knows the token. */
  const signed = (cipher: string, door = ownRobot): (() => string) => {
    const signature = getSignature(door.token, '1767225600', '1372623149', cipher)
    return () => openEnvelope(door, stampOf(signature), cipher)
  }
  /** A plaintext with a tail of one's own choice. */
  const padded = (tail: Buffer, message = Buffer.from('hello')): string => {
    const length = Buffer.alloc(4)
    length.writeUInt32BE(message.length)
    const key = Buffer.from(`${own.encodingAesKey}=`, 'base64')
    const cipher = createCipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false)
    return Buffer.concat([cipher.update(Buffer.concat([random, length, message, tail])), cipher.final()]).toString('base64')
  }

  it('a signature with one other digit, too short, or of another time, nonce or token', () => {
    const flipped = v6.signature.replace(/^./, first => (first === '0' ? '1' : '0'))
    const opening =
      (stamp: Stamp, door = ownRobot) =>
      () =>
        openEnvelope(door, stamp, v6.cipher)

    expect(opening(stampOf(v6.signature))).not.toThrow()
    expect(opening(stampOf(flipped))).toThrow('REQUEST_INVALID')
    expect(opening(stampOf(v6.signature.slice(1)))).toThrow('REQUEST_INVALID')
    expect(opening(stampOf(v6.signature, '1767225601'))).toThrow('REQUEST_INVALID')
    expect(opening(stampOf(v6.signature, '1767225600', '1'))).toThrow('REQUEST_INVALID')
    expect(opening(stampOf(v6.signature), { ...ownRobot, token: 'other' })).toThrow('REQUEST_INVALID')
  })

  it('a door without a token, whatever is signed', () => {
    expect(signed(v6.cipher, { ...ownRobot, token: '' })).toThrow('REQUEST_INVALID')
  })

  it('what is meant for another receiver although it is signed', () => {
    expect(signed(v6.cipher, { ...ownRobot, receiveId: 'wwother' })).toThrow('REQUEST_INVALID')
    expect(signed(vectors[0]?.cipher ?? '', ownRobot)).toThrow('REQUEST_INVALID')
  })

  it('a ciphertext that is cut, of another key, or none', () => {
    expect(signed(Buffer.from(v6.cipher, 'base64').subarray(0, 40).toString('base64'))).toThrow('REQUEST_INVALID')
    expect(signed(v6.cipher, { ...ownRobot, encodingAesKey: sample.encodingAesKey })).toThrow('REQUEST_INVALID')
    expect(signed(v6.cipher, { ...ownRobot, encodingAesKey: 'short' })).toThrow('REQUEST_INVALID')
    for (const cipher of ['', 'A', '=', '!!!!', 'AAAA', v6.cipher.replace('+', ' ')]) expect(signed(cipher)).toThrow('REQUEST_INVALID')
  })

  it('a last byte of padding of 0 or 33', () => {
    expect(signed(padded(Buffer.alloc(7, 7)))()).toBe('hello')
    expect(signed(padded(Buffer.concat([Buffer.alloc(6, 7), Buffer.from([0])])))).toThrow('REQUEST_INVALID')
    expect(signed(padded(Buffer.concat([Buffer.alloc(38, 33), Buffer.from([33])])))).toThrow('REQUEST_INVALID')
  })

  it('bodies that hold no ciphertext', () => {
    for (const body of ['', '{}', 'null', '[]', '{"encrypt":7}', '<xml/>', '{'.repeat(100_000)]) {
      expect(() => encryptedPart('robot', body)).toThrow('REQUEST_INVALID')
    }
    const twice = '<xml><Encrypt>a</Encrypt><Encrypt>b</Encrypt></xml>'
    for (const body of ['', '<xml></xml>', '<xml><Encrypt><a/></Encrypt></xml>', twice, '{"encrypt":"x"}', '<xml><Encrypt>a</xml>']) {
      expect(() => encryptedPart('app', body)).toThrow('REQUEST_INVALID')
    }
    expect(encryptedPart('app', '<xml><ToUserName>x</ToUserName><AgentID>7</AgentID><Encrypt><![CDATA[QUJD]]></Encrypt></xml>')).toBe(
      'QUJD',
    )
    expect(encryptedPart('robot', '{"encrypt":"QUJD"}')).toBe('QUJD')
  })
})

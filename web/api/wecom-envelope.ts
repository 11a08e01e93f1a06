// The encryption of WeCom's callbacks (docs 90968, 101033): what came in is genuine or refused, what goes out is sealed; pure, used by wecom-callback.ts.
import { timingSafeEqual } from 'node:crypto'
import { decrypt, encrypt, getSignature } from '@wecom/crypto'
import { XMLBuilder, XMLParser } from 'fast-xml-parser'
import { AppError } from '../../core/errors.js'

export interface CallbackDoor {
  readonly token: string
  /** 43 characters. */
  readonly encodingAesKey: string
  /** CorpID for an application, empty for a robot of one's own enterprise. */
  readonly receiveId: string
  readonly kind: 'robot' | 'app'
}

/** Of the query of every callback. */
export interface Stamp {
  readonly signature: string
  /** Seconds, as text: the signature covers it as it was written. */
  readonly timestamp: string
  readonly nonce: string
}

const parser = new XMLParser({ parseTagValue: false, parseAttributeValue: false, ignoreAttributes: true, ignoreDeclaration: true })
const builder = new XMLBuilder({ cdataPropName: '#cdata' })
const isBase64 = /^[A-Za-z0-9+/]+={0,2}$/

/** One sentence for every reason, so that an answer does not help whoever tries. */
export function notGenuine(why: string): AppError {
  return new AppError('REQUEST_INVALID', { problem: '不是可验证的企业微信回调' }, { cause: why })
}

/** The ciphertext of a callback's body: XML for an application, JSON for a robot. @throws REQUEST_INVALID */
export function encryptedPart(kind: CallbackDoor['kind'], body: string): string {
  let found: unknown
  try {
    found =
      kind === 'app'
        ? (parser.parse(body, true) as { xml?: { Encrypt?: unknown } }).xml?.Encrypt
        : (JSON.parse(body) as { encrypt?: unknown } | null)?.encrypt
  } catch {
    throw notGenuine('body is malformed')
  }
  if (typeof found !== 'string') throw notGenuine('body holds no ciphertext')
  return found
}

/** @throws REQUEST_INVALID unless the signature is right, the ciphertext whole, and meant for this receiver */
export function openEnvelope({ token, encodingAesKey, receiveId }: CallbackDoor, stamp: Stamp, encrypted: string): string {
  if (token === '') throw notGenuine('door has no token')
  if (!isBase64.test(encrypted)) throw notGenuine('ciphertext is no base64')
  const right = Buffer.from(getSignature(token, stamp.timestamp, stamp.nonce, encrypted))
  const given = Buffer.from(stamp.signature)
  // Before anything is decrypted: a changed ciphertext decrypts to garbage without a fault.
  if (given.length !== right.length || !timingSafeEqual(given, right)) throw notGenuine('signature is wrong')
  const opened = decrypted(encodingAesKey, encrypted)
  if (opened.id !== receiveId) throw notGenuine('meant for another receiver')
  return opened.message
}

function decrypted(encodingAesKey: string, encrypted: string): { message: string; id: string } {
  try {
    const { message, id, random } = decrypt(encodingAesKey, encrypted)
    // The library looks at neither padding nor length: of a wrong key it makes a long message to an empty receiver, as a robot's is.
    const again = Buffer.from(encrypt(encodingAesKey, message, id, random), 'base64')
    if (again.equals(Buffer.from(encrypted, 'base64'))) return { message, id }
  } catch {
    // Told below.
  }
  throw notGenuine('ciphertext is broken, or of another key')
}

/** The passive reply as it stands in the answer. @param random 16 bytes, for tests */
export function sealReply(door: CallbackDoor, plain: string, timestamp: number, nonce: string, random?: Buffer): string {
  const sealed = encrypt(door.encodingAesKey, plain, door.receiveId, random)
  const signature = getSignature(door.token, timestamp, nonce, sealed)
  if (door.kind === 'robot') return JSON.stringify({ encrypt: sealed, msgsignature: signature, timestamp, nonce })
  const cdata = (text: string): object => ({ '#cdata': text })
  return builder.build({
    xml: { Encrypt: cdata(sealed), MsgSignature: cdata(signature), TimeStamp: timestamp, Nonce: cdata(nonce) },
  })
}

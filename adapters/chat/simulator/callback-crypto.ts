// Seals what the sandbox calls back with and opens what it gets in answer, as WeCom documents it; the callback lines use it.
import { randomInt } from 'node:crypto'
import { decrypt, encrypt, getSignature } from '@wecom/crypto'
import { sameText } from './same-text.js'
import type { SandboxCallback } from './sandbox-types.js'
import { WecomRefusal } from './wecom-refusal.js'

export interface Sealed {
  readonly encrypt: string
  readonly signature: string
  readonly timestamp: string
  readonly nonce: string
}

/** @param random the 16 bytes before the message; only tests name them */
export function seal(target: SandboxCallback, message: string, timestamp: string, nonce = freshNonce(), random?: Buffer): Sealed {
  const sealed = encrypt(target.encodingAesKey, message, target.receiveId ?? '', random)
  return { encrypt: sealed, signature: getSignature(target.token, timestamp, nonce, sealed), timestamp, nonce }
}

/** The plain message. @throws WecomRefusal -40001 (signature), -40005 (another receiver), -40007 (not decipherable) */
export function unseal(target: SandboxCallback, sealed: Sealed): string {
  const expected = getSignature(target.token, sealed.timestamp, sealed.nonce, sealed.encrypt)
  if (!sameText(expected, sealed.signature)) throw new WecomRefusal(-40001, 'signature of the answer does not match')
  // The library looks neither at the length nor at the padding; what it would misread has another receiver in the end.
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(sealed.encrypt) || Buffer.from(sealed.encrypt, 'base64').length % 32 !== 0) {
    throw new WecomRefusal(-40007, 'answer cannot be deciphered')
  }
  const { message, id } = open(target.encodingAesKey, sealed.encrypt)
  if (id !== (target.receiveId ?? '')) throw new WecomRefusal(-40005, 'receive id of the answer does not match')
  return message
}

function open(key: string, sealed: string): { message: string; id: string } {
  try {
    return decrypt(key, sealed)
  } catch {
    throw new WecomRefusal(-40007, 'answer cannot be deciphered')
  }
}

function freshNonce(): string {
  return String(randomInt(100_000_000, 2_000_000_000))
}

// The signature by which a gateway knows that a message is ours; called by hookRoad, and described in README.md for the other end.
import { createHmac } from 'node:crypto'

/**
 * @param timestampSeconds seconds since 1970, as in `x-guanjia-timestamp`
 * @param body the bytes of the request as text, exactly as sent
 * @returns value of `x-guanjia-signature`
 */
export function signHook(secret: string, timestampSeconds: number, body: string): string {
  return `v1=${createHmac('sha256', secret).update(`${timestampSeconds}.${body}`).digest('hex')}`
}

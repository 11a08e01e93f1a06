// What a mail server (or its absence) answered → the catalogue; pure, called by mailRoad.
import { AppError } from '../../core/errors.js'
import { maskedAddress } from './mail-address.js'

export interface SmtpFailure {
  readonly code?: string
  /** The system's own code, such as ECONNREFUSED, where nodemailer replaced it. */
  readonly originalCode?: string
  readonly responseCode?: number
  readonly response?: string
  readonly command?: string
  /** Set by RecordingPool: a byte of the message had left. */
  readonly messageBegun?: boolean
}

const laterSeconds = 60
const frequencySeconds = 600
const noConnection = new Set(['ECONNECTION', 'ETIMEDOUT', 'ESOCKET', 'EDNS', 'ETLS', 'EPROTOCOL', 'EABORT'])
const recipientRefused = new Set([550, 551, 553])
/** Tencent's servers say 550 when they mean "too fast" or "this mailbox gets too much at the moment". */
const tooFrequent = /frequency limited|mailbox unavailable or access denied/i
/** "We do not relay for you", "this sender may not": our own configuration, not a dead mailbox (RFC 3463: X.7.Y is policy, X.1.7 and X.1.8 the sender's address). */
const notTheRecipient = /\b5\.7\.\d|\b5\.1\.[78]\b|relay|denies the sender/i

export function readFailure(error: unknown, address: string): AppError {
  const { code = 'FAILED', originalCode, responseCode = 0, response = '', command, messageBegun } = (error ?? {}) as SmtpFailure
  // A refusal, once the server has said it, is final, also after DATA: RFC 5321 4.2.5 leaves the message with us.
  if (responseCode >= 400 && responseCode < 600) {
    const facts = { code: `SMTP_${responseCode}` }
    if (responseCode < 500) return new AppError('CHAT_BUSY', { ...facts, retryAfterSeconds: laterSeconds })
    if (tooFrequent.test(response)) return new AppError('CHAT_BUSY', { ...facts, retryAfterSeconds: frequencySeconds })
    const gone = command === 'RCPT TO' && recipientRefused.has(responseCode) && !notTheRecipient.test(response)
    return gone ? new AppError('CHAT_TARGET_DEAD', { ...facts, chatId: maskedAddress(address) }) : new AppError('CHAT_REFUSED', facts)
  }
  if (messageBegun === true) return new AppError('CHAT_OUTCOME_UNKNOWN', { reason: originalCode ?? code })
  if (noConnection.has(code)) return new AppError('CHAT_UNREACHABLE', { reason: originalCode ?? code })
  return new AppError('CHAT_REFUSED', { code })
}

// The road by mail: says to one address what would be said in a chat; made by app/compose.ts, chosen by core/delivery.
import { createHash, createPrivateKey, randomUUID } from 'node:crypto'
import { createTransport } from 'nodemailer'
import { AppError } from '../../core/errors.js'
import type { OutgoingMessage, SendOptions, SendReceipt } from '../../core/ports/chat.js'
import type { Logger } from '../../core/ports/logger.js'
import type { Road, RoadTarget } from '../../core/ports/road.js'
import { cleanLine, shortened } from './clean-words.js'
import { type ComposedMail, composeMail, maxTextBytes } from './compose-mail.js'
import { checkedAddress, maskedAddress, readSender } from './mail-address.js'
import { readFailure, type SmtpFailure } from './read-failure.js'
import { RecordingPool } from './recording-pool.js'
import { readSmtpAddress } from './smtp-address.js'

export interface MailRoadConfig {
  /** `smtps://user:password@host:465` or `smtp://…:587` (STARTTLS, except to this machine); holds a password. */
  readonly smtpUrl: string
  /** `管家 <bot@example.com>` or the bare address. */
  readonly from: string
  readonly logger: Logger
  /** `privateKey` is PEM; the public half stands in DNS at `<selector>._domainkey.<domain>`. */
  readonly dkim?: { readonly domain: string; readonly selector: string; readonly privateKey: string }
  /** From send() to the server's acknowledgement, waiting in our own queue included (15 000); a file gets eight times as long. */
  readonly timeoutMilliseconds?: number
  /** Last lines of every mail, plain text. */
  readonly footer?: string
  /** Messages handed to the server in a second (10). */
  readonly perSecond?: number
  /** PEM of the authority that signed the server's certificate, where it is not a public one. */
  readonly ca?: string
}

export interface MailRoad extends Road {
  send(target: RoadTarget, message: OutgoingMessage, options?: SendOptions): Promise<SendReceipt>
  /** What waits fails as CHAT_UNREACHABLE, what is being handed over is finished first (within its time-out). */
  close(): Promise<void>
}

const maxConnections = 3
const messagesPerConnection = 100
const fileTimeoutFactor = 8
/** Beyond this the caller keeps it: everything accepted is held in memory. */
const maxWaiting = 200
const maxWaitingBytes = 64 * 1024 * 1024

/** @throws CONFIGURATION_INVALID naming every fault of the address, the sender or the DKIM key */
export function mailRoad(config: MailRoadConfig): MailRoad {
  const { logger, timeoutMilliseconds = 15_000 } = config
  const smtp = readSmtpAddress(config.smtpUrl)
  const sender = readSender(config.from)
  const problems = [
    typeof smtp === 'string' ? smtp : '',
    sender === undefined ? 'MAIL_FROM 不是有效的发件地址，例如 管家 <bot@example.com>' : '',
    config.dkim && !isPrivateKey(config.dkim.privateKey) ? 'DKIM 私钥读不出来，需要 PEM 格式' : '',
  ].filter(problem => problem !== '')
  if (problems.length > 0 || typeof smtp === 'string' || sender === undefined)
    throw new AppError('CONFIGURATION_INVALID', { problems: problems.join('；') })

  const pool = new RecordingPool({
    host: smtp.host,
    port: smtp.port,
    secure: smtp.security === 'tls',
    requireTLS: smtp.security === 'starttls',
    ignoreTLS: smtp.security === 'none',
    tls: { rejectUnauthorized: true, minVersion: 'TLSv1.2', ...(config.ca === undefined ? {} : { ca: config.ca }) },
    ...(smtp.user === undefined ? {} : { auth: { user: smtp.user, pass: smtp.password ?? '' } }),
    maxConnections,
    maxMessages: messagesPerConnection,
    // Only what was dropped before a byte of it had left is tried again, such as on a connection the server closed while it was idle.
    maxRequeues: 1,
    rateLimit: config.perSecond ?? 10,
    rateDelta: 1000,
    connectionTimeout: Math.min(timeoutMilliseconds, 10_000),
    greetingTimeout: Math.min(timeoutMilliseconds, 10_000),
    dnsTimeout: Math.min(timeoutMilliseconds, 5_000),
    socketTimeout: timeoutMilliseconds,
    logger: false,
  })
  const transport = createTransport(pool)
  const dkim = config.dkim && {
    domainName: config.dkim.domain,
    keySelector: config.dkim.selector,
    privateKey: config.dkim.privateKey,
  }
  const waiting = new Set<Promise<SendReceipt>>()
  let waitingBytes = 0
  let closed = false

  async function handOver(address: string, mail: ComposedMail, messageId: string): Promise<SendReceipt> {
    try {
      await transport.sendMail({
        from: sender ?? '',
        to: { name: '', address },
        envelope: { from: sender?.address ?? '', to: [address] },
        messageId,
        subject: mail.subject,
        text: mail.text,
        html: mail.html,
        // RFC 3834: an out-of-office notice to us would come back as an alert nobody asked for; the second is for Exchange.
        headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
        attachments: mail.attachment
          ? [{ filename: mail.attachment.name, content: mail.attachment.content, contentDisposition: 'attachment' }]
          : [],
        // Text of others is text: it can name neither a file of ours nor an address to fetch.
        disableFileAccess: true,
        disableUrlAccess: true,
        xMailer: false,
        signal: AbortSignal.timeout(timeoutMilliseconds * (mail.attachment ? fileTimeoutFactor : 1)),
        ...(dkim ? { dkim } : {}),
      })
      return { externalId: messageId }
    } catch (error) {
      const { command, response, messageBegun } = error as SmtpFailure
      const failure = closed && messageBegun !== true ? new AppError('CHAT_UNREACHABLE', { reason: 'CLOSED' }) : readFailure(error, address)
      const answer = shortened(cleanLine(response ?? ''), 200).replaceAll(address, maskedAddress(address))
      logger.warn({ to: maskedAddress(address), outcome: failure.code, ...failure.facts, command, answer }, 'mail was not sent')
      throw failure
    }
  }

  return {
    id: 'mail',
    can: {
      mention: false,
      buttons: false,
      update: false,
      files: true,
      markdown: true,
      maxBytes: maxTextBytes,
      perMinute: undefined,
      perHour: undefined,
    },
    async send(target, message, options = {}) {
      const address = checkedAddress(target.address)
      if (closed) throw new AppError('CHAT_UNREACHABLE', { reason: 'CLOSED' })
      const mail = composeMail(message, config.footer)
      const bytes = mail.text.length + mail.html.length + (mail.attachment?.content.length ?? 0)
      if (waiting.size >= maxWaiting || (waiting.size > 0 && waitingBytes + bytes > maxWaitingBytes))
        throw new AppError('CHAT_BUSY', { retryAfterSeconds: 5, code: 'QUEUE_FULL' })
      const sending = handOver(address, mail, messageIdOf(sender.address, address, options.idempotencyKey))
      waiting.add(sending)
      waitingBytes += bytes
      try {
        return await sending
      } finally {
        waiting.delete(sending)
        waitingBytes -= bytes
      }
    },
    async close() {
      closed = true
      transport.close()
      await Promise.allSettled(waiting)
    },
  }
}

/** The recipient is part of it: one delivery told to two people is two mails. */
function messageIdOf(from: string, to: string, idempotencyKey: string | undefined): string {
  const left =
    idempotencyKey === undefined
      ? randomUUID()
      : createHash('sha256')
          .update(JSON.stringify([idempotencyKey, to]))
          .digest('hex')
          .slice(0, 40)
  return `<${left}${from.slice(from.lastIndexOf('@'))}>`
}

function isPrivateKey(pem: string): boolean {
  try {
    createPrivateKey(pem)
    return true
  } catch {
    return false
  }
}

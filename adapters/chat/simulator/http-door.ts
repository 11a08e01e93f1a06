// The sandbox's HTTP side: the group webhook, its upload, and the files of the chats; the app mounts `handle` under the sandbox's address.
import type { Clock } from '../../../core/ports/clock.js'
import type { Logger } from '../../../core/ports/logger.js'
import { AppDoor } from './app-door.js'
import type { ChatBook } from './chat-book.js'
import type { FaultChannel, FaultDesk } from './fault-desk.js'
import { type Fields, parseObject } from './json-fields.js'
import { checkMediaKind, checkMediaSize, imageType, type Media, type MediaShelf } from './media-shelf.js'
import { findMediaPart } from './multipart.js'
import type { Quota } from './quota.js'
import { namedChats } from './named-chats.js'
import type { RefusalCount, SandboxChannel } from './refusal-count.js'
import type { RobotCallbacks } from './robot-callbacks.js'
import type { Roster } from './roster.js'
import type { SandboxLimits } from './sandbox-limits.js'
import { readWebhookDraft } from './webhook-content.js'
import { hinted, WecomRefusal } from './wecom-refusal.js'

export interface SandboxRequest {
  readonly method: string
  /** Below the place the sandbox is mounted at, e.g. `/cgi-bin/webhook/send`. */
  readonly path: string
  readonly query: Readonly<Record<string, string | undefined>>
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: Buffer
  /** Sender's address, repeated in WeCom's error text. */
  readonly ip?: string
}

export interface SandboxResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer | string
}

interface DoorParts {
  readonly clock: Clock
  readonly logger: Logger
  readonly roster: Roster
  readonly book: ChatBook
  readonly shelf: MediaShelf
  readonly quota: Quota
  readonly uploadQuota: Quota
  readonly faults: FaultDesk
  readonly apps: AppDoor
  readonly robots: RobotCallbacks
  readonly refusals: RefusalCount
  readonly limits: SandboxLimits
  readonly fileUrl: (mediaId: string) => string
  /** Ends early when the sandbox does. */
  readonly pause: (milliseconds: number) => Promise<void>
}

/** 20 MB of file and the multipart around it; the app may refuse larger bodies earlier. */
export const maxBodyBytes = 21 * 1024 * 1024
const webhookSender = '消息推送'
const faultPage = '<html><body>fault ordered in the sandbox</body></html>'

export class HttpDoor {
  constructor(private readonly parts: DoorParts) {}

  /** Never rejects; errors of the protocol are HTTP 200 with an errcode, as in WeCom. */
  async handle(request: SandboxRequest): Promise<SandboxResponse> {
    const path = request.path.replace(/\/+$/, '')
    const channel = channelOf(path)
    try {
      if (!channel) return path.startsWith('/files/') ? this.file(request, path.slice('/files/'.length)) : plain(404, 'not found')
      const methods = channel === 'app' ? AppDoor.methodsOf(path) : ['POST']
      if (!methods?.includes(request.method)) return plain(405, 'method not allowed')
      if (request.body.length > maxBodyBytes) return plain(413, 'request entity too large')
      const fault = this.parts.faults.takeCall(channel)
      if (fault?.kind === 'errcode') throw new WecomRefusal(fault.errcode, 'fault ordered in the sandbox')
      if (!fault) return this.route(path, request)
      this.count(channel, path, request, fault.kind === 'status' ? `http-${fault.status}` : fault.kind)
      if (fault.kind === 'status') return plain(fault.status, faultPage)
      if (fault.kind === 'html') return { status: 200, headers: { 'Content-Type': 'text/html; charset=UTF-8' }, body: faultPage }
      if (fault.kind === 'empty') return { status: 200, headers: { 'Content-Type': 'application/json; charset=UTF-8' }, body: '' }
      return await this.late(() => this.route(path, request), fault.milliseconds)
    } catch (error) {
      if (!(error instanceof WecomRefusal)) this.parts.logger.error({ error, path: request.path }, 'sandbox could not handle a request')
      const errcode = error instanceof WecomRefusal ? error.errcode : -1
      this.count(channel ?? 'app', path, request, errcode)
      return this.refuse(errcode, error instanceof WecomRefusal ? error.message : 'system error', request)
    }
  }

  private route(path: string, request: SandboxRequest): SandboxResponse {
    if (path === '/cgi-bin/webhook/send') return json(this.send(request))
    if (path === '/cgi-bin/webhook/upload_media') return json(this.upload(request))
    if (path !== '/cgi-bin/aibot/response') return this.app(path, request)
    this.parts.robots.respond(request.query['response_code'] ?? '', parseObject(request.body.toString('utf8')))
    return json({ errcode: 0, errmsg: 'ok' })
  }

  /** Carried out at once; only the answer waits. */
  private async late(work: () => SandboxResponse, milliseconds: number): Promise<SandboxResponse> {
    try {
      return work()
    } finally {
      await this.parts.pause(milliseconds)
    }
  }

  private count(channel: SandboxChannel, path: string, { query, body }: SandboxRequest, code: number | string): void {
    for (const chat of namedChats(path, query, body, this.parts.roster)) this.parts.refusals.add(channel, chat, code)
  }

  private app(path: string, request: SandboxRequest): SandboxResponse {
    const { query, headers, body } = request
    const answer = this.parts.apps.run(path, { query, headers, body, ip: request.ip ?? '127.0.0.1' })
    return 'bytes' in answer ? mediaFile(answer as Media, request.headers['range']) : json(answer)
  }

  private send(request: SandboxRequest): Fields {
    const { key, chat } = this.target(request)
    const place = this.parts.roster.group(chat)
    this.parts.quota.check(key)
    if (this.parts.limits.webhookFailuresCount) this.parts.quota.take(key)
    const draft = readWebhookDraft(parseObject(request.body.toString('utf8')), {
      owner: `webhook:${key}`,
      members: place?.members ?? [],
      textBytes: this.parts.limits.webhookTextBytes,
      shelf: this.parts.shelf,
      fileUrl: this.parts.fileUrl,
    })
    if (!this.parts.limits.webhookFailuresCount) this.parts.quota.take(key)
    this.parts.book.add(chat, draft, { from: webhookSender, fromName: webhookSender })
    return { errcode: 0, errmsg: 'ok' }
  }

  /** The file is looked at before the key: a dead key with an empty file gives 44001. */
  private upload(request: SandboxRequest): Fields {
    const type = request.query['type']
    const part = findMediaPart(request.headers['content-type'] ?? '', request.body)
    if (!part || part.bytes.length === 0) throw new WecomRefusal(44001, 'empty media data')
    if (type !== 'file' && type !== 'voice') throw new WecomRefusal(40004, 'invalid media type')
    checkMediaSize(type, part.bytes.length)
    checkMediaKind(type, part.bytes)
    const { key } = this.target(request)
    this.parts.uploadQuota.check(key)
    this.parts.uploadQuota.take(key)
    const media = this.parts.shelf.put(`webhook:${key}`, type, part.filename, Buffer.from(part.bytes))
    return { errcode: 0, errmsg: 'ok', type, media_id: media.id, created_at: String(Math.floor(media.createdAt / 1000)) }
  }

  private target(request: SandboxRequest): { key: string; chat: string } {
    const key = request.query['key'] ?? ''
    const chat = this.parts.roster.chatOfKey(key)
    if (chat === undefined) throw new WecomRefusal(93000, 'invalid webhook url')
    if (this.parts.roster.isMuted(chat)) throw new WecomRefusal(93008, 'robot is not allowed in this group')
    return { key, chat }
  }

  /** Files are always a download: what a robot sends must not run in the page's origin. Pictures may be shown. */
  private file(request: SandboxRequest, id: string): SandboxResponse {
    if (request.method !== 'GET' && request.method !== 'HEAD') return plain(405, 'method not allowed')
    const media = this.parts.shelf.find(id)
    if (!media) return plain(404, 'not found')
    const image = media.type === 'image' ? imageType(media.bytes) : undefined
    return {
      status: 200,
      headers: {
        'Content-Type': image ?? 'application/octet-stream',
        'Content-Disposition': `${image ? 'inline' : 'attachment'}; filename*=UTF-8''${encodeName(media.name)}`,
        'Content-Length': String(media.bytes.length),
        'X-Content-Type-Options': 'nosniff',
        'Cache-Control': 'private, max-age=3600',
      },
      body: request.method === 'HEAD' ? '' : media.bytes,
    }
  }

  private refuse(errcode: number, text: string, request: SandboxRequest): SandboxResponse {
    const errmsg = hinted(errcode, text, this.parts.clock.now(), request.ip ?? '127.0.0.1')
    // Header values carry no line breaks and no characters beyond ASCII.
    const head = { 'Error-Code': String(errcode), 'Error-Msg': errmsg.replace(/[^\x20-\x7e]/g, '?') }
    const { headers, ...rest } = json({ errcode, errmsg })
    return { ...rest, headers: { ...headers, ...head } }
  }
}

/** Undefined: nothing of WeCom's. */
function channelOf(path: string): FaultChannel | undefined {
  if (path === '/cgi-bin/webhook/send' || path === '/cgi-bin/webhook/upload_media') return 'webhook'
  if (path === '/cgi-bin/aibot/response') return 'robot'
  return AppDoor.methodsOf(path) ? 'app' : undefined
}

function json(fields: Fields): SandboxResponse {
  return { status: 200, headers: { 'Content-Type': 'application/json; charset=UTF-8' }, body: JSON.stringify(fields) }
}

/** The bytes an app fetches; one range of them when it asks so. */
function mediaFile(media: Media, range: string | undefined): SandboxResponse {
  const asked = /^bytes=(\d{1,12})-(\d{0,12})$/.exec(range ?? '')
  const total = media.bytes.length
  const from = Number(asked?.[1] ?? 0)
  const to = Math.min(asked?.[2] ? Number(asked[2]) : total - 1, total - 1)
  if (from > to) return { status: 416, headers: { 'Content-Range': `bytes */${total}` }, body: '' }
  const headers = {
    'Content-Type': imageType(media.bytes) ?? 'application/octet-stream',
    'Content-Disposition': `attachment; filename*=UTF-8''${encodeName(media.name)}`,
    'X-Content-Type-Options': 'nosniff',
    'Accept-Ranges': 'bytes',
  }
  if (!asked) return { status: 200, headers, body: media.bytes }
  return { status: 206, headers: { ...headers, 'Content-Range': `bytes ${from}-${to}/${total}` }, body: media.bytes.subarray(from, to + 1) }
}

function plain(status: number, body: string): SandboxResponse {
  return { status, headers: { 'Content-Type': 'text/plain; charset=UTF-8', 'X-Content-Type-Options': 'nosniff' }, body }
}

/** RFC 5987; a lone surrogate would make encodeURIComponent throw. */
function encodeName(name: string): string {
  return encodeURIComponent(Buffer.from(name).toString('utf8')).replace(
    /['()*]/g,
    char => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}

// Sets a sandbox up on a free loopback port for the tests beside it, with a clock they turn and official SDK clients.
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { WSClient, type WsFrame } from '@wecom/aibot-node-sdk'
import { type WebSocket, WebSocketServer } from 'ws'
import { silentLogger } from '../../../core/ports/logger.js'
import { Sandbox } from './sandbox.js'
import type { SandboxLimits } from './sandbox-limits.js'
import { maxFrameBytes, type SandboxApp, type SandboxGroup, type SandboxRobot } from './sandbox-types.js'

export const robots: SandboxRobot[] = [{ botId: 'aib-1', secret: 'sandbox-secret-1', name: '管家' }]
export const uniGroup: SandboxGroup = {
  chatid: 'g-Uni',
  name: '示例大学管家群',
  members: [
    { userid: 'chen', name: '陈主任', role: 'owner' },
    { userid: 'Li', name: '李工', role: 'approver' },
  ],
  robots: [{ botId: 'aib-1', name: '管家' }],
  webhookKeys: ['k1'],
  activated: false,
}
export const opsGroup: SandboxGroup = { ...uniGroup, chatid: 'ops-1', name: '运营群', webhookKeys: [], activated: true }

/** A self-built application with everybody in sight and no callbacks. */
export const butlerApp: SandboxApp = {
  corpId: 'wwbutlercorp000001',
  agentId: 1000002,
  secret: 'app-secret-1',
  name: '安全管家',
  visible: 'all',
}

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** Parsed, or `{}` when it is no JSON object. */
  readonly fields: Record<string, unknown>
  readonly text: string
}

export interface Rig {
  readonly sandbox: Sandbox
  readonly url: string
  readonly time: { now: number }
  /** One call of the HTTP side without a network; JSON bodies are parsed. */
  call(path: string, query?: Record<string, string>, body?: object | Buffer, headers?: Record<string, string>): Promise<Answer>
  /** Serves the HTTP side on a free loopback port; its base address, without a slash at the end. */
  http(): Promise<string>
  /** A connected, subscribed client of the official SDK. */
  client(): Promise<WSClient>
  close(): Promise<void>
}

const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }

export function sdkClient(url: string, secret = 'sandbox-secret-1'): WSClient {
  return new WSClient({ botId: 'aib-1', secret, wsUrl: url, logger: quiet, maxReconnectAttempts: 0, maxAuthFailureAttempts: 1 })
}

export async function rig(options: { journalFile?: string; limits?: Partial<SandboxLimits> } = {}): Promise<Rig> {
  const time = { now: Date.parse('2026-11-24T08:00:00.000Z') }
  let publicUrl: string | undefined
  const sandbox = new Sandbox({ clock: { now: () => time.now }, logger: silentLogger, publicUrl: () => publicUrl, ...options })
  sandbox.declare({ robots, groups: [uniGroup, opsGroup] })
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0, maxPayload: maxFrameBytes })
  await once(server, 'listening')
  server.on('connection', (socket: WebSocket) => sandbox.accept(socket))
  const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`
  const clients: WSClient[] = []
  const fronts: Server[] = []
  return {
    sandbox,
    url,
    time,
    async client() {
      const client = sdkClient(url)
      clients.push(client)
      const ready = next(client, 'authenticated')
      client.connect()
      await ready
      return client
    },
    async call(path, query = {}, body, headers = {}) {
      const bytes = Buffer.isBuffer(body) ? body : Buffer.from(body === undefined ? '' : JSON.stringify(body))
      const method = body === undefined ? 'GET' : 'POST'
      const answer = await sandbox.handle({ method, path, query, headers, body: bytes })
      const text = answer.body.toString()
      return { status: answer.status, headers: answer.headers, fields: parsed(text), text }
    },
    async http() {
      const front = await httpFront(sandbox)
      fronts.push(front)
      publicUrl = `http://127.0.0.1:${(front.address() as AddressInfo).port}`
      return publicUrl
    },
    async close() {
      for (const front of fronts) front.closeAllConnections()
      for (const front of fronts) await new Promise(resolve => front.close(resolve))
      for (const client of clients) client.disconnect()
      sandbox.close()
      await new Promise(resolve => server.close(resolve))
    },
  }
}

function parsed(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>
  } catch {
    return {}
  }
}

async function httpFront(sandbox: Sandbox): Promise<Server> {
  const server = createServer((request, response) => {
    void (async () => {
      const chunks: Buffer[] = []
      for await (const chunk of request) chunks.push(chunk as Buffer)
      const { pathname, searchParams } = new URL(request.url ?? '/', 'http://sandbox')
      const headers: Record<string, string> = {}
      for (const [name, value] of Object.entries(request.headers)) if (typeof value === 'string') headers[name] = value
      const query = Object.fromEntries(searchParams)
      const call = { method: request.method ?? '', path: pathname, query, headers, body: Buffer.concat(chunks), ip: '127.0.0.1' }
      const answer = await sandbox.handle(call)
      response.writeHead(answer.status, answer.headers).end(answer.body)
    })()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return server
}

/** The next event of that name; its first argument. */
export function next<T = WsFrame>(client: WSClient, event: string): Promise<T> {
  return new Promise(resolve => (client as unknown as NodeJS.EventEmitter).once(event, (value: T) => resolve(value)))
}

/** The errcode a refused SDK call rejects with. */
export async function errcodeOf(call: Promise<unknown>): Promise<unknown> {
  return call.then(
    () => 0,
    (error: unknown) => (typeof error === 'object' && error !== null && 'errcode' in error ? error.errcode : error),
  )
}

export function buttonCard(taskId: string, change: object = {}): Record<string, unknown> {
  return {
    card_type: 'button_interaction',
    source: { desc: '云端安全管家', desc_color: 0 },
    main_title: { title: '封禁 203.0.113.7 ?', desc: '边界防火墙 FW-1' },
    sub_title_text: '持续爆破 SSH',
    horizontal_content_list: [{ keyname: '资产', value: 'OA 服务器' }],
    button_list: [
      { text: '批准', style: 1, key: 'approve' },
      { text: '驳回', style: 2, key: 'reject' },
    ],
    task_id: taskId,
    ...change,
  }
}

export function noticeCard(change: object = {}): Record<string, unknown> {
  return {
    card_type: 'text_notice',
    main_title: { title: '已批准' },
    card_action: { type: 1, url: 'https://butler.example/t/1' },
    ...change,
  }
}

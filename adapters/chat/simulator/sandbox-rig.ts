// Sets a sandbox up on a free loopback port for the tests beside it, with a clock they turn and official SDK clients.
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { WSClient, type WsFrame } from '@wecom/aibot-node-sdk'
import { type WebSocket, WebSocketServer } from 'ws'
import { silentLogger } from '../../../core/ports/logger.js'
import { Sandbox } from './sandbox.js'
import { maxFrameBytes, type SandboxGroup, type SandboxLimits, type SandboxRobot } from './sandbox-types.js'

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

export interface Rig {
  readonly sandbox: Sandbox
  readonly url: string
  readonly time: { now: number }
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
  const sandbox = new Sandbox({ clock: { now: () => time.now }, logger: silentLogger, ...options })
  sandbox.declare({ robots, groups: [uniGroup, opsGroup] })
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0, maxPayload: maxFrameBytes })
  await once(server, 'listening')
  server.on('connection', (socket: WebSocket) => sandbox.accept(socket))
  const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`
  const clients: WSClient[] = []
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
    async close() {
      for (const client of clients) client.disconnect()
      sandbox.close()
      await new Promise(resolve => server.close(resolve))
    },
  }
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

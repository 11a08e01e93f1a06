// Joins a WecomChat to the sandbox on loopback, webhook included, for the tests beside it.
import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { ChatListener, IncomingMessage, IncomingPress } from '../../../core/ports/chat.js'
import type { Logger } from '../../../core/ports/logger.js'
import type { Sandbox } from '../simulator/sandbox.js'
import { opsGroup, type Rig, rig } from '../simulator/sandbox-rig.js'
import type { ConnectionChange, Robot } from './robot-connection.js'
import { makeWecomChat, type WecomChat, type WecomChatOptions } from './wecom-chat.js'

export const main: Robot = { name: 'main', botId: 'aib-1', secret: 'sandbox-secret-1' }

export interface ChatRig extends Omit<Rig, 'client' | 'call' | 'http'> {
  readonly sandbox: Sandbox
  /** Base address of the sandbox's HTTP side. */
  readonly http: string
  readonly front: Front
  /** Serves the sandbox once more without the front, where its own response addresses lead. */
  direct(): Promise<string>
  readonly chat: WecomChat
  readonly messages: IncomingMessage[]
  readonly presses: IncomingPress[]
  readonly entered: string[]
  readonly changes: ConnectionChange[]
  /** Every line of the log as one JSON text. */
  readonly log: string[]
  /** A second chat on the same sandbox. */
  another(options?: Partial<WecomChatOptions>): WecomChat
}

export async function chatRig(options: Partial<WecomChatOptions> = {}): Promise<ChatRig> {
  const world = await rig()
  const { sandbox, time, url } = world
  sandbox.declare({ robots: [], groups: [{ ...opsGroup, webhookKeys: ['k-ops'] }] })
  const faults: Fault[] = []
  const server = await serve((request, response) => void pass(sandbox, faults, request, response))
  const heard = { messages: [] as IncomingMessage[], presses: [] as IncomingPress[], entered: [] as string[] }
  const changes: ConnectionChange[] = []
  const log: string[] = []
  const chats: WecomChat[] = []
  const listener: ChatListener = {
    onMessage: async message => void heard.messages.push(message),
    onPress: async press => void heard.presses.push(press),
    onEntered: async (robot, userId) => void heard.entered.push(`${robot}/${userId}`),
  }
  const another = (more: Partial<WecomChatOptions> = {}): WecomChat => {
    const chat = makeWecomChat({
      wsUrl: url,
      logger: recorder(log),
      clock: { now: () => time.now },
      listener,
      reconnectMilliseconds: 5,
      ...options,
      ...more,
    })
    chats.push(chat)
    return chat
  }
  const chat = another({ onConnectionChange: change => void changes.push(change) })
  return {
    sandbox,
    time,
    url,
    http: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    front: {
      losesNext: (path = '') => void faults.push({ path }),
      answersNext: (errcode, path = '') => void faults.push({ path, errcode }),
      goesAway: () => stop(server),
    },
    direct: () => world.http(),
    chat,
    ...heard,
    changes,
    log,
    another,
    async close() {
      for (const one of chats) one.close()
      await stop(server)
      await world.close()
    },
  }
}

export function recorder(log: string[]): Logger {
  const write = (facts: object, message: string): void => {
    const plain = (_: string, value: unknown): unknown => (value instanceof Error ? `${value.stack} ${String(value.cause)}` : value)
    log.push(`${message} ${JSON.stringify(facts, plain)}`)
  }
  const logger: Logger = { debug: write, info: write, warn: write, error: write, child: () => logger }
  return logger
}

/** Goes wrong on the way to the sandbox, for calls whose path ends so (empty: any). */
export interface Front {
  /** The next call is carried out, its answer is lost. */
  losesNext(path?: string): void
  /** The next call does not reach the sandbox and gets this code. */
  answersNext(errcode: number, path?: string): void
  /** From now on nobody is there. */
  goesAway(): Promise<void>
}

/** An HTTP server on a free loopback port. */
export async function serve(handler: RequestListener): Promise<Server> {
  const server = createServer(handler).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return server
}

export async function stop(server: Server): Promise<void> {
  server.closeAllConnections()
  await new Promise(resolve => server.close(resolve))
}

interface Fault {
  readonly path: string
  /** Absent: the answer is lost. */
  readonly errcode?: number
}

async function pass(
  sandbox: Sandbox,
  faults: Fault[],
  request: Parameters<RequestListener>[0],
  response: Parameters<RequestListener>[1],
): Promise<void> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://sandbox')
  const at = faults.findIndex(({ path }) => pathname.endsWith(path))
  const [fault] = at < 0 ? [] : faults.splice(at, 1)
  if (fault?.errcode !== undefined) {
    response.end(JSON.stringify({ errcode: fault.errcode, errmsg: 'ordered' }))
    return
  }
  const answer = await sandbox.handle({
    method: request.method ?? '',
    path: pathname,
    query: Object.fromEntries(searchParams),
    headers: { 'content-type': request.headers['content-type'] },
    body: Buffer.concat(chunks),
  })
  if (fault) request.socket.destroy()
  else response.writeHead(answer.status, answer.headers).end(answer.body)
}

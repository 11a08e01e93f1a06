// The role that plays WeCom: the sandbox with its page, its protocol, and the groups and people of the database in it.
import type { Server } from 'node:http'
import type { Router } from '@koa/router'
import { WebSocketServer } from 'ws'
import { maxBodyBytes } from '../../adapters/chat/simulator/http-door.js'
import { Sandbox } from '../../adapters/chat/simulator/sandbox.js'
import { maxFrameBytes, type SandboxRobot } from '../../adapters/chat/simulator/sandbox-types.js'
import { join } from 'node:path'
import type { Secrets } from '../../core/ports/secrets.js'
import { openRobotKeys } from '../../core/tenants/robot-keys.js'
import { PLATFORM, type Group, type Person, type Robot } from '../../core/tenants/tenant.js'
import { sealContext } from '../../core/tenants/sealing.js'
import { sandboxProtocolRouter } from '../../web/api/sandbox-protocol.js'
import { sandboxRouter } from '../../web/api/sandbox.js'
import type { Parts } from '../compose.js'
import type { WecomApp } from '../config.js'
import { sandboxPageFolder } from '../folders.js'
import { startLoop } from '../loop.js'
import { ROBOT_NAME } from './bot.js'

export const SANDBOX_SOCKET = '/sandbox/wecom/ws'
const SYNC_MILLISECONDS = 2000

export interface SandboxRole {
  readonly sandbox: Sandbox
  readonly routers: readonly Router[]
  attach(server: Server): void
  /** Resolves when the groups of the database are in the sandbox. */
  synced(): Promise<void>
  stop(): Promise<void>
}

/** @param url where this process answers, for the callbacks of the application */
export function startSandbox(parts: Parts, url: () => string): SandboxRole {
  const { clock, logger, config } = parts
  const sandbox = new Sandbox({
    clock,
    logger,
    publicUrl: () => `${url()}/sandbox/wecom`,
    journalFile: join(config.dataDir, 'sandbox', 'journal.jsonl'),
  })
  const ending = new AbortController()
  const sockets = new WebSocketServer({ noServer: true, maxPayload: maxFrameBytes })
  const loop = startLoop('sandbox', SYNC_MILLISECONDS, logger, () => declareFromDatabase(parts, sandbox, url()))
  return {
    sandbox,
    routers: [
      sandboxRouter({ sandbox, robotName: ROBOT_NAME, pageFolder: sandboxPageFolder, signal: ending.signal }),
      sandboxProtocolRouter(sandbox, maxBodyBytes),
    ],
    attach(server) {
      server.on('upgrade', (request, socket, head) => {
        if (new URL(request.url ?? '/', 'http://localhost').pathname !== SANDBOX_SOCKET) {
          socket.end('HTTP/1.1 404 Not Found\r\n\r\n')
          return
        }
        // A browser always says where it comes from; robots do not, and no page has business here.
        if (request.headers.origin !== undefined) {
          socket.end('HTTP/1.1 403 Forbidden\r\n\r\n')
          return
        }
        sockets.handleUpgrade(request, socket, head, accepted => sandbox.accept(accepted))
      })
    },
    synced: () => declareFromDatabase(parts, sandbox, url()),
    async stop() {
      await loop.stop()
      ending.abort()
      sandbox.close()
      sockets.close()
    },
  }
}

async function declareFromDatabase({ core, secrets, config }: Parts, sandbox: Sandbox, url: string): Promise<void> {
  const app = config.wecomApp && sandboxApp(config.wecomApp, url)
  const { robots, groups, people } = await core.transactions.read(async t => ({
    robots: await t.robots.find(PLATFORM, {}),
    groups: await t.groups.acrossTenantsFind({}),
    people: await t.people.acrossTenantsFind({}),
  }))
  const staff = people.filter(person => person.tenantId === PLATFORM)
  sandbox.declare({
    robots: robots.map(robot => sandboxRobot(robot, secrets, url)),
    ...(app ? { apps: [app] } : {}),
    groups: groups.map(group => ({
      chatid: group.chatId,
      name: group.name,
      members: members(group, people, staff),
      robots: robots.filter(robot => robot.name === group.robot).map(robot => ({ botId: robot.botId, name: ROBOT_NAME })),
      webhookKeys: group.webhook ? keyOf(secrets.open(group.webhook, sealContext('group', group.id))) : [],
      activated: true,
    })),
  })
}

function sandboxRobot(robot: Robot, secrets: Secrets, url: string): SandboxRobot {
  const own = { botId: robot.botId, name: ROBOT_NAME }
  if (robot.mode === 'connection') return { ...own, secret: secrets.open(robot.secret, sealContext('robot', robot.id)) }
  const { token, aesKey } = openRobotKeys(secrets, robot)
  // It cannot subscribe, whatever is given as its secret.
  return {
    ...own,
    secret: aesKey,
    callback: { url: `${url}/wecom/callback/${encodeURIComponent(robot.name)}`, token, encodingAesKey: aesKey },
  }
}

/** The application of the configuration, played by the sandbox. */
function sandboxApp({ corpId, agentId, secret, callback }: WecomApp, url: string) {
  return {
    corpId,
    agentId,
    secret,
    name: ROBOT_NAME,
    visible: 'all' as const,
    ...(callback
      ? { callback: { url: `${url}/wecom/callback/app`, token: callback.token, encodingAesKey: callback.aesKey, receiveId: corpId } }
      : {}),
  }
}

/** A butler group holds the customer's people and the staff who may speak there; staff rooms hold staff. */
function members(group: Group, people: readonly Person[], staff: readonly Person[]) {
  const own = group.kind === 'butler' ? people.filter(person => person.tenantId === group.tenantId) : []
  const known = new Set(own.map(person => person.userId))
  return [...own, ...staff.filter(person => !known.has(person.userId))].map(({ userId, name, role }) => ({ userid: userId, name, role }))
}

function keyOf(webhook: string): string[] {
  const key = new URL(webhook).searchParams.get('key')
  return key ? [key] : []
}

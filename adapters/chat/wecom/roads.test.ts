// The contract of roads on each road to WeCom, against the sandbox behind an HTTP door that can lose answers.
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import Koa from 'koa'
import { expect, it } from 'vitest'
import type { ChatListener, IncomingPress, SendOptions } from '../../../core/ports/chat.js'
import { silentLogger } from '../../../core/ports/logger.js'
import { eventually } from '../../../tests/contracts/chat.js'
import { type Arrived, roadContract, type RoadUnderTest } from '../../../tests/contracts/road.js'
import { wecomCallbackRouter } from '../../../web/api/wecom-callback.js'
import { butlerApp, opsGroup } from '../simulator/sandbox-rig.js'
import { appRoad } from './app-road.js'
import { callbackRobot } from './callback-robot.js'
import { memoryTokens } from './memory-tokens.js'
import { robotRoad } from './robot-road.js'
import { webhookRoad } from './webhook-road.js'
import { type ChatRig, chatRig, main, stop } from './wecom-rig.js'

function standing(world: ChatRig, chat: string, rang: readonly string[] = []): Arrived[] {
  return world.sandbox
    .messages(chat)
    .filter(message => message.kind !== 'text' || message.from === '消息推送' || message.from === butlerApp.name)
    .map(({ text, buttons, files, mentions }) => ({
      text,
      buttons,
      rang: [...rang, ...mentions],
      files: files.map(({ name, url }) => ({ name, bytes: world.sandbox.file(url.split('/').at(-1) ?? '')?.bytes ?? Buffer.alloc(0) })),
    }))
}

async function robot(): Promise<RoadUnderTest> {
  const world = await chatRig({ ackTimeout: 1_000 })
  world.chat.connect(main)
  await eventually(() => expect(world.chat.isConnected('main')).toBe(true))
  return {
    road: robotRoad(world.chat),
    target: { address: 'ops-1', sender: 'main', chatType: 'group' },
    deadTarget: { address: 'Ops-1', sender: 'main', chatType: 'group' },
    person: 'Li',
    secrets: [main.secret],
    arrived: () => standing(world, 'ops-1'),
    async pressed(key): Promise<SendOptions> {
      world.sandbox.press('ops-1', 'Li', world.sandbox.messages('ops-1').at(-1)?.msgid ?? '', key)
      await eventually(() => expect(world.presses).toHaveLength(1))
      return { replyTo: world.presses[0]?.replyTo ?? '' }
    },
    losesNext: () => world.sandbox.faults({ swallowAcks: 1 }),
    limitsNext: () => world.sandbox.faults({ answer: { times: 1, errcode: 45009 } }),
    goesAway: () => world.chat.disconnect('main'),
    close: () => world.close(),
  }
}

async function webhook(): Promise<RoadUnderTest> {
  const world = await chatRig()
  const address = (key: string): string => `${world.http}/cgi-bin/webhook/send?key=${key}`
  return {
    road: webhookRoad(),
    target: { address: address('k-ops'), sender: 'ops-1', chatType: 'group' },
    deadTarget: { address: address('k-removed'), sender: 'ops-1', chatType: 'group' },
    person: 'Li',
    secrets: ['k-ops', 'k-removed'],
    arrived: () => standing(world, 'ops-1'),
    losesNext: () => world.front.losesNext('/webhook/send'),
    limitsNext: () => world.front.answersNext(45009, '/webhook/send'),
    goesAway: () => world.front.goesAway(),
    close: () => world.close(),
  }
}

const keys = { token: 'butlerTestToken01', encodingAesKey: 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG' }

/** The product's own callback address; `hear` is given what is heard there in plain. */
async function callbackDoor(
  kind: 'app' | 'robot',
  now: () => number,
  hear: (name: string, text: string) => Promise<string | undefined>,
): Promise<{ readonly url: string; close(): Promise<void> }> {
  const koa = new Koa()
  koa.silent = true
  const receiveId = kind === 'app' ? butlerApp.corpId : ''
  const router = wecomCallbackRouter({
    door: () => ({ ...keys, receiveId, kind }),
    hear: (name, _, text) => hear(name, text),
    clock: { now },
    logger: silentLogger,
  })
  koa.use(router.routes())
  const server: Server = createServer((request, response) => void koa.callback()(request, response)).listen(0, '127.0.0.1')
  await new Promise(resolve => server.once('listening', resolve))
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/wecom/callback/main`, close: () => stop(server) }
}

function remembering(world: ChatRig): ChatListener {
  return {
    onMessage: async message => void world.messages.push(message),
    onPress: async press => void world.presses.push(press),
    onEntered: async (robot, userId) => void world.entered.push(`${robot}/${userId}`),
  }
}

/** Presses a button of the newest message and waits until the road has heard of it. */
async function pressedIn(world: ChatRig, chat: string, key: string): Promise<SendOptions> {
  const before = world.presses.length
  world.sandbox.press(chat, 'Li', world.sandbox.messages(chat).at(-1)?.msgid ?? '', key)
  await eventually(() => expect(world.presses).toHaveLength(before + 1))
  return { replyTo: (world.presses.at(-1) as IncomingPress).replyTo }
}

const appChat = `single:Li:app:${butlerApp.agentId}`

async function appWorld() {
  const world = await chatRig()
  const now = (): number => world.time.now
  const { corpId, agentId, secret } = butlerApp
  const tokens = memoryTokens(now)
  const road = appRoad({ apiBase: `${world.http}/`, corpId, agentId, secret, tokens, logger: silentLogger, clock: { now } })
  const door = await callbackDoor('app', now, (_, text) => road.hear(text, remembering(world)))
  world.sandbox.declare({ robots: [], groups: [], apps: [{ ...butlerApp, callback: { url: door.url, ...keys } }] })
  const close = async (): Promise<void> => {
    await world.close()
    await door.close()
  }
  return { world, road, tokens, close }
}

async function app(): Promise<RoadUnderTest> {
  const { world, road, close } = await appWorld()
  return {
    road,
    target: { address: 'Li', sender: 'app', chatType: 'single' },
    deadTarget: { address: 'Stranger', sender: 'app', chatType: 'single' },
    person: 'Li',
    secrets: [butlerApp.secret],
    arrived: () => standing(world, appChat, ['Li']),
    pressed: key => pressedIn(world, appChat, key),
    losesNext: () => world.front.losesNext('/message/send'),
    limitsNext: () => world.front.answersNext(45009, '/message/send'),
    goesAway: () => world.front.goesAway(),
    close,
  }
}

async function callbackWorld() {
  const world = await chatRig()
  const direct = await world.direct()
  const now = (): number => world.time.now
  const road = callbackRobot({ apiBase: world.http, logger: silentLogger, clock: { now }, displayName: '管家' })
  const door = await callbackDoor('robot', now, (name, text) => road.hear(name, text.replaceAll(direct, world.http), remembering(world)))
  const robot = { botId: 'aib-1', secret: 's', name: '管家', callback: { url: door.url, ...keys } }
  world.sandbox.declare({ robots: [robot], groups: [{ ...opsGroup, webhookKeys: ['k-ops'] }] })
  const close = async (): Promise<void> => {
    await world.close()
    await door.close()
  }
  const asked = async (): Promise<SendOptions> => {
    const before = world.messages.length
    world.sandbox.say('ops-1', 'Li', '@管家 状态')
    await eventually(() => expect(world.messages).toHaveLength(before + 1))
    return { replyTo: world.messages.at(-1)?.replyTo ?? '' }
  }
  return { world, road, asked, close }
}

async function robotByCallback(): Promise<RoadUnderTest> {
  const { world, road, asked, close } = await callbackWorld()
  return {
    road,
    target: { address: 'ops-1', sender: 'main', chatType: 'group' },
    deadTarget: { address: 'Ops-1', sender: 'main', chatType: 'group' },
    person: 'Li',
    secrets: ['response_code', keys.token, keys.encodingAesKey],
    async arrived() {
      await world.sandbox.callbacksSettled()
      return standing(world, 'ops-1')
    },
    options: asked,
    pressed: key => pressedIn(world, 'ops-1', key),
    losesNext: () => world.front.losesNext('/aibot/response'),
    limitsNext: () => world.front.answersNext(45009, '/aibot/response'),
    goesAway: () => world.front.goesAway(),
    close,
  }
}

roadContract('robot', robot)
roadContract('webhook', webhook)
roadContract('app', app)
roadContract('robot by callback', robotByCallback)

it('a sentence to the application is heard through the sealed callback and answered', async () => {
  const { world, road, close } = await appWorld()
  world.sandbox.say(appChat, 'Li', '我的待办')
  await eventually(() => expect(world.messages).toHaveLength(1))
  await road.send({ address: world.messages[0]?.chatId ?? '', sender: 'app', chatType: 'single' }, { kind: 'markdown', text: '没有待办' })

  expect(world.messages).toMatchObject([{ robot: 'app', chatId: 'Li', chatType: 'single', userId: 'Li', text: '我的待办' }])
  expect(world.sandbox.messages(appChat).map(message => message.text)).toEqual(['我的待办', '没有待办'])
  await close()
})

it('the application outlives a token that was taken back', async () => {
  const { world, road, tokens, close } = await appWorld()
  const target = { address: 'Li', sender: 'app', chatType: 'single' } as const
  await road.send(target, { kind: 'markdown', text: '一' })
  const [first] = [...tokens.kept.values()]
  world.time.now += 7_200_000
  for (const [key, token] of tokens.kept) tokens.kept.set(key, { ...token, expiresAt: '2099-01-01T00:00:00.000Z' })
  await road.send(target, { kind: 'markdown', text: '二' })

  expect([...tokens.kept.values()][0]?.value).not.toBe(first?.value)
  expect(world.sandbox.messages(appChat).map(message => message.text)).toEqual(['一', '二'])
  await close()
})

it('a robot in callback mode answers once, and what follows has to take another road', async () => {
  const { world, road, asked, close } = await callbackWorld()
  const target = { address: 'ops-1', sender: 'main', chatType: 'group' } as const
  const options = await asked()
  await road.send(target, { kind: 'markdown', text: '一切正常' }, options)

  expect(world.messages).toMatchObject([{ robot: 'main', chatId: 'ops-1', text: '状态' }])
  await expect(road.send(target, { kind: 'markdown', text: '还有' }, options)).rejects.toMatchObject({ code: 'CHAT_TARGET_DEAD' })
  await expect(road.send(target, { kind: 'markdown', text: '主动' })).rejects.toMatchObject({ code: 'CHAT_TARGET_DEAD' })
  expect(world.sandbox.messages('ops-1').map(message => message.text)).toEqual(['@管家 状态', '一切正常'])
  await close()
})

// The self-built application: its road for single people, and the door its callbacks come in by. Made by main.ts when it is configured.
import type { Router } from '@koa/router'
import { appRoad, type AppRoad } from '../adapters/chat/wecom/app-road.js'
import { wecomCallbackRouter } from '../web/api/wecom-callback.js'
import type { Parts } from './compose.js'

export interface ComposedApp {
  readonly road: AppRoad
  readonly routers: readonly Router[]
}

/** @param url of this process, for the sandbox's API when no other base is configured */
export function composeApp({ config, clock, logger, tokens, runtime }: Parts, url: () => string): ComposedApp | undefined {
  const { wecomApp } = config
  if (!wecomApp) return undefined
  const { corpId, agentId, secret, callback } = wecomApp
  const base = config.wecomApiBase
  const road = appRoad({
    // The port of this process is known only when it listens.
    get apiBase() {
      return base ?? `${url()}/sandbox/wecom`
    },
    corpId,
    agentId,
    secret,
    tokens,
    logger,
    clock,
    ...(config.publicUrl ? { cardUrl: config.publicUrl } : {}),
  })
  if (!callback) return { road, routers: [] }
  const door = { token: callback.token, encodingAesKey: callback.aesKey, receiveId: corpId, kind: 'app' } as const
  const router = wecomCallbackRouter({
    clock,
    logger,
    door: name => (name === 'app' ? door : undefined),
    hear: (_, __, body) => road.hear(body, runtime),
  })
  return { road, routers: [router] }
}

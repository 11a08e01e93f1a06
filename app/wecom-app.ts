// The self-built application: its road for single people, and the door its callbacks come in by. Made by main.ts when it is configured.
import type { Router } from '@koa/router'
import { appRoad, type AppRoad } from '../adapters/chat/wecom/app-road.js'
import { wecomCallbackRouter } from '../web/api/wecom-callback.js'
import type { Parts } from './compose.js'

export interface ComposedApp {
  /** Made when it is first asked for: the sandbox's address is known only when this process listens. @throws CONFIGURATION_INVALID */
  readonly road: AppRoad
  readonly routers: readonly Router[]
}

/** @param url of this process, for the sandbox's API when no other base is configured */
export function composeApp({ config, clock, logger, tokens, runtime }: Parts, url: () => string): ComposedApp | undefined {
  const { wecomApp } = config
  if (!wecomApp) return undefined
  const { corpId, agentId, secret, callback } = wecomApp
  let made: AppRoad | undefined
  const road = (): AppRoad =>
    (made ??= appRoad({
      apiBase: config.wecomApiBase ?? `${url()}/sandbox/wecom`,
      corpId,
      agentId,
      secret,
      tokens,
      logger,
      clock,
      ...(config.publicUrl ? { cardUrl: config.publicUrl } : {}),
    }))
  const composed = (routers: readonly Router[]): ComposedApp => ({
    routers,
    get road() {
      return road()
    },
  })
  if (!callback) return composed([])
  const door = { token: callback.token, encodingAesKey: callback.aesKey, receiveId: corpId, kind: 'app' } as const
  const router = wecomCallbackRouter({
    clock,
    logger,
    door: name => (name === 'app' ? door : undefined),
    hear: (_, __, body) => road().hear(body, runtime),
  })
  return composed([router])
}

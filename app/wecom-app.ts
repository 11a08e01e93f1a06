// The self-built application: its road for single people, and what its callbacks are opened with. Made by main.ts when it is configured.
import { appRoad, type AppRoad } from '../adapters/chat/wecom/app-road.js'
import type { CallbackDoor } from '../web/api/wecom-envelope.js'
import type { Parts } from './compose.js'

export interface ComposedApp {
  /** Made when it is first asked for: the sandbox's address is known only when this process listens. @throws CONFIGURATION_INVALID */
  readonly road: AppRoad
  /** Undefined without callback settings: the application hears nobody. */
  readonly door: CallbackDoor | undefined
}

/** @param apiBase where WeCom's interfaces are */
export function composeApp({ config, clock, logger, tokens }: Parts, apiBase: () => string): ComposedApp | undefined {
  const { wecomApp } = config
  if (!wecomApp) return undefined
  const { corpId, agentId, secret, callback } = wecomApp
  let made: AppRoad | undefined
  return {
    door: callback && { token: callback.token, encodingAesKey: callback.aesKey, receiveId: corpId, kind: 'app' },
    get road() {
      return (made ??= appRoad({
        apiBase: apiBase(),
        corpId,
        agentId,
        secret,
        tokens,
        logger,
        clock,
        ...(config.publicUrl ? { cardUrl: config.publicUrl } : {}),
      }))
    },
  }
}

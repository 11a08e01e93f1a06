// What WeCom tells us by HTTP: one address for the application and one for each robot in callback mode; those robots' road. Made by main.ts.
import type { Router } from '@koa/router'
import { callbackRobot, type CallbackRobot } from '../adapters/chat/wecom/callback-robot.js'
import { APP_SENDER } from '../core/ports/road.js'
import { openRobotKeys } from '../core/tenants/robot-keys.js'
import { PLATFORM } from '../core/tenants/tenant.js'
import { wecomCallbackRouter } from '../web/api/wecom-callback.js'
import type { CallbackDoor } from '../web/api/wecom-envelope.js'
import type { Parts } from './compose.js'
import { ROBOT_NAME } from './roles/bot.js'
import type { ComposedApp } from './wecom-app.js'

export interface ComposedCallbacks {
  readonly router: Router
  /** Answers for what this process heard: the robots' callbacks have to reach the process that sends for them. */
  readonly robots: CallbackRobot
}

/** @param apiBase where WeCom's interfaces are: answers go there and nowhere else */
export function composeCallbacks(parts: Parts, application: ComposedApp | undefined, apiBase: () => string): ComposedCallbacks {
  const { config, core, clock, logger, runtime, secrets } = parts
  let made: CallbackRobot | undefined
  const robots = (): CallbackRobot =>
    (made ??= callbackRobot({
      apiBase: apiBase(),
      logger,
      clock,
      displayName: ROBOT_NAME,
      ...(config.publicUrl ? { cardUrl: config.publicUrl } : {}),
    }))
  const doorOf = async (name: string): Promise<CallbackDoor | undefined> => {
    if (name === APP_SENDER) return application?.door
    const robot = await core.transactions.read(t => t.robots.first(PLATFORM, { name }))
    if (robot?.mode !== 'callback') return undefined
    const { token, aesKey } = openRobotKeys(secrets, robot)
    return { token, encodingAesKey: aesKey, receiveId: '', kind: 'robot' }
  }
  return {
    router: wecomCallbackRouter({
      clock,
      logger,
      door: doorOf,
      hear: (name, { kind, encodingAesKey }, body) =>
        kind === 'app' && application ? application.road.hear(body, runtime) : robots().hear(name, body, runtime, encodingAesKey),
    }),
    get robots() {
      return robots()
    },
  }
}

// The keys of a robot in callback mode as one text, which is what its row seals; written by apply, read by the bot, the callback's door and the sandbox.
import { z } from 'zod'
import { AppError } from '../errors.js'
import type { Secrets } from '../ports/secrets.js'
import { sealContext } from './sealing.js'
import type { Robot } from './tenant.js'

const RobotKeys = z.object({ token: z.string(), aesKey: z.string() })
/** Token and EncodingAESKey (43 characters) of the robot's callback address. */
export type RobotKeys = z.infer<typeof RobotKeys>

export function writeRobotKeys({ token, aesKey }: RobotKeys): string {
  return JSON.stringify({ token, aesKey })
}

/** @throws SECRET_UNREADABLE, also for a row that holds another kind of secret */
export function openRobotKeys(secrets: Secrets, robot: Pick<Robot, 'id' | 'secret'>): RobotKeys {
  const context = sealContext('robot', robot.id)
  try {
    return RobotKeys.parse(JSON.parse(secrets.open(robot.secret, context)))
  } catch (cause) {
    throw new AppError('SECRET_UNREADABLE', { context }, { cause })
  }
}

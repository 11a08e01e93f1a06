// The refusal of a message a road has no means for; thrown by the roads, whose callers know `can` and should have asked.
import { AppError } from '../../../core/errors.js'
import type { RoadId } from '../../../core/ports/road.js'

export function notOnThisRoad(road: RoadId, what: string): AppError {
  return new AppError('CHAT_REFUSED', { code: 'NOT_ON_THIS_ROAD', road, what, reaction: 'switch-road' })
}

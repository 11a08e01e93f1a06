// Turns what a request met into an answer with a stable code and a Chinese sentence; the outermost middleware of app/http.ts.
import type { Context, Next } from 'koa'
import { AppError, isAppError } from '../../core/errors.js'
import type { Ids } from '../../core/ports/ids.js'
import type { Logger } from '../../core/ports/logger.js'

export function errorAnswer(logger: Logger, ids: Ids) {
  return async (ctx: Context, next: Next): Promise<void> => {
    try {
      await next()
      if (ctx.status === 404 && ctx.body === undefined) throw new AppError('NOT_FOUND', { what: '这个地址' })
    } catch (error) {
      const traceId = ids.next()
      const status = (error as { status?: unknown } | null)?.status
      // Koa's own refusals (malformed request) carry a status; they are the client's fault.
      const failure = isAppError(error)
        ? error
        : typeof status === 'number' && status >= 400 && status < 500
          ? new AppError('REQUEST_INVALID', { problem: '格式不对' }, { cause: error })
          : new AppError('INTERNAL', { reference: traceId.slice(-8) }, { cause: error })
      const facts = { traceId, method: ctx.method, path: ctx.path, code: failure.code }
      if (failure.kind === 'bug') logger.error({ ...facts, error }, 'request failed')
      else if (failure.kind === 'operational' && failure.code !== 'NOT_READY')
        logger.warn({ ...facts, error: failure }, 'request met a fault')
      else logger.debug(facts, 'request refused')
      ctx.status = failure.status
      if (failure.facts['retryAfterSeconds'] !== undefined) ctx.set('retry-after', String(failure.facts['retryAfterSeconds']))
      ctx.body = { error: { code: failure.code, message: failure.reply, traceId } }
    }
  }
}

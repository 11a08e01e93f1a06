// Brings a file to WeCom over HTTP and sends it by the id it got; the same for a webhook's own upload and an application's (docs 99110, 90253).
import { AppError, isAppError } from '../../../core/errors.js'
import type { Fields } from './call-wecom.js'
import { mediaGone } from './error-classes.js'

/** The multipart body of an upload: one part named `media`. */
export function mediaForm(name: string, bytes: Buffer): FormData {
  const form = new FormData()
  form.append('media', new Blob([new Uint8Array(bytes)], { type: 'application/octet-stream' }), name)
  return form
}

/** Uploads, then sends; an id that WeCom no longer takes is replaced once. */
export async function sendUploaded(upload: () => Promise<Fields>, send: (mediaId: string) => Promise<Fields>): Promise<Fields> {
  try {
    return await send(idOf(await upload()))
  } catch (error) {
    if (!isAppError(error) || error.facts['code'] !== mediaGone) throw error
    return send(idOf(await upload()))
  }
}

function idOf(answer: Fields): string {
  const id = answer['media_id']
  if (typeof id !== 'string' || id === '' || id.length > 1024) {
    throw new AppError('CHAT_REFUSED', { code: 'UPLOAD_WITHOUT_ID', reaction: 'tell-staff' })
  }
  return id
}

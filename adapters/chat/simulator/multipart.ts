// Finds the one file of a multipart/form-data body; only the webhook's upload uses it.

export interface FilePart {
  readonly filename: string
  readonly bytes: Buffer
}

const maxHeadBytes = 8 * 1024
const maxParts = 20

/** The part named `media` with a file name; undefined when the body holds none or is no multipart at all. */
export function findMediaPart(contentType: string, body: Buffer): FilePart | undefined {
  const found = /boundary=(?:"([^"]{1,200})"|([^;\s"]{1,200}))/i.exec(contentType)
  const boundary = found?.[1] ?? found?.[2]
  if (!/^multipart\/form-data/i.test(contentType) || boundary === undefined) return undefined
  const mark = Buffer.from(`--${boundary}`)
  let at = body.indexOf(mark)
  for (let part = 0; at >= 0 && part < maxParts; part++) {
    const from = at + mark.length + 2
    const headEnd = body.indexOf('\r\n\r\n', from)
    const next = body.indexOf(Buffer.concat([Buffer.from('\r\n'), mark]), from)
    if (headEnd < 0 || next < 0) return undefined
    if (headEnd < next && headEnd - from <= maxHeadBytes) {
      const head = body.toString('utf8', from, headEnd)
      const disposition = /^content-disposition:(.*)$/im.exec(head)?.[1] ?? ''
      const filename = fileName(disposition)
      if (/;\s*name="?media"?\s*(;|$)/i.test(disposition) && filename !== undefined) {
        return { filename, bytes: body.subarray(headEnd + 4, next) }
      }
    }
    at = next + 2
  }
  return undefined
}

function fileName(disposition: string): string | undefined {
  const extended = /filename\*=UTF-8''([^;\s]+)/i.exec(disposition)?.[1]
  if (extended !== undefined) {
    try {
      return decodeURIComponent(extended).slice(0, 256)
    } catch {
      return undefined
    }
  }
  const plain = /filename="([^"]*)"/i.exec(disposition)?.[1] ?? /filename=([^;\s]+)/i.exec(disposition)?.[1]
  return plain === undefined || plain === '' ? undefined : plain.slice(0, 256)
}

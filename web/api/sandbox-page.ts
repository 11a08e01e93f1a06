// The files of the sandbox page, read once at the start and served from memory, so no request can name a path; web/api/sandbox.ts calls it.
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { extname, join } from 'node:path'

export interface PageFile {
  readonly bytes: Buffer
  readonly type: string
  readonly etag: string
}

const types = new Map([
  ['.html', 'text/html; charset=utf-8'],
  ['.js', 'text/javascript; charset=utf-8'],
  ['.css', 'text/css; charset=utf-8'],
  ['.svg', 'image/svg+xml'],
])

/** Only what the page itself brings; no inline script, no inline style, no frame around it. */
export const pagePolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** @param folder holds `index.html` and a flat folder `assets` */
export function loadPage(folder: string): { readonly index: PageFile; readonly assets: ReadonlyMap<string, PageFile> } {
  const assets = new Map<string, PageFile>()
  for (const entry of readdirSync(join(folder, 'assets'), { withFileTypes: true })) {
    if (entry.isFile() && types.has(extname(entry.name))) assets.set(entry.name, load(join(folder, 'assets', entry.name)))
  }
  return { index: load(join(folder, 'index.html')), assets }
}

function load(file: string): PageFile {
  const bytes = readFileSync(file)
  const etag = `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`
  return { bytes, type: types.get(extname(file)) ?? 'application/octet-stream', etag }
}

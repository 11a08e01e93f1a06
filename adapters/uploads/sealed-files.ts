// Uploads on disk, each sealed to its tenant and id: DATA_DIR/uploads/<tenant>/<id>. Made by app/compose.ts.
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { FileStore } from '../../core/ports/file-store.js'
import type { Secrets } from '../../core/ports/secrets.js'

const isPlain = /^[0-9A-Za-z-]{1,64}$/

export function sealedFiles(folder: string, secrets: Secrets): FileStore {
  const place = (tenantId: string, id: string): string => {
    // Ids are our own; a path is never made of anything else.
    if (!isPlain.test(tenantId) || !isPlain.test(id)) throw new TypeError('not an id')
    return join(folder, tenantId, id)
  }
  const context = (tenantId: string, id: string) => `upload:${tenantId}:${id}`
  return {
    async put(tenantId, id, bytes) {
      const path = place(tenantId, id)
      await mkdir(join(folder, tenantId), { recursive: true, mode: 0o700 })
      const file = await open(`${path}.new`, 'w', 0o600)
      try {
        await file.writeFile(secrets.seal(bytes.toString('base64'), context(tenantId, id)))
        await file.datasync()
      } finally {
        await file.close()
      }
      await rename(`${path}.new`, path)
    },
    async get(tenantId, id) {
      let sealed: string
      try {
        sealed = await readFile(place(tenantId, id), 'utf8')
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
        throw error
      }
      return Buffer.from(secrets.open(sealed, context(tenantId, id)), 'base64')
    },
    remove: (tenantId, id) => rm(place(tenantId, id), { force: true }),
  }
}

// A file store in memory, for tests beside bot/ and core/.
import type { FileStore } from '../../core/ports/file-store.js'

export function memoryFiles(): FileStore {
  const kept = new Map<string, Buffer>()
  const key = (tenantId: string, id: string) => `${tenantId}/${id}`
  return {
    put: async (tenantId, id, bytes) => void kept.set(key(tenantId, id), bytes),
    get: async (tenantId, id) => kept.get(key(tenantId, id)),
    remove: async (tenantId, id) => void kept.delete(key(tenantId, id)),
  }
}

// Indexes of feeds as files, `<feed>.idx`, written beside and renamed, so that a reader never sees half of one; made by app/knowledge.ts.
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../../core/errors.js'
import type { IndexStore } from '../../core/ports/intel-feed.js'

const NAME = /^([0-9A-Za-z-]{1,64})\.idx$/

/** @param folder made when something is first saved */
export function indexFiles(folder: string): IndexStore {
  const pathOf = (id: string): string => {
    if (!NAME.test(`${id}.idx`)) throw new AppError('REQUEST_INVALID', { problem: 'feed id' })
    return join(folder, `${id}.idx`)
  }
  return {
    async save(id, bytes) {
      const path = pathOf(id)
      await mkdir(folder, { recursive: true })
      const handle = await open(`${path}.new`, 'w')
      try {
        await handle.writeFile(bytes)
        await handle.sync()
      } finally {
        await handle.close()
      }
      await rename(`${path}.new`, path)
    },
    load: id => readFile(pathOf(id)).catch(missing),
    async list() {
      const names = (await readdir(folder).catch(missing)) ?? []
      const found = await Promise.all(
        names.map(async name => {
          const [, id] = NAME.exec(name) ?? []
          const facts = id === undefined ? undefined : await stat(join(folder, name)).catch(missing)
          return id !== undefined && facts ? [{ id, version: `${facts.ino}-${facts.mtimeMs}-${facts.size}` }] : []
        }),
      )
      return found.flat()
    },
    remove: id => rm(pathOf(id), { force: true }),
  }
}

function missing(error: NodeJS.ErrnoException): undefined {
  if (error.code === 'ENOENT') return undefined
  throw error
}

// Reads trained models (content/models/*.json) from the shipped folder and an operator's over it; called by app/roles/worker.ts and the campaign of the models.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

export interface LoadedModels {
  /** As it stands in the file; makeMaterials checks it. */
  readonly dga?: unknown
  readonly faults: readonly { readonly file: string; readonly problem: string }[]
}

const MOST_BYTES = 4 * 1024 * 1024

/** Never throws: a file that is missing is left out, one that cannot be read is named. The last folder that has one counts. */
export function loadModels(folders: readonly string[]): LoadedModels {
  const faults: { file: string; problem: string }[] = []
  let dga: unknown
  for (const folder of folders) {
    try {
      const text = readFileSync(join(folder, 'models', 'dga.json'), 'utf8')
      if (text.length > MOST_BYTES) throw new Error(`larger than ${MOST_BYTES} bytes`)
      dga = JSON.parse(text)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') continue
      faults.push({ file: 'models/dga.json', problem: error instanceof Error ? error.message.slice(0, 300) : String(error) })
    }
  }
  return { faults, ...(dga === undefined ? {} : { dga }) }
}

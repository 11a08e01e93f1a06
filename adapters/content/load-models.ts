// Reads trained models (content/models/*.json) from the shipped folder and an operator's over it; called by app/roles/worker.ts and the CLI.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DgaNet } from '../../core/threats/learned/dga-net.js'

export interface LoadedModels {
  readonly dga?: DgaNet
  readonly faults: readonly { readonly file: string; readonly problem: string }[]
}

const MOST_BYTES = 4 * 1024 * 1024

/** Never throws: a model that is missing or spoiled is left out and named, and what needs it stays silent. The last folder that has one counts. */
export function loadModels(folders: readonly string[]): LoadedModels {
  const faults: { file: string; problem: string }[] = []
  let dga: DgaNet | undefined
  for (const folder of folders) {
    const file = join(folder, 'models', 'dga.json')
    try {
      const text = readFileSync(file, 'utf8')
      if (text.length > MOST_BYTES) throw new Error(`larger than ${MOST_BYTES} bytes`)
      dga = DgaNet.load(JSON.parse(text))
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') continue
      faults.push({ file: 'models/dga.json', problem: error instanceof Error ? error.message.slice(0, 300) : String(error) })
    }
  }
  return { faults, ...(dga === undefined ? {} : { dga }) }
}

// Where the product's own files lie, the same for a source checkout and for a build.
import { existsSync } from 'node:fs'
import { join } from 'node:path'

const above = join(import.meta.dirname, '..')
/** The folder of package.json. */
export const home = existsSync(join(above, 'package.json')) ? above : join(above, '..')
export const contentFolder = join(home, 'content')
export const sandboxPageFolder = join(home, 'web', 'public', 'sandbox')
/** Built by `npm run build:screen`. */
export const screenPageFolder = join(home, 'web', 'public', 'screen')

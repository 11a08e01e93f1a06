// Builds the big screen when its sources are newer than what was built. Used by bootstrap.mjs.
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

const SOURCES = join('web', 'dashboard')
const BUILT = join('web', 'public', 'screen', 'index.html')

/** The build's arguments for `vite`. */
export const buildArguments = ['build', '-c', join(SOURCES, 'vite.config.ts')]

export function needsScreen(root) {
  const built = join(root, BUILT)
  if (!existsSync(built)) return true
  const since = statSync(built).mtimeMs
  return readdirSync(join(root, SOURCES), { recursive: true }).some(file => statSync(join(root, SOURCES, file)).mtimeMs > since)
}

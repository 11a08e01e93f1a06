// Where an engine's program is, which version, and how to install it; what `引擎` shows. Called by the engines.
import { accessSync, constants } from 'node:fs'
import { join } from 'node:path'
import { ProcessFailure, runProcess } from '../../shared/run-process.js'
import type { EngineState } from '../../../core/ports/scan-engine.js'

const folders = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin']

export function programPath(name: string): string | null {
  return folders.map(folder => join(folder, name)).find(isExecutable) ?? null
}

export interface ProgramFacts {
  readonly id: string
  readonly title: string
  readonly program: string
  readonly debianPackage: string
  readonly versionArgs: readonly string[]
  /** The first group is the version. */
  readonly version: RegExp
  readonly rights: string
}

export async function programState(facts: ProgramFacts): Promise<EngineState> {
  const { id, title, rights } = facts
  const path = programPath(facts.program)
  const install = `apt-get install ${facts.debianPackage}`
  if (path === null) return { id, title, ready: false, version: null, path, rights, install }
  try {
    const { stdout, stderr } = await runProcess(path, facts.versionArgs, { timeoutMilliseconds: 5000, maxOutputBytes: 200_000 })
    const version = facts.version.exec(stdout + stderr)?.[1] ?? null
    return { id, title, ready: version !== null, version, path, rights, install: version === null ? install : null }
  } catch (error) {
    if (!(error instanceof ProcessFailure)) throw error
    return { id, title, ready: false, version: null, path, rights, install }
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

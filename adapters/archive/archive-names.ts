// Names of the archive's folders and files, and the checks that keep foreign text out of paths; used by the archive's writer and reader.
import { join } from 'node:path'
import { AppError } from '../../core/errors.js'

const TENANT = /^[0-9A-Za-z_-]{1,64}$/
const DAY = /^\d{4}-\d{2}-\d{2}$/
const FILE = /^(\d{4}-\d{2}-\d{2})\/([0-9A-Za-z_-]{1,64}-\d{6})$/
const SEGMENT = /^([0-9A-Za-z_-]{1,64}-\d{6})\.ndjson$/

/** @throws REQUEST_INVALID for what could leave the archive's folder */
export function tenantFolder(folder: string, tenantId: string): string {
  if (!TENANT.test(tenantId)) throw new AppError('REQUEST_INVALID', { problem: 'tenant id' })
  return join(folder, tenantId)
}

/** @throws REQUEST_INVALID when it could not be part of a file name */
export function checkWriter(writer: string): string {
  if (!TENANT.test(writer)) throw new AppError('REQUEST_INVALID', { problem: 'archive writer' })
  return writer
}

export function isDay(name: string): boolean {
  return DAY.test(name)
}

/** `2026-11-24/<writer>-000001`: how positions and cursors name a file. Six digits, so that text order is time order. */
export function fileKey(day: string, writer: string, sequence: number): string {
  return `${day}/${writer}-${String(sequence).padStart(6, '0')}`
}

/** Day and path of a key; undefined for anything that is not one (cursors come from a database). */
export function readKey(tenant: string, key: string): { day: string; path: string } | undefined {
  const match = FILE.exec(key)
  if (match === null) return undefined
  const [, day = '', name = ''] = match
  return { day, path: join(tenant, day, `${name}.ndjson`) }
}

/** The key of a directory entry; undefined for foreign files. */
export function keyOfEntry(day: string, entry: string): string | undefined {
  const match = SEGMENT.exec(entry)
  return match === null ? undefined : `${day}/${match[1] ?? ''}`
}

// Brings the schema up to date; called by every start and by `guanjia migrate`. Several processes may start at once: one of them migrates.
import type { OpenDatabase } from './data-source.js'

const WAIT_SECONDS = 60

/** @returns names of the migrations that were run */
export async function runMigrations({ source, kind }: OpenDatabase): Promise<string[]> {
  if (kind === 'sqlite') return (await source.runMigrations()).map(migration => migration.name)
  const lock = source.createQueryRunner()
  try {
    // One connection holds the lock while another migrates; GET_LOCK is of the session that called it.
    const [row] = (await lock.query('SELECT GET_LOCK(?, ?) AS got', ['guanjia-migrate', WAIT_SECONDS])) as { got: unknown }[]
    if (Number(row?.got) !== 1) throw new Error('another process has been migrating for more than a minute')
    return (await source.runMigrations()).map(migration => migration.name)
  } finally {
    await lock.query('SELECT RELEASE_LOCK(?)', ['guanjia-migrate']).catch(() => undefined)
    await lock.release()
  }
}

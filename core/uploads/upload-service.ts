// Takes in files people send the bot alone: checked, sealed, written down, gone after a week; commands fetch them by id. Called by bot/runtime/receive-file.ts.
import { createHash } from 'node:crypto'
import { AppError } from '../errors.js'
import { instant, plusSeconds } from '../ports/clock.js'
import type { Clock } from '../ports/clock.js'
import type { FileStore } from '../ports/file-store.js'
import type { Transactions } from '../ports/transaction.js'
import type { Actor } from '../tenants/actor.js'
import { recogniseFile } from './recognise-file.js'
import { MAX_UPLOAD_BYTES, type Upload } from './upload.js'

const KEPT_SECONDS = 7 * 86_400
/** Of one person within an hour. */
const MOST_AN_HOUR = 20

export interface GivenFile {
  readonly name: string
  readonly bytes: Buffer
}

export class UploadService {
  constructor(private readonly needs: { transactions: Transactions; files: FileStore; clock: Clock }) {}

  /** @throws FILE_REFUSED (size, kind, name, too many) */
  async receive(actor: Actor, given: GivenFile): Promise<Upload> {
    const { transactions, files, clock } = this.needs
    const { bytes } = given
    const name = plainName(given.name)
    if (bytes.length === 0) throw new AppError('FILE_REFUSED', { problem: '文件是空的' })
    if (bytes.length > MAX_UPLOAD_BYTES) throw new AppError('FILE_REFUSED', { problem: '文件超过 20 MB' })
    const kind = recogniseFile(name, bytes)
    const { tenantId, userId } = actor
    const hourAgo = instant(clock.now() - 3_600_000)
    if ((await transactions.read(t => t.uploads.count(tenantId, { userId, receivedAt: { atLeast: hourAgo } }))) >= MOST_AN_HOUR)
      throw new AppError('FILE_REFUSED', { problem: `一小时内最多 ${MOST_AN_HOUR} 个，请稍后再发` })
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    return transactions.run(async tx => {
      const upload: Upload = {
        id: tx.id(),
        tenantId,
        userId,
        name,
        kind,
        size: bytes.length,
        sha256,
        receivedAt: tx.at,
        expiresAt: plusSeconds(tx.at, KEPT_SECONDS),
        removedAt: null,
      }
      // First the bytes: a row without them would promise what is not there.
      await files.put(tenantId, upload.id, bytes)
      await tx.uploads.insert(upload)
      tx.audit({
        tenantId,
        actor: userId,
        action: 'file.received',
        subject: upload.id,
        details: { name, kind, size: bytes.length, sha256 },
      })
      return upload
    })
  }

  /** The newest file of the person that is of one of these kinds and still there. */
  async newest(actor: Pick<Actor, 'tenantId' | 'userId'>, kinds: readonly Upload['kind'][]): Promise<Upload | undefined> {
    const { tenantId, userId } = actor
    const where = { userId, kind: { oneOf: kinds }, removedAt: null, expiresAt: { atLeast: instant(this.needs.clock.now()) } }
    return this.needs.transactions.read(t => t.uploads.first(tenantId, where, { order: { id: 'desc' } }))
  }

  /** Its bytes, as they came. @throws NOT_FOUND when they are gone, SECRET_UNREADABLE */
  async bytes(upload: Pick<Upload, 'tenantId' | 'id' | 'name' | 'sha256'>): Promise<Buffer> {
    const bytes = await this.needs.files.get(upload.tenantId, upload.id)
    if (!bytes || createHash('sha256').update(bytes).digest('hex') !== upload.sha256)
      throw new AppError('NOT_FOUND', { what: `文件 ${upload.name}` })
    return bytes
  }

  /** Safe to run twice. */
  async removeExpired(tenantId: string, now: number): Promise<void> {
    const { transactions, files } = this.needs
    const old = await transactions.read(t =>
      t.uploads.find(tenantId, { removedAt: null, expiresAt: { below: instant(now) } }, { limit: 1000 }),
    )
    for (const upload of old) {
      await files.remove(tenantId, upload.id)
      await transactions.run(tx => tx.uploads.update(tenantId, { id: upload.id }, { removedAt: tx.at }))
    }
  }
}

/** Without folders, control characters and marks that turn the direction of writing. */
function plainName(name: string): string {
  const last = name.split(/[\\/]/).at(-1) ?? ''
  const plain = last.replaceAll(/[\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069]/gu, '').trim()
  if (plain === '' || plain.startsWith('.')) throw new AppError('FILE_REFUSED', { problem: '文件没有名字' })
  const dot = plain.lastIndexOf('.')
  return plain.length <= 120 ? plain : plain.slice(0, 100) + (dot > 0 ? plain.slice(dot).slice(0, 20) : '')
}

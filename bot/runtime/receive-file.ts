// A file or picture came: alone with the bot it is taken in, and the person hears what can be done with it; in a group the hint where to send it.
import type { Core } from '../../core/core.js'
import { AppError } from '../../core/errors.js'
import type { IncomingMessage } from '../../core/ports/chat.js'
import type { Actor } from '../../core/tenants/actor.js'
import type { FilePurpose } from '../../core/uploads/file-purpose.js'
import { MAX_UPLOAD_BYTES, type Upload } from '../../core/uploads/upload.js'
import { plain } from '../cards/format.js'
import { say, type CommandResult } from './command.js'

/** @throws FILE_REFUSED, NOT_KNOWN_HERE, CHAT_UNREACHABLE (it could not be fetched) */
export async function receiveFile(
  core: Core,
  purposes: readonly FilePurpose[],
  message: IncomingMessage,
  traceId: string,
): Promise<CommandResult> {
  const { person } = await core.directory.identify(message.chatId, message.chatType, message.userId)
  if (message.chatType === 'group') return say('文件和图片请单独发给我（点我的头像进单聊），群里我只看文字。')
  // After a restart only the fact is left that there was one: addresses of files are good for minutes and are not kept.
  if (!message.file?.fetch) throw new AppError('FILE_REFUSED', { problem: '刚才没有取到，请重新发送' })
  const given = await message.file.fetch(MAX_UPLOAD_BYTES)
  const { userId, name, role, tenantId } = person
  const actor: Actor = { userId, name, role, tenantId, channel: 'text', traceId }
  const upload = await core.uploads.receive(actor, given)
  return say([received(upload), usable(upload, purposes)].join('\n'))
}

function received({ name, kind, size, sha256 }: Upload): string {
  return `已收到“${plain(name, 60)}”（${kind}，${Math.max(1, Math.round(size / 1024))} KB，校验 ${sha256.slice(0, 8)}），加密保存 7 天。`
}

function usable(upload: Upload, purposes: readonly FilePurpose[]): string {
  const fitting = purposes.filter(({ kinds, fits }) => kinds.includes(upload.kind) && (fits?.(upload) ?? true))
  if (fitting.length === 0) return '目前没有能直接处理它的命令；需要交给分析师的，请在群里说明这份文件的用途。'
  return `可以用它：${fitting.map(({ title, sentence }) => `${title}（回复“${sentence}”）`).join('；')}`
}

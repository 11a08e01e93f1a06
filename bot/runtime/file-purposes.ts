// Every command that takes a file sent to the bot alone; a new one is one line here and fetches it by `core.uploads.newest`.
import type { FilePurpose } from '../../core/uploads/file-purpose.js'

export const filePurposes: readonly FilePurpose[] = []

// Every command that takes a file sent to the bot alone; a new one is one line here and fetches it by `core.uploads.newest`.
import type { FilePurpose } from '../../core/uploads/file-purpose.js'

export const filePurposes: readonly FilePurpose[] = [
  {
    title: '导入资产台账',
    sentence: '导入资产',
    kinds: ['xlsx', 'text'],
    fits: ({ kind, name }) => kind === 'xlsx' || /\.(?:csv|tsv|txt)$/i.test(name),
  },
]

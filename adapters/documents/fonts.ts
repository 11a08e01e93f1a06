// Where the Chinese font lies: full TrueType files of an npm package (sliced web fonts would lose all text without an error).
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

const folder = dirname(createRequire(import.meta.url).resolve('@expo-google-fonts/noto-sans-sc/package.json'))

export const FONT_NAME = 'Noto Sans SC'
export const regularFont = join(folder, '400Regular', 'NotoSansSC_400Regular.ttf')
export const boldFont = join(folder, '700Bold', 'NotoSansSC_700Bold.ttf')

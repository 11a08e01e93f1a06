// Reads a rule pack's `pack.yaml`: whose rules lie in its folder, under which licence; used by load-content.ts.
import { parse } from 'yaml'
import { z } from 'zod'
import type { ContentFault, ContentFile } from './content-files.js'

const RulePackFile = z.strictObject({
  title: z.string().max(200),
  /** Short name of the licence, shown with every alert. */
  license: z.string().max(60).optional(),
  /** Where the rules come from, shown with every alert. */
  link: z.url({ protocol: /^https?$/ }).max(200).optional(),
})
export type RulePack = z.output<typeof RulePackFile>

export function readPack(file: ContentFile, faults: ContentFault[]): RulePack | undefined {
  let value: unknown
  try {
    value = parse(file.text, { maxAliasCount: 10 })
  } catch (error) {
    return void faults.push({ file: file.path, problem: `不是有效的 YAML：${(error as Error).message.split('\n')[0]!.slice(0, 200)}` })
  }
  const read = RulePackFile.safeParse(value, { error: z.locales.zhCN().localeError })
  if (read.success) return read.data
  const [issue] = read.error.issues
  return void faults.push({ file: file.path, problem: `${issue!.path.join('.') || 'pack'}：${issue!.message}` })
}

/** The pack of the nearest folder above the file. */
export function originOf(file: string, packs: ReadonlyMap<string, RulePack>): { origin?: { license?: string; link?: string } } {
  for (let folder = file; folder.includes('/'); ) {
    folder = folder.slice(0, folder.lastIndexOf('/'))
    const pack = packs.get(folder)
    if (pack === undefined) continue
    const { license, link } = pack
    return { origin: { ...(license === undefined ? {} : { license }), ...(link === undefined ? {} : { link }) } }
  }
  return {}
}

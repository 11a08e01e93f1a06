// `guanjia vulns`: takes knowledge of vulnerabilities in from files, shows how old it is, and matches software against it.
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { parseArgs } from 'node:util'
import { makeKnowledge } from '../../adapters/vuln-feed/knowledge-files.js'
import { AppError } from '../../core/errors.js'
import { systemClock } from '../../core/ports/clock.js'
import type { VulnKnowledge } from '../../core/ports/vuln-knowledge.js'
import { softwareOf } from '../../core/vulnerabilities/fingerprint.js'
import { matchAll } from '../../core/vulnerabilities/match-service.js'
import { readConfig } from '../config.js'
import { UsageError, type Verb } from './verb.js'

export const vulns: Verb = {
  usage: 'vulns update FILE… | vulns status | vulns match --cpe NAME [--banner TEXT] [--package ECOSYSTEM/NAME=VERSION] [--json]',
  summary: 'Takes knowledge of vulnerabilities in (NVD, KEV, EPSS, OSV, Debian, CNNVD, CNVD), shows its age, matches software',
  details: 'Files are recognised, may be gzipped, and change nothing when they are broken. --package Debian:12/openssh=1:9.2p1-2+deb12u3',
  async run(args) {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        json: { type: 'boolean', default: false },
        cpe: { type: 'string', multiple: true, default: [] },
        banner: { type: 'string', default: '' },
        package: { type: 'string' },
      },
    })
    const [what, ...files] = positionals
    const knowledge = makeKnowledge({ folder: join(readConfig(process.env).dataDir, 'vulnerabilities'), clock: systemClock })
    const print = (value: object, words: string): void => {
      process.stdout.write(`${values.json ? JSON.stringify(value) : words}\n`)
    }
    if (what === 'update') {
      if (files.length === 0) throw new UsageError('at least one file is needed')
      for (const path of files) {
        await stat(path).catch((cause: unknown) => Promise.reject(new AppError('NOT_FOUND', { what: path }, { cause })))
        const state = await knowledge.update({ name: basename(path), size: undefined, open: () => createReadStream(path) })
        print(state, `${state.source}：${state.records} 条，数据日期 ${state.dataDate || '未知'}，版本 ${state.version || '未知'}`)
      }
      return 0
    }
    if (what === 'status' && files.length === 0) {
      for (const state of await knowledge.states())
        print(
          state,
          `${state.source}：${state.records} 条，数据日期 ${state.dataDate || '未知'}，版本 ${state.version || '未知'}，导入于 ${state.takenAt}`,
        )
      return 0
    }
    if (what !== 'match' || files.length > 0) throw new UsageError('one of update, status, match is needed')
    return match(knowledge, values, print)
  },
}

async function match(
  knowledge: VulnKnowledge,
  values: { cpe: string[]; banner: string; package?: string | undefined },
  print: (value: object, words: string) => void,
): Promise<number> {
  const found = values.package === undefined ? undefined : /^([^/]{1,60})\/([^=]{1,200})=(.{1,200})$/.exec(values.package)
  if (values.package !== undefined && !found) throw new UsageError('--package wants ECOSYSTEM/NAME=VERSION')
  if (values.cpe.length === 0 && !found) throw new UsageError('--cpe or --package is needed')
  const installed = found ? { ecosystem: found[1] ?? '', name: found[2] ?? '', version: found[3] ?? '' } : undefined
  const software = (values.cpe.length > 0 ? values.cpe : ['']).map(name => {
    const known = softwareOf(name, values.banner)
    if (name !== '' && known.cpes.length === 0) throw new UsageError(`${name} is no CPE name`)
    return installed ? { ...known, package: installed, knownFrom: 'package-list' as const } : known
  })
  for await (const result of matchAll(knowledge, software))
    print(
      result,
      `${result.id}\t${result.verdict}\t可信度 ${result.confidence}\t${result.cvss ?? '-'}${result.exploited ? '\t在野利用' : ''}\t${result.why}`,
    )
  return 0
}

// The rules of one simulated device on disk, one small file per address; used by the simulated driver only.
import { randomUUID } from 'node:crypto'
import { link, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'

const Rule = z.object({ ip: z.string(), reference: z.string(), expiresAt: z.number() })
export type Rule = z.infer<typeof Rule>

/** A device that is full refuses, as a real one does. */
export const MAX_RULES = 65_536

/**
 * Each change touches exactly one file and is one rename or one unlink, so any number of processes may share the folder without a
 * lock, and a process that dies leaves either the old or the new rule.
 */
export class RuleFolder {
  constructor(private readonly folder: string) {}

  async put(rule: Rule): Promise<void> {
    await mkdir(this.folder, { recursive: true })
    const temporary = join(this.folder, `.${randomUUID()}.tmp`)
    try {
      await writeFile(temporary, JSON.stringify(rule))
      await rename(temporary, this.file(rule.ip))
    } catch (error) {
      await rm(temporary, { force: true })
      throw error
    }
  }

  async remove(ip: string): Promise<void> {
    await rm(this.file(ip), { force: true })
  }

  /** Removes a rule that ended before the instant; one that another process renews at this very moment stays. */
  async removeIfEnded(ip: string, before: number): Promise<void> {
    const claimed = join(this.folder, `.${randomUUID()}.tmp`)
    const moved = await rename(this.file(ip), claimed).then(() => true, absent(false))
    if (!moved) return
    try {
      const rule = Rule.parse(JSON.parse(await readFile(claimed, 'utf8')))
      // It was renewed after it had been read; when putting it back fails, an even newer one is there.
      if (rule.expiresAt >= before) await link(claimed, this.file(ip)).catch(() => {})
    } finally {
      await rm(claimed, { force: true })
    }
  }

  async count(): Promise<number> {
    return (await namesIn(this.folder)).filter(isRule).length
  }

  /** Every rule on disk, expired ones too. */
  async all(): Promise<readonly Rule[]> {
    const rules: Rule[] = []
    for (const name of (await namesIn(this.folder)).filter(isRule)) {
      const text = await readIfThere(join(this.folder, name))
      if (text !== undefined) rules.push(Rule.parse(JSON.parse(text)))
    }
    return rules
  }

  /** The text of a file beside the rules, or undefined. */
  async note(name: string): Promise<string | undefined> {
    return (await readIfThere(join(this.folder, name)))?.trim()
  }

  /** A colon is not allowed in file names everywhere. */
  private file(ip: string): string {
    return join(this.folder, `${ip.replaceAll(':', '_')}.json`)
  }
}

function isRule(name: string): boolean {
  return name.endsWith('.json')
}

async function namesIn(folder: string): Promise<readonly string[]> {
  return readdir(folder).catch(absent<string[]>([]))
}

async function readIfThere(file: string): Promise<string | undefined> {
  return readFile(file, 'utf8').catch(absent<string | undefined>(undefined))
}

function absent<T>(value: T): (error: NodeJS.ErrnoException) => T {
  return error => {
    if (error.code !== 'ENOENT') throw error
    return value
  }
}

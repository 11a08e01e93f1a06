// Text of a declaration file to what it declares; called by `guanjia apply` and the demo before anything is touched.
import { crossCheck } from './cross-check.js'
import { fileInvalid, locate, type Path } from './faults.js'
import { issueText, toFaults } from './issue-text.js'
import { readYaml } from './read-yaml.js'
import { DeclarationContent } from './schema.js'

export interface Declaration {
  readonly content: DeclarationContent
  /** Shown in messages only. */
  readonly file: string
  /** For faults that only the database can show. */
  lineOf(path: Path): number
}

/** @throws FILE_INVALID naming every fault with its line; no value of a secret is in it */
export function readDeclaration(text: string, fileName: string): Declaration {
  const { value, lineOf } = readYaml(text, fileName)
  if (value === null || value === undefined) throw fileInvalid(fileName, [{ line: 1, problem: '文件是空的' }])
  const parsed = DeclarationContent.safeParse(value, { error: issueText })
  const faults = [...(parsed.success ? [] : toFaults(parsed.error.issues)), ...crossCheck(value)]
  if (!parsed.success || faults.length > 0) throw fileInvalid(fileName, locate(faults, lineOf))
  return { content: parsed.data, file: fileName, lineOf }
}

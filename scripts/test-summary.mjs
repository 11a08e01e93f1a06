// Turns the JSON result file of vitest into the last line that `npm test` prints. Used by bootstrap.mjs.
import { existsSync, readFileSync } from 'node:fs'

/** `<passed> passed, <failed> failed, <skipped> skipped`; undefined when vitest left no file. A test file that could not be loaded is one failure. */
export function summaryLine(file) {
  if (!existsSync(file)) return undefined
  const results = JSON.parse(readFileSync(file, 'utf8'))
  const unloaded = results.testResults.filter(suite => suite.status === 'failed' && suite.assertionResults.length === 0).length
  const skipped = results.numPendingTests + results.numTodoTests
  return `${results.numPassedTests} passed, ${results.numFailedTests + unloaded} failed, ${skipped} skipped`
}

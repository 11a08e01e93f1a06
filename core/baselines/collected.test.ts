// The collector's script really runs on a machine, changes nothing, and its output is taken apart into inputs and failures.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { collectorScript, readCollected } from './collected.js'
import { evaluate } from './evaluate.js'
import { readBaseline } from './read-baseline.js'

const linux = readBaseline(readFileSync(new URL('../../content/baselines/linux-server.yaml', import.meta.url), 'utf8')).baseline!

describe('the collector of the Linux baseline', () => {
  it('reads this machine, and the checks judge what it read', () => {
    const output = execFileSync('sh', ['-s'], { input: collectorScript(linux), encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 })

    const inputs = readCollected(output)

    expect(Object.keys(inputs ?? {}).sort()).toEqual(Object.keys(linux.inputs).sort())
    expect(inputs?.['passwd']).toMatchObject({ text: expect.stringContaining('root:x:0:0') as unknown })
    const { results } = evaluate(linux, inputs ?? {})
    expect(results.find(({ id }) => id === 'LNX-01')?.outcome).toMatch(/pass|fail/)
    // No hash of a password leaves the machine.
    expect(output).not.toMatch(/\$(?:y|6|5)\$[^\s:]{8}/)
  }, 60_000)
})

describe('what a collector wrote', () => {
  it('says which input could not be read, and which was cut off', () => {
    const text =
      '@@guanjia begin a\nx\n\n@@guanjia end a \n@@guanjia begin b\n\n@@guanjia end b cat: b: Permission denied\n@@guanjia begin c\nhalf'

    expect(readCollected(text)).toEqual({ a: { text: 'x' }, b: { problem: 'cat: b: Permission denied' }, c: { problem: '采集中断' } })
  })

  it('is not mistaken: a configuration is no collector’s output', () => {
    expect(readCollected('sysname SW1\n#\n')).toBeUndefined()
  })
})

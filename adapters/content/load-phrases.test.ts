// Phrase files: what is read, laid over each other, and named when it is wrong.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { loadPhrases } from './load-phrases.js'

const made: string[] = []
afterEach(() => made.splice(0).forEach(folder => rmSync(folder, { recursive: true, force: true })))

function folder(files: Readonly<Record<string, string>>): string {
  const path = mkdtempSync(join(tmpdir(), 'guanjia-phrases-'))
  made.push(path)
  mkdirSync(join(path, 'phrases'))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(path, 'phrases', name), text)
  return path
}

describe('phrases of several folders', () => {
  it('are joined, the operator’s added to ours', () => {
    const ours = folder({ 'a.yaml': '值班:\n  - 谁在岗\n', 'concepts.yaml': '谁:\n  - 哪位\n' })
    const theirs = folder({ 'b.yaml': '值班:\n  - 找哪个师傅\n' })

    expect(loadPhrases([ours, theirs])).toEqual({
      phrases: { concepts: { 谁: ['哪位'] }, said: { 值班: ['谁在岗', '找哪个师傅'] } },
      faults: [],
    })
  })

  it('lose only the list that is wrong, and name its line', () => {
    const { phrases, faults } = loadPhrases([folder({ 'a.yaml': '值班:\n  - 谁在岗\n状态: 没事吧\n待办:\n  - 有啥要办\n' })])

    expect(Object.keys(phrases.said)).toEqual(['值班', '待办'])
    expect(faults).toMatchObject([{ line: 3, problem: expect.stringContaining('状态') as unknown }])
  })

  it('that are no lists, no YAML or not there change nothing else', () => {
    const broken = folder({ 'a.yaml': '- 谁在岗\n', 'b.yaml': '值班: [谁\n', 'c.yaml': '待办:\n  - 有啥要办\n' })

    const { phrases, faults } = loadPhrases([broken, '/nowhere'])

    expect(phrases.said).toMatchObject({ 待办: ['有啥要办'] })
    expect(faults.map(({ file }) => file.slice(-6))).toEqual(expect.arrayContaining(['a.yaml', 'b.yaml']))
  })
})

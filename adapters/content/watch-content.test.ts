import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { ContentWatch } from './watch-content.js'

let base: string
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'watch-'))
})
afterEach(() => {
  rmSync(base, { recursive: true, force: true })
})
const write = (name: string, text: string) => writeFileSync(join(base, 'rules', name), text)

it('tells of a change once, and only when the files have come to rest', () => {
  const watch = new ContentWatch([base])
  const before = watch.hasChanged()
  mkdirSync(join(base, 'rules'))
  write('a.yml', 'a')
  const halfWritten = watch.hasChanged()
  write('a.yml', 'a and the rest')
  const stillWriting = watch.hasChanged()

  expect([before, halfWritten, stillWriting]).toEqual([false, false, false])
  expect([watch.hasChanged(), watch.hasChanged()]).toEqual([true, false])
})

it('sees files that go, and passes over what is no content', () => {
  mkdirSync(join(base, 'rules'))
  write('a.yml', 'a')
  const watch = new ContentWatch([base])
  write('notes.txt', 'x')
  const notes = [watch.hasChanged(), watch.hasChanged()]
  rmSync(join(base, 'rules/a.yml'))

  expect(notes).toEqual([false, false])
  expect([watch.hasChanged(), watch.hasChanged()]).toEqual([false, true])
})

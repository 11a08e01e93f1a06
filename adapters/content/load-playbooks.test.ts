// Playbooks are read strictly: what is wrong is named with file and line, the rest is loaded.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { loadPlaybooks } from './load-playbooks.js'

const contentFolder = join(import.meta.dirname, '../../content')
let folder: string
const shipped = readFileSync(join(contentFolder, 'playbooks/pb-04-brute-force.yaml'), 'utf8')
const write = (name: string, text: string) => writeFileSync(join(folder, 'playbooks', name), text)

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'guanjia-playbooks-'))
  mkdirSync(join(folder, 'playbooks'))
})
afterEach(() => {
  rmSync(folder, { recursive: true, force: true })
})

it('what ships has no fault', () => {
  expect(loadPlaybooks([contentFolder]).faults).toEqual([])
})

it('an operator file of the same name replaces the shipped one', () => {
  write('pb-04-brute-force.yaml', shipped.replace('口令猜解处置', '本院口令猜解处置'))

  const { playbooks, faults } = loadPlaybooks([contentFolder, folder])

  expect(faults).toEqual([])
  expect(playbooks).toHaveLength(17)
  expect(playbooks.find(({ id }) => id === 'PB-04')?.title).toBe('本院口令猜解处置')
})

it.each([
  ['an unknown key', shipped.replace('version: 1', 'version: 1\nversoin: 2'), /versoin/i, undefined],
  ['an act nobody knows', shipped.replace('action: block_ip', 'action: hack_back'), /action/, 27],
  ['steps out of order', shipped.replace('phase: evidence, evidence', 'phase: lessons, evidence'), /顺序/, undefined],
  ['two steps of one name', shipped.replace('id: after', 'id: lists'), /出现两次/, undefined],
  ['no verification', shipped.replaceAll('phase: verify', 'phase: eradicate'), /复验/, undefined],
  ['two first steps', shipped.replace(/ {2}- 先改这个账号.*\n/, ''), /first/, undefined],
  ['not YAML', 'id: [', /YAML/, 1],
  ['an alias', 'id: &a PB-04\ntitle: *a\n', /别名/, 1],
])('%s is a fault that names the file', (_, text, problem, line) => {
  write('mine.yaml', text)

  const { playbooks, faults } = loadPlaybooks([folder])

  expect(playbooks).toEqual([])
  expect(faults[0]?.file).toBe(join(folder, 'playbooks/mine.yaml'))
  expect(faults[0]?.problem).toMatch(problem)
  if (line !== undefined) expect(faults[0]?.line).toBeGreaterThan(0)
})

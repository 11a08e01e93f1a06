// The pages of docs/ that are generated from declarations are the ones that would be generated now; the glossary says what the code says.
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { disposalStateLabel } from '../core/disposal/disposal.js'
import { roleLabel } from '../core/tenants/roles.js'
import { industryLabel } from '../core/tenants/tenant.js'
import { attackResultLabel, eventTypeLabel, severityLabel, verdictCodeLabel } from '../core/threats/terms.js'
import { incidentStateLabel, outwardLabel } from '../core/tickets/incident-states.js'
import { listedVerbs, pages } from '../scripts/generate-docs.js'

const root = new URL('../', import.meta.url)
const generated = await pages()
const read = (path: string): string => (existsSync(new URL(path, root)) ? readFileSync(new URL(path, root), 'utf8') : '')

describe('generated pages', () => {
  it.each([...generated])('%s is what the declarations say', (path, text) => {
    expect(read(path), `${path} is stale: run npm run docs`).toBe(text)
  })

  it('every page that claims to be generated is', () => {
    const claiming = readdirSync(new URL('docs/', root))
      .filter(name => name.endsWith('.md'))
      .map(name => `docs/${name}`)
      .filter(path => read(path).includes('by `npm run docs`; do not edit'))

    expect(claiming.sort()).toEqual([...generated.keys()].sort())
  })

  it('the verbs of the command are found in app/cli.ts', () => {
    expect(listedVerbs()).toContainEqual({ name: 'audit verify', file: 'audit-verify', exported: 'auditVerify' })
    expect(generated.get('docs/commands.md')).toContain('guanjia audit verify')
  })

  it('no value of this machine gets into a page', () => {
    for (const text of generated.values()) expect(text).not.toMatch(/\/(?:home|root|tmp|Users)\//)
  })
})

describe('docs/glossary.md', () => {
  const rows = read('docs/glossary.md')
    .split('\n')
    .map(line => /^\| `([A-Za-z0-9_]+)` \| ([^|]+) \| ([^|]*) ?\|$/.exec(line))
    .filter(match => match !== null)
    .map(([, term = '', words = '', third = '']) => ({ term, words, third: third.trim() }))
  const pairs = rows.map(({ term, words }) => `${term} ${words}`)

  it.each(
    Object.entries({
      attackResultLabel,
      disposalStateLabel,
      eventTypeLabel,
      incidentStateLabel,
      industryLabel,
      roleLabel,
      severityLabel,
      verdictCodeLabel,
    }),
  )('has every word of %s', (_, labels: Readonly<Record<string, string>>) => {
    for (const [term, words] of Object.entries(labels)) expect(pairs).toContain(`${term} ${words}`)
  })

  it('says what the customer sees of each state', () => {
    for (const [state, words] of Object.entries(outwardLabel))
      expect(rows).toContainEqual({ term: state, words: incidentStateLabel[state as keyof typeof incidentStateLabel], third: words })
  })

  it('explains no identifier that the code does not have', () => {
    const code = ['core', 'bot']
      .flatMap(folder => readdirSync(new URL(`${folder}/`, root), { recursive: true, encoding: 'utf8' }).map(name => `${folder}/${name}`))
      .filter(path => path.endsWith('.ts') && !path.endsWith('.test.ts'))
      .map(read)
      .join('\n')

    expect(rows.length).toBeGreaterThan(100)
    expect(rows.map(({ term }) => term).filter(term => !new RegExp(`\\b${term}\\b`).test(code))).toEqual([])
  })
})

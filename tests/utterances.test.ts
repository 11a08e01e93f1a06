// What people say, by corpus: tests/fixtures/utterances-*.jsonl, written apart from the parser's own phrases (content/phrases).
// `held-back` was not looked at while phrases and patterns were tuned. Prints the confusions.
import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { loadPhrases } from '../adapters/content/load-phrases.js'
import { commands } from '../bot/commands/index.js'
import { makeGuesser } from '../bot/runtime/likeness.js'
import { understand, type Understood } from '../bot/runtime/understand.js'
import { NO_COMMAND } from '../core/ports/phrases.js'

const NOW = Date.parse('2026-11-24T08:30:00Z')
const root = new URL('../', import.meta.url)
const { phrases, faults } = loadPhrases([new URL('content', root).pathname])
const guesser = makeGuesser(phrases)
const understood = (text: string): Understood => understand(commands, text, { now: NOW, zone: 'Asia/Shanghai', guesser })

interface Utterance {
  readonly text: string
  readonly command: string | null
  /** Only the keys that matter; absent: not judged. */
  readonly args?: Readonly<Record<string, unknown>>
}

function corpus(name: string): Utterance[] {
  const file = new URL(`tests/fixtures/utterances-${name}.jsonl`, root)
  if (!existsSync(file)) return []
  const lines = readFileSync(file, 'utf8').split('\n')
  return lines.filter(line => line !== '').map(line => JSON.parse(line) as Utterance)
}

function isRight({ command, args = {} }: Utterance, got: Understood): boolean {
  return got.command === command && Object.entries(args).every(([key, value]) => JSON.stringify(got.args[key]) === JSON.stringify(value))
}

describe('the phrases the product learns from', () => {
  it('can all be read, and each belongs to a command there is', () => {
    const words = new Set([NO_COMMAND, ...commands.map(({ name }) => name)])

    expect(faults).toEqual([])
    expect(Object.keys(phrases.said).filter(word => !words.has(word))).toEqual([])
  })
})

describe.each([
  ['domain', 1],
  ['tuning', 0.95],
  ['held-back', 0.95],
] as const)('the corpus %s', (name, aim) => {
  const all = corpus(name)

  it(`is understood in ${aim * 100} of 100 sentences, commands and arguments`, () => {
    const wrong = all.flatMap(item => {
      const got = understood(item.text)
      return isRight(item, got)
        ? []
        : [`${item.text} → ${got.command} ${JSON.stringify(got.args)}, not ${item.command} ${JSON.stringify(item.args ?? {})}`]
    })

    if (wrong.length > 0) process.stdout.write(`${name}: ${wrong.length} of ${all.length} misunderstood\n${wrong.join('\n')}\n`)
    expect(all.length).toBeGreaterThan(0)
    expect(1 - wrong.length / all.length).toBeGreaterThanOrEqual(aim)
  })

  it('has nothing in it that would act without a confirmation', () => {
    const dangerous = new Set(commands.filter(({ risk }) => risk === 'needs-approval').map(({ name }) => name))
    const acting = all.filter(({ text }) => {
      const got = understood(text)
      return got.command !== null && dangerous.has(got.command) && !got.confirm && got.asks === null
    })

    expect(acting).toEqual([])
  })
})

// What people say when they mean a command: content/phrases as adapters/content reads it and bot/runtime/likeness.ts learns from it.

/** Stands among the command words for “none of them”. */
export const NO_COMMAND = '无'

export interface Phrases {
  /** Words that mean the same, by the name of what they mean. */
  readonly concepts: Readonly<Record<string, readonly string[]>>
  /** Sentences by command word, NO_COMMAND among them. */
  readonly said: Readonly<Record<string, readonly string[]>>
}

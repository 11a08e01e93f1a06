// The shapes of Sigma rules and of the events they judge; rule-set.ts works with them, models/sigma-rule.ts and the command line show them.

export interface LogSource {
  readonly product?: string
  readonly service?: string
  readonly category?: string
}

/** An event may belong to several categories and services (an sshd line is also one of `auth`). */
export interface EventLogSource {
  readonly product?: string | undefined
  readonly service?: string | readonly string[] | undefined
  readonly category?: string | readonly string[] | undefined
  /** What is left out is not known, rather than nothing: it then rules no rule out. */
  readonly partial?: boolean
}

export interface SigmaEvent {
  readonly logsource: EventLogSource
  readonly fields: Readonly<Record<string, unknown>>
  /** What keywords look at; every value of `fields` when absent. */
  readonly keywords?: readonly unknown[]
}

export const sigmaLevels = ['informational', 'low', 'medium', 'high', 'critical'] as const
export type SigmaLevel = (typeof sigmaLevels)[number]

export interface SigmaRule {
  /** The rule's UUID; its title when it has none. */
  readonly id: string
  readonly title: string
  /** May be referred to by correlations and filters instead of the id. */
  readonly name?: string
  /** `medium` when the rule names none. */
  readonly level: SigmaLevel
  readonly status?: string
  readonly description?: string
  /** Must be named by every message a match produces (Detection Rule License 1.1). */
  readonly author?: string
  readonly license?: string
  /** Where the rule set comes from. */
  readonly link?: string
  readonly date?: string
  readonly modified?: string
  readonly tags: readonly string[]
  readonly references: readonly string[]
  readonly falsepositives: readonly string[]
  /** Field names worth showing to the analyst. */
  readonly fields: readonly string[]
  readonly logsource: LogSource
  /** The file it came from. */
  readonly file: string
}

/** A rule that was left out, with the reason in words for its author. */
export interface RefusedRule {
  readonly file: string
  /** Where a file stops being YAML. */
  readonly line?: number
  readonly id?: string
  readonly title?: string
  readonly reason: string
}

/** Thrown while compiling one rule; caught per rule, so that one bad rule never stops the others. */
export class RuleProblem extends Error {
  override readonly name = 'RuleProblem'
}

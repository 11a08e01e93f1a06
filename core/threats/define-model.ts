// The shape of a detection model and the way to declare one; every file in models/ uses it, detector.ts runs the list.
import type { z } from 'zod'
import type { Hit, JudgedEvent } from './hit.js'
import type { IndicatorLookup } from './indicators/indicator.js'
import type { WarningLists } from './indicators/warning-lists.js'
import type { DgaNet } from './learned/dga-net.js'
import type { SigmaRuleSet } from './sigma/rule-set.js'
import type { VulnerabilityFacts } from './vulnerability-facts.js'

/** What models work with that is shared by all tenants; loaded once, never changed by a model. */
export interface ModelMaterials {
  readonly rules: SigmaRuleSet
  readonly indicators: IndicatorLookup
  /** What lists of indicators are wrong about; none when absent. */
  readonly warnings?: WarningLists
  /** Knows generated names; absent, nothing is said about them. */
  readonly dga?: DgaNet
  /** What scanners found open, for corroboration; nothing is known when absent. */
  readonly vulnerabilities?: VulnerabilityFacts
}

/** One tenant's run of a model: its memory. */
export interface ModelRun {
  /** Hits this event completes, usually none. Events come in archive order, which is only roughly the order of their times. */
  push(event: JudgedEvent): Hit[]
  /** Plain JSON of bounded size (a few hundred kilobytes at worst): it is stored after every page of events. */
  snapshot(): unknown
  /** Takes what `snapshot` gave, perhaps of an older version, perhaps spoiled: never throws, falls back to an empty memory. */
  restore(state: unknown): void
  /** Stories remembered now, and forgotten for want of room since the start; absent where a model keeps none. */
  stats?(): { readonly kept: number; readonly dropped: number }
}

export interface Sample {
  readonly what: string
  /** Raw lines, read as if received on 2026-11-24 in +08:00. */
  readonly lines: readonly string[]
}

export interface ModelDeclaration<P extends z.ZodType> {
  /** Unique; the file's name; key of a tenant's overrides in `settings.models`. */
  readonly id: string
  /** Chinese. */
  readonly title: string
  /** A strict object with a default for every key; tunable per tenant. */
  readonly params: P
  /** Pure: no clock, no database, no network. */
  create(params: z.output<P>, materials: ModelMaterials): ModelRun
  readonly samples: {
    /** Materials the samples need; empty sets where not given. */
    readonly materials?: () => Partial<ModelMaterials>
    /** Each must give at least one hit. */
    readonly fires: readonly Sample[]
    /** Near misses: none may give a hit. */
    readonly silent: readonly Sample[]
  }
}

export type Model = ModelDeclaration<z.ZodType>

/** Declares a detection model; put it into the list in `models/index.ts`. */
export function defineModel<P extends z.ZodType>(declaration: ModelDeclaration<P>): Model {
  return declaration
}

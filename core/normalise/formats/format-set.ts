// All loaded formats as one: finds the few that may know a line, tries them from the most special on; called by normalise for every line.
import type { Envelope } from '../envelope.js'
import { buildEvent } from './build-event.js'
import { compileFormat, type CompiledShape } from './compile-format.js'
import type { Format } from './format.js'
import { understandGeneric } from './generic.js'
import type { NearMiss, Understood } from './understood.js'
import { LineView } from './line-view.js'
import { LiteralIndex, Numbers } from './literal-index.js'

/** A line that shows marks of more formats than this is made to. */
const MAX_TRIES = 40

export class FormatSet {
  private readonly shapes: readonly CompiledShape[]
  private readonly byApp = new Map<string, number[]>()
  private readonly byVendor = new Map<string, number[]>()
  private readonly byKey = new Map<string, number[]>()
  private readonly always: number[] = []
  private readonly literals: LiteralIndex
  private readonly possible: Numbers

  /** @throws PatternError, and RE2JS's own error for a regular expression it does not know */
  constructor(readonly formats: readonly Format[]) {
    this.shapes = formats.flatMap(compileFormat).sort((a, b) => b.priority - a.priority || b.weight - a.weight || (a.id < b.id ? -1 : 1))
    const texts = new Map<string, number[]>()
    for (const [index, { anchor }] of this.shapes.entries()) {
      if (anchor.kind === 'app') for (const name of anchor.names) add(this.byApp, name, index)
      else if (anchor.kind === 'header') for (const vendor of anchor.vendors) add(this.byVendor, vendor, index)
      else if (anchor.kind === 'key') add(this.byKey, anchor.key, index)
      else if (anchor.kind === 'literal') for (const text of anchor.texts) add(texts, text, index)
      else this.always.push(index)
    }
    this.literals = new LiteralIndex(texts)
    this.possible = new Numbers(this.shapes.length)
  }

  /** Shapes that are tried on every line because nothing in them can be looked for. */
  get costly(): readonly string[] {
    return this.always.map(index => this.shapes[index]!.id)
  }

  /** What the first format that knows the line makes of it. `tabbed` is the line as it came, with its tabs. */
  understand(envelope: Envelope, tabbed: string, near?: NearMiss[]): Understood | undefined {
    const view = new LineView(envelope, tabbed)
    const candidates = this.candidates(view)
    for (let i = 0; i < candidates.length && i < MAX_TRIES; i += 1) {
      const shape = this.shapes[candidates[i]!]!
      const read = shape.read(view)
      if ('fault' in read) {
        near?.push({ id: shape.id, why: read.fault })
        continue
      }
      const { id, vendor, product, dataset } = shape
      if (near !== undefined)
        for (const rest of candidates.slice(i + 1, i + 6)) near.push({ id: this.shapes[rest]!.id, why: 'less special' })
      return { id, vendor, product, dataset, draft: buildEvent(read.keys, shape.rules, read.header, envelope.time) }
    }
    return undefined
  }

  /** For lines nobody knows: CEF, LEEF and pairs say much by themselves. */
  guess(envelope: Envelope, tabbed: string): Understood | undefined {
    return understandGeneric(new LineView(envelope, tabbed))
  }

  /** In the order they are tried; good until the next line. */
  private candidates(view: LineView): readonly number[] {
    const { possible } = this
    possible.clear()
    possible.addAll(this.always)
    if (view.app !== undefined) possible.addAll(this.byApp.get(view.app))
    this.literals.find(view.start, possible)
    if (this.byVendor.size > 0 && view.header !== undefined) possible.addAll(this.byVendor.get(view.header.vendor.toLowerCase()))
    if (this.byKey.size > 0 && view.message.includes('{') && view.object !== undefined)
      for (const key of Object.keys(view.object)) possible.addAll(this.byKey.get(key))
    return possible.found.sort((a, b) => a - b)
  }
}

function add(map: Map<string, number[]>, key: string, index: number): void {
  const list = map.get(key)
  if (list === undefined) map.set(key, [index])
  else if (!list.includes(index)) list.push(index)
}

export const noFormats = new FormatSet([])

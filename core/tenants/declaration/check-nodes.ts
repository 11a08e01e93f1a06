// Faults of a YAML document that its parser lets pass: keys written twice, aliases without end; used by read-yaml.ts.
import { isAlias, isMap, isNode, isScalar, isSeq, type Document } from 'yaml'

export const MAX_ALIASES = 100
const MAX_FAULTS = 500

export interface NodeFault {
  readonly offset: number
  readonly problem: string
}

/** One walk over the document as written, aliases not followed; depth is bounded by the reader. */
export function checkNodes(document: Document): { readonly faults: readonly NodeFault[]; readonly firstAlias: number } {
  const faults: NodeFault[] = []
  const done = new Set<string>()
  const open: string[] = []
  let aliases = 0
  let firstAlias = 0
  const fault = (node: unknown, problem: string) => {
    if (faults.length < MAX_FAULTS) faults.push({ offset: startOf(node) ?? 0, problem })
  }
  const checkAlias = (node: unknown, name: string): void => {
    if (++aliases === 1) firstAlias = startOf(node) ?? 0
    if (aliases === MAX_ALIASES + 1) fault(node, `引用（*）超过 ${MAX_ALIASES} 处`)
    // What contains itself has no end for anybody who walks over it later.
    if (open.includes(name)) fault(node, '引用（*）指向了包着它的内容，没有尽头')
    else if (!done.has(name)) fault(node, '引用（*）的名字没有定义')
  }
  const checkKey = (key: unknown, map: unknown, seen: Set<string>): void => {
    if (!isScalar(key) || typeof key.value !== 'string') fault(isNode(key) ? key : map, '键要写成文字')
    else if (seen.has(key.value)) fault(key, `键“${key.value.replace(/[\p{Cc}\p{Cf}\p{Cs}]/gu, '?').slice(0, 64)}”写了两次`)
    else seen.add(key.value)
    if (isScalar(key) && key.anchor !== undefined) done.add(key.anchor)
  }
  const walk = (node: unknown): void => {
    if (isAlias(node)) return checkAlias(node, node.source)
    const anchor = isScalar(node) || isSeq(node) || isMap(node) ? node.anchor : undefined
    if (anchor !== undefined) open.push(anchor)
    if (isSeq(node)) node.items.forEach(walk)
    if (isMap(node)) {
      const seen = new Set<string>()
      for (const { key, value } of node.items) {
        checkKey(key, node, seen)
        walk(value)
      }
    }
    if (anchor !== undefined) {
      open.pop()
      done.add(anchor)
    }
  }
  walk(document.contents)
  return { faults, firstAlias }
}

/** Where a node begins, if it is one that was written. */
export function startOf(node: unknown): number | undefined {
  return (node as { range?: readonly number[] | null } | null | undefined)?.range?.[0]
}

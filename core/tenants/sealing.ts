// The context sealed texts are bound to; called by whoever seals (apply) and whoever opens (devices, robots, delivery).

/** Kinds of rows that hold a sealed text: a group's webhook, a robot's secret, a device's or a feed's credential. */
export type SealedKind = 'group' | 'robot' | 'device' | 'feed'

/** A sealed text copied to another row or table does not open there. */
export function sealContext(kind: SealedKind, rowId: string): string {
  return `${kind}:${rowId}`
}

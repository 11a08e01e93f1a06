// The drill half of the sandbox's API: order and end faults, change limits, read what was refused; web/api/sandbox.ts mounts it.
import { z } from 'zod'

/** What the router needs from a sandbox for drills; the simulator's Sandbox fits it. */
export interface SandboxDrill {
  /** Changes what is named; `{}` ends all faults. */
  faults(change: FaultChange): void
  /** Everything that is ordered now, with what is left of it. */
  faultsNow(): object
  /** Does something wrong once, now. */
  strike(act: FaultAct): void
  /** The present limits, after the change when one is given; `{}` restores those of the start. @throws REQUEST_INVALID */
  limits(change?: Readonly<Record<string, unknown>>): object
  refusals(): readonly { readonly channel: string; readonly chat: string; readonly code: string; readonly count: number }[]
  forgetRefusals(): void
}

const Times = z.number().int().min(0).max(1_000_000)
const Errcode = z.number().int().min(-1_000_000).max(100_000_000)
const Status = z.number().int().min(400).max(599)
const Share = z.number().min(0).max(1)
const Names = z.array(z.string().min(1).max(512)).max(1_000).readonly()
const Coded = z.strictObject({ times: Times, errcode: Errcode })
const Statused = z.strictObject({ times: Times, status: Status })

const FaultChange = z
  .strictObject({
    swallowAcks: Times,
    delayAcks: z.strictObject({ times: Times, milliseconds: z.number().int().min(0).max(600_000) }),
    dropConnection: Times,
    answer: Coded,
    command: z.string().max(64),
    duplicateMessages: Times,
    refuseSubscribes: Times,
    ignorePings: z.boolean(),
    webhookAnswer: Coded,
    webhookStatus: Statused,
    appAnswer: Coded,
    appStatus: Statused,
    shareAnswer: z.strictObject({ share: Share, errcode: Errcode }),
    shareStatus: z.strictObject({ share: Share, status: Status }),
    shareHang: z.strictObject({ share: Share, seconds: z.number().min(0).max(600) }),
    shareHtml: z.strictObject({ share: Share }),
    shareEmpty: z.strictObject({ share: Share }),
    reach: z
      .array(z.enum(['robot', 'webhook', 'app']))
      .max(3)
      .readonly(),
    seed: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER),
    removedRobots: Names,
    mutedGroups: Names,
    revokedWebhooks: Names,
  })
  .partial()
export type FaultChange = z.infer<typeof FaultChange>

const FaultAct = z.enum(['invalidate-tokens', 'drop-connections'])
export type FaultAct = z.infer<typeof FaultAct>

/** Body of `POST /sandbox/api/faults`: faults to set, and acts that happen once in `now`; an empty object ends everything. */
export const FaultOrder = FaultChange.extend({ now: z.array(FaultAct).max(10).optional() })

/** Names and values are judged by the sandbox itself, which knows its limits. */
export const LimitChange = z.record(z.string().max(64), z.union([z.number(), z.boolean(), z.string().max(64)]))

/** Carries one order out; an order of acts alone leaves the faults as they are. */
export function order(drill: SandboxDrill, { now, ...change }: z.infer<typeof FaultOrder>): void {
  if (now === undefined || Object.keys(change).length > 0) drill.faults(change)
  for (const act of now ?? []) drill.strike(act)
}

// What every act on a device has in common: the receipt of a change and the answer of a look; used by the ports switch and host.

export interface ActReceipt {
  /** What was done, in the device's own words, for the audit trail. No secrets. */
  readonly commands: readonly string[]
  /** The device's answer, shortened to 2,000 characters. */
  readonly answer: string
}

/** What had to be known before the act, so that it can be undone: stored with the disposal before the device is touched. */
export type Before = Readonly<Record<string, string>>

export interface Look {
  /** The device itself shows that the act is in force. */
  readonly holds: boolean
  /** What was seen, one line for people. */
  readonly answer: string
}

// How a verb of the `guanjia` command is declared; app/cli.ts lists them.
export interface Verb {
  /** Without the leading `guanjia`. */
  readonly usage: string
  readonly summary: string
  readonly details?: string
  /** @returns the exit code; throws UsageError for wrong use, anything else is a failure */
  run(args: readonly string[]): Promise<number>
}

export class UsageError extends Error {}

// How long a job whose handler threw waits before each further try; both queue engines keep to it.

/** Milliseconds before the second to the sixth try; after that the job is dropped. */
export const RETRY_DELAYS: readonly number[] = [1_000, 5_000, 15_000, 60_000, 180_000]

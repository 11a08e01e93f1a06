// One time limit for a message that takes several calls; asked by the roads before each of them.

/** @returns how many milliseconds are left; real time, because it is the network that is waited for */
export function timeBudget(milliseconds: number): () => number {
  const end = performance.now() + milliseconds
  return () => Math.max(0, Math.ceil(end - performance.now()))
}

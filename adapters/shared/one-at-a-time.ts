// Lets calls on one device follow each other within this process; used by drivers whose device takes one change at a time.

const tails = new Map<string, Promise<unknown>>()

/** Runs `work` when whatever was begun for the same key is over, whether that went well or not. */
export function oneAtATime<Result>(key: string, work: () => Promise<Result>): Promise<Result> {
  const mine = (tails.get(key) ?? Promise.resolve()).then(work, work)
  const tail = mine
    .catch(() => undefined)
    .finally(() => {
      if (tails.get(key) === tail) tails.delete(key)
    })
  tails.set(key, tail)
  return mine
}

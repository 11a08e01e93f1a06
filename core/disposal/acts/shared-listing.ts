// One reading of a device's list for all who ask meanwhile; used by block-ip.ts, so that a thousand liftings do not read a thousand lists.

export class SharedListing<T> {
  private running: Promise<unknown> = Promise.resolve()
  private next: Promise<T> | undefined

  /** A list whose reading began after this call: what was changed before it is in it. */
  fresh(read: () => Promise<T>): Promise<T> {
    if (this.next) return this.next
    const mine = this.running.then(() => {
      this.next = undefined
      const reading = read()
      this.running = reading.catch(() => undefined)
      return reading
    })
    this.next = mine
    return mine
  }
}

// MinHash: a short signature of a set whose agreement with another's estimates how much the sets share (Broder 1997). Used by similar-incidents.ts.
import { hashByte, hashEnd } from './indicators/index-format.js'

const SIZE = 64

/** Same features, same signature, on every machine. */
export function signatureOf(features: Iterable<string>): Uint32Array {
  const signature = new Uint32Array(SIZE).fill(0xffff_ffff)
  for (const feature of features) {
    let base = 0x811c9dc5
    for (let i = 0; i < feature.length; i += 1) {
      const code = feature.charCodeAt(i)
      base = hashByte(hashByte(base, code & 255), code >>> 8)
    }
    for (let i = 0; i < SIZE; i += 1) {
      const hash = hashEnd(base ^ Math.imul(i + 1, 0x9e3779b1))
      if (hash < signature[i]!) signature[i] = hash
    }
  }
  return signature
}

/** 0–1: estimate of shared features over all features; its error is about 0.06 with 64 places. */
export function likeness(a: Uint32Array, b: Uint32Array): number {
  let same = 0
  for (let i = 0; i < SIZE; i += 1) if (a[i] === b[i]) same += 1
  return same / SIZE
}

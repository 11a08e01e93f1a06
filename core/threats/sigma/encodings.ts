// What `wide`, `base64` and `base64offset` make of a rule's value: the bytes as an attacker's encoded text would hold them.

/** UTF-16 of a text as a string with one character per byte. */
export function utf16Bytes(text: string, order: 'le' | 'be' | 'marked'): Buffer {
  const little = Buffer.from(text, 'utf16le')
  if (order === 'be') return little.swap16()
  return order === 'marked' ? Buffer.concat([Buffer.from([0xff, 0xfe]), little]) : little
}

export function base64(bytes: Buffer): string {
  return bytes.toString('base64')
}

/** The three texts one of which a longer Base64 text holds when it encodes the bytes at any position (sigma.md 5.3). */
export function base64Offsets(bytes: Buffer): string[] {
  const dropAtStart = [0, 2, 3]
  const dropAtEnd = [0, 3, 2]
  return [0, 1, 2].map(shift => {
    const encoded = base64(Buffer.concat([Buffer.alloc(shift), bytes]))
    return encoded.slice(dropAtStart[shift], encoded.length - dropAtEnd[(bytes.length + shift) % 3]!)
  })
}

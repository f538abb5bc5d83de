// JSON allows no comma before a closing bracket; bun writes one. Blanks take their place, in a copy.

export function withoutTrailingCommas(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes)
  let comma = -1
  let inString = false
  for (let at = 0; at < copy.length; at++) {
    const byte = copy[at]
    if (inString) {
      if (byte === 0x5c) at++
      else if (byte === 0x22) inString = false
    } else if (byte === 0x2c) comma = at
    else if (byte === 0x5d || byte === 0x7d) {
      if (comma >= 0) copy[comma] = 0x20
      comma = -1
    } else if (byte !== 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d) {
      comma = -1
      inString = byte === 0x22
    }
  }
  return copy
}

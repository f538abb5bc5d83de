// Addresses and networks of both families, as one test: `10.0.0.0/8` holds 10.1.2.3, and ::ffff:10.1.2.3 too.

/** A predicate over written addresses; undefined where the text is no address and no network. */
export function compileNetwork(text: string): ((address: string) => boolean) | undefined {
  const slash = text.indexOf('/')
  const base = parseAddress(slash < 0 ? text : text.slice(0, slash))
  if (!base) return undefined
  const mapped = isIpv4(slash < 0 ? text : text.slice(0, slash))
  const written = slash < 0 ? undefined : text.slice(slash + 1)
  if (written !== undefined && !/^\d{1,3}$/.test(written)) return undefined
  const bits = written === undefined ? 128 : Number(written) + (mapped ? 96 : 0)
  if (bits > 128) return undefined
  return (address) => {
    const parsed = parseAddress(address)
    return parsed !== undefined && sharesPrefix(base, parsed, bits)
  }
}

function sharesPrefix(a: readonly number[], b: readonly number[], bits: number): boolean {
  for (let group = 0; group * 16 < bits; group += 1) {
    const shift = Math.max(0, 16 - (bits - group * 16))
    if ((a[group] ?? 0) >> shift !== (b[group] ?? 0) >> shift) return false
  }
  return true
}

function isIpv4(text: string): boolean {
  return !text.includes(':')
}

/** Eight groups of 16 bits; IPv4 as ::ffff:a.b.c.d. */
function parseAddress(text: string): number[] | undefined {
  if (text.length > 64) return undefined
  if (isIpv4(text)) {
    const groups = ipv4Groups(text)
    return groups && [0, 0, 0, 0, 0, 0xffff, ...groups]
  }
  const plain = text.split('%', 1)[0] ?? ''
  const halves = plain.split('::')
  if (halves.length > 2) return undefined
  const head = ipv6Groups(halves[0] ?? '')
  const tail = halves.length === 2 ? ipv6Groups(halves[1] ?? '') : []
  if (!head || !tail) return undefined
  const missing = 8 - head.length - tail.length
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined
  return [...head, ...Array.from({ length: missing }, () => 0), ...tail]
}

function ipv6Groups(text: string): number[] | undefined {
  if (text === '') return []
  const groups: number[] = []
  const parts = text.split(':')
  for (const [index, part] of parts.entries()) {
    if (index === parts.length - 1 && part.includes('.')) {
      const last = ipv4Groups(part)
      if (!last) return undefined
      groups.push(...last)
    } else {
      if (!/^[0-9a-f]{1,4}$/i.test(part)) return undefined
      groups.push(Number.parseInt(part, 16))
    }
  }
  return groups
}

function ipv4Groups(text: string): [number, number] | undefined {
  const parts = text.split('.')
  if (parts.length !== 4) return undefined
  const bytes = parts.map((part) => (/^\d{1,3}$/.test(part) ? Number(part) : 256))
  const [a = 256, b = 256, c = 256, d = 256] = bytes
  return bytes.every((byte) => byte < 256) ? [a * 256 + b, c * 256 + d] : undefined
}

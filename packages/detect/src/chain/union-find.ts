// Which chains are one: union-find with the smaller joined into the larger and paths halved (Tarjan, van Leeuwen 1984). Numbers of
// chains hold their slot and how often the slot was used before, so that an old number never means a new chain.

export interface UnionFind {
  /** A number for a new chain; 0 when all slots are taken. */
  make(): number
  /** The number that stands for the set; 0 when the number is no longer in use. */
  find(number: number): number
  /** Joins two sets, returns who stands for both now. */
  union(left: number, right: number): number
  /** The whole set is over; its slots serve again. */
  release(number: number): void
  readonly used: number
}

export function createUnionFind(capacity: number): UnionFind {
  const parents = new Uint32Array(capacity).map((_, slot) => slot)
  const sizes = new Uint32Array(capacity)
  const generations = new Uint32Array(capacity)
  const free: number[] = Array.from({ length: capacity }, (_, index) => capacity - 1 - index)

  function numberOf(slot: number): number {
    return (generations[slot] as number) * capacity + slot + 1
  }

  function slotOf(number: number): number {
    if (number <= 0) return -1
    const slot = (number - 1) % capacity
    const isCurrent = Math.floor((number - 1) / capacity) === generations[slot] && (sizes[slot] as number) > 0
    return isCurrent ? slot : -1
  }

  function rootOf(slot: number): number {
    let one = slot
    while (parents[one] !== one) {
      parents[one] = parents[parents[one] as number] as number
      one = parents[one] as number
    }
    return one
  }

  return {
    make() {
      const slot = free.pop()
      if (slot === undefined) return 0
      parents[slot] = slot
      sizes[slot] = 1
      generations[slot] = ((generations[slot] as number) + 1) % Math.floor(0xffff_fffe / capacity - 1)
      return numberOf(slot)
    },
    find(number) {
      const slot = slotOf(number)
      return slot < 0 ? 0 : numberOf(rootOf(slot))
    },
    union(left, right) {
      const first = slotOf(left)
      const second = slotOf(right)
      if (first < 0 || second < 0) return first < 0 ? this.find(right) : this.find(left)
      let larger = rootOf(first)
      let smaller = rootOf(second)
      if (larger === smaller) return numberOf(larger)
      if ((sizes[larger] as number) < (sizes[smaller] as number)) [larger, smaller] = [smaller, larger]
      parents[smaller] = larger
      sizes[larger] = (sizes[larger] as number) + (sizes[smaller] as number)
      return numberOf(larger)
    },
    release(number) {
      const slot = slotOf(number)
      if (slot < 0) return
      const root = rootOf(slot)
      for (let each = 0; each < capacity; each++) {
        if ((sizes[each] as number) > 0 && each !== root && rootOf(each) === root) {
          sizes[each] = 0
          free.push(each)
        }
      }
      for (let each = 0; each < capacity; each++) if (sizes[each] === 0) parents[each] = each
      sizes[root] = 0
      parents[root] = root
      free.push(root)
    },
    get used() {
      return capacity - free.length
    },
  }
}

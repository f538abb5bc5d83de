// The top of an axis: the next round number, so that its label can be read.
export function niceCeiling(value: number): number {
  if (value <= 4) return 4
  const power = 10 ** Math.floor(Math.log10(value))
  for (const step of [1, 2, 3, 4, 5, 6, 8, 10]) if (value <= step * power) return step * power
  return 10 * power
}

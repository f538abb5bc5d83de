// Upper bound of a rate of rare things: exact for a Poisson count, one-sided.

/** The mean at which so few as `count` would be seen with a chance of 1 - confidence. 0 → 2.996 at 95 %. */
export function poissonUpper(count: number, confidence01 = 0.95): number {
  let low = count
  let high = count + 10 * Math.sqrt(count + 1) + 10
  for (let step = 0; step < 100; step++) {
    const middle = (low + high) / 2
    if (cumulative(count, middle) > 1 - confidence01) low = middle
    else high = middle
  }
  return (low + high) / 2
}

/** P(X ≤ count) with this mean. */
function cumulative(count: number, mean: number): number {
  let term = Math.exp(-mean)
  let sum = term
  for (let k = 1; k <= count; k++) {
    term *= mean / k
    sum += term
  }
  return sum
}

// The part of an incident's time that its timeline shows: nearer, farther, sideways, and never outside of the whole.

export interface Span {
  readonly fromMs: number
  readonly toMs: number
}

/** Nearer than this two marks are no farther apart than their clocks can tell. */
const LEAST_MS = 10

/** `factor` below 1 shows less; what lies at `at01` of the window stays where it is. */
export function zoomed(view: Span, whole: Span, factor: number, at01 = 0.5): Span {
  const lengthMs = Math.min(Math.max((view.toMs - view.fromMs) * factor, LEAST_MS), whole.toMs - whole.fromMs)
  const fixedMs = view.fromMs + (view.toMs - view.fromMs) * at01
  return inside({ fromMs: fixedMs - lengthMs * at01, toMs: fixedMs + lengthMs * (1 - at01) }, whole)
}

export function moved(view: Span, whole: Span, share: number): Span {
  const byMs = (view.toMs - view.fromMs) * share
  return inside({ fromMs: view.fromMs + byMs, toMs: view.toMs + byMs }, whole)
}

/** Moved back where it sticks out, as long as it was. */
export function inside(view: Span, whole: Span): Span {
  const lengthMs = Math.min(view.toMs - view.fromMs, whole.toMs - whole.fromMs)
  const fromMs = Math.min(Math.max(view.fromMs, whole.fromMs), whole.toMs - lengthMs)
  return { fromMs, toMs: fromMs + lengthMs }
}

export function isWhole(view: Span, whole: Span): boolean {
  return view.fromMs <= whole.fromMs && view.toMs >= whole.toMs
}

// One evaluation: its variables, the values that loops bind, and what it may still cost.
// The cost limit follows Kubernetes (k8s.io/apiserver/pkg/apis/cel: PerCallLimit = 1,000,000 units for one expression): every step costs
// one unit, and what grows with its input costs by size. So no loop and no pattern runs on for long, whoever wrote it.
import { CelBudgetExceeded } from './error.ts'
import type { CelMap, CelValue } from './value.ts'

export const EXPRESSION_COST_LIMIT = 1_000_000

/** What an expression may ask of the program around it. Each is a value passed in: nothing here has a clock or a cluster of its own. */
export interface CelHost {
  /** Milliseconds since 1970; left out where there is no clock to ask. */
  readonly nowMs?: () => number
  /** An object of the cluster, or of the files that stand for it. `name` null: all of them, as a list. */
  readonly resource?: (
    apiVersion: string,
    resource: string,
    namespace: string,
    name: string | null,
  ) => CelValue | undefined
  /** What a registry says of an image. */
  readonly imageMetadata?: (reference: string) => CelValue | undefined
}

export interface Run {
  readonly variables: CelMap
  readonly locals: CelValue[]
  readonly host: CelHost
  /** Cost units left. */
  budget: number
}

export type Evaluate = (run: Run) => CelValue

export function charge(run: Run, units: number): void {
  run.budget -= units
  if (run.budget < 0) throw new CelBudgetExceeded()
}

/** Text is read at ten characters a unit (apiserver: StringTraversalCostFactor 0.1). */
export function chargeText(run: Run, text: string): void {
  run.budget -= 1 + text.length / 10
  if (run.budget < 0) throw new CelBudgetExceeded()
}

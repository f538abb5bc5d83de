// CEL with the functions of Kubernetes, under a cost limit. docs/adr/0011-an-own-evaluator-for-cel.md says why it is our own.
export type { Types } from './check/check.ts'
export { BOOL, DYN, fits, listOf, mapOf, STRING, type StaticType, structure, textOf, typeOf } from './check/type.ts'
export { CelSyntaxError } from './error.ts'
export { CelAuthorizer } from './functions/cluster.ts'
export { parseQuantity } from './functions/quantity.ts'
export { celFromJson, jsonFromCel } from './json.ts'
export {
  type CelError,
  CelLazyMap,
  type CelProgram,
  compileCel,
  createRun,
  evaluateCel,
  type RunOptions,
} from './program.ts'
export { type CelHost, EXPRESSION_COST_LIMIT, type Run } from './run.ts'
export { type CelList, type CelMap, type CelValue, isList, isMap } from './value.ts'

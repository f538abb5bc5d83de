// Optional values (cel-spec wiki, "Optional Values"). optMap and optFlatMap bind a name, so the compiler does them.
import { CelFailure, noOverload } from '../error.ts'
import { global, type Library, list, member, some } from '../function.ts'
import { charge } from '../run.ts'
import { CelOptional, CelUint, type CelValue, isBytes, isList, isMap, typeName } from '../value.ts'

function isOptional(value: CelValue): value is CelOptional {
  return value instanceof CelOptional
}

function of(value: CelValue): CelOptional {
  if (value instanceof CelOptional) return value
  throw noOverload(`${typeName(value)} where an optional is wanted`)
}

function isZero(value: CelValue): boolean {
  if (isList(value) || isBytes(value)) return value.length === 0
  if (isMap(value)) return value.size === 0
  return (
    value === null ||
    value === false ||
    value === '' ||
    value === 0 ||
    value === 0n ||
    (value instanceof CelUint && value.value === 0n)
  )
}

export const optional: Library = {
  'optional.of': [global(1, (_, value) => some(value))],
  'optional.none': [global(0, () => CelOptional.none)],
  'optional.ofNonZeroValue': [global(1, (_, value) => (isZero(value) ? CelOptional.none : some(value)))],
  'optional.unwrap': [
    global(1, (run, values) => {
      charge(run, list(values).length)
      return list(values).flatMap((one) => present(of(one)))
    }),
  ],
  unwrapOpt: [
    member(1, isList, (run, values) => {
      charge(run, list(values).length)
      return list(values).flatMap((one) => present(of(one)))
    }),
  ],
  hasValue: [member(1, isOptional, (_, value) => of(value).value !== undefined)],
  value: [
    member(1, isOptional, (_, value) => {
      const inner = of(value).value
      if (inner === undefined) throw new CelFailure('optional.none() has no value')
      return inner
    }),
  ],
}

function present({ value }: CelOptional): readonly CelValue[] {
  return value === undefined ? [] : [value]
}

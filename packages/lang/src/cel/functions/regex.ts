// find and findAll of Kubernetes (apiserver/pkg/cel/library/regex.go) and the regex extension of cel-go (ext, "Regex").
import { CelFailure } from '../error.ts'
import { global, integer, isText, type Library, member, some, text } from '../function.ts'
import { findAll } from '../pattern.ts'
import { charge, type Run } from '../run.ts'
import { CelOptional, type CelValue } from '../value.ts'

function all(run: Run, whole: CelValue, pattern: CelValue, limit: CelValue | undefined): string[] {
  const most = limit === undefined ? -1 : Number(integer(limit))
  return findAll(run, text(whole), text(pattern), most < 0 ? Infinity : most).map(({ groups }) => groups[0] ?? '')
}

/** The only group, or the whole match where there is none. */
function captured(groups: readonly (string | null)[]): string | null {
  if (groups.length > 2) throw new CelFailure('the pattern has more than one group')
  return groups[groups.length - 1] ?? null
}

function replace(run: Run, whole: CelValue, pattern: CelValue, by: CelValue, limit: CelValue | undefined): string {
  const most = limit === undefined ? -1 : Number(integer(limit))
  const source = text(whole)
  let result = ''
  let end = 0
  for (const { at, groups } of findAll(run, source, text(pattern), most < 0 ? Infinity : most)) {
    const replacement = text(by).replace(/\\(\\|\d)/g, (_, one: string) => {
      if (one === '\\') return '\\'
      if (Number(one) >= groups.length) throw new CelFailure(`the pattern has no group ${one}`)
      return groups[Number(one)] ?? ''
    })
    charge(run, replacement.length / 10)
    result += source.slice(end, at) + replacement
    end = at + (groups[0]?.length ?? 0)
  }
  return result + source.slice(end)
}

export const regex: Library = {
  find: [member(2, isText, (run, whole, pattern) => findAll(run, text(whole), text(pattern), 1)[0]?.groups[0] ?? '')],
  findAll: [
    member(2, isText, (run, whole, pattern) => all(run, whole, pattern, undefined)),
    member(3, isText, (run, whole, pattern, limit) => all(run, whole, pattern, limit)),
  ],
  'regex.replace': [
    global(3, (run, whole, pattern, by) => replace(run, whole, pattern, by, undefined)),
    global(4, (run, whole, pattern, by, limit) => replace(run, whole, pattern, by, limit)),
  ],
  'regex.extract': [
    global(2, (run, whole, pattern) => {
      const found = findAll(run, text(whole), text(pattern), 1)[0]
      const value = found && captured(found.groups)
      return value === undefined || value === null ? CelOptional.none : some(value)
    }),
  ],
  'regex.extractAll': [
    global(2, (run, whole, pattern) =>
      findAll(run, text(whole), text(pattern), Infinity).flatMap(({ groups }) => captured(groups) ?? []),
    ),
  ],
}

// Which rules an event is worth asking, found by a walk that looks at one facet a step. The steps are worked out when an event first
// needs them and remembered, as a regular expression's automaton is built while it reads (Thompson; Aho, Sethi, Ullman, 3.7): events
// that look alike go the same way, and nearly all of them end where no rule is left.
import type { Predicate } from '@yagura/lang'
import type { Subject } from '../subject.ts'
import { type Facet, NO_KEY } from './facets.ts'

export interface Choosable {
  /** By facet: can the rule still hold? undefined where the facet says nothing about it. */
  readonly bounds: readonly (Predicate<Subject> | undefined)[]
}

interface Place<Rule> {
  /** What to look at next; undefined at the end. */
  readonly facet: Facet | undefined
  readonly number: number
  readonly next: Map<unknown, Place<Rule>>
  readonly rules: readonly Rule[]
}

const MAX_STEPS = 16_384

/** In the order of `rules`; every rule that holds for the subject is among those chosen. */
export function createChooser<Rule extends Choosable>(
  rules: readonly Rule[],
  facets: readonly Facet[],
): (subject: Subject) => readonly Rule[] {
  const numbers = new Map(rules.map((rule, number) => [rule, number]))
  const places = new Map<string, Place<Rule>>()
  let steps = 0
  let first = placeOf(rules, 0)

  /** The place before the first facet, from `facet` on, that says something about one of the rules. */
  function placeOf(left: readonly Rule[], from: number): Place<Rule> {
    let number = from
    while (number < facets.length && !left.some(({ bounds }) => bounds[number])) number++
    const key = `${number} ${left.map((rule) => numbers.get(rule)).join(' ')}`
    const known = places.get(key)
    if (known) return known
    const place = { facet: facets[number], number, next: new Map<unknown, Place<Rule>>(), rules: left }
    places.set(key, place)
    return place
  }

  function extend(place: Place<Rule>, key: unknown, subject: Subject): Place<Rule> {
    const left =
      key === NO_KEY ? place.rules : place.rules.filter(({ bounds }) => bounds[place.number]?.(subject) ?? true)
    const next = placeOf(left, place.number + 1)
    if (++steps > MAX_STEPS) {
      // others come: begin anew, and this walk ends on what it has
      steps = 0
      places.clear()
      first = placeOf(rules, 0)
      return next
    }
    place.next.set(key, next)
    return next
  }

  return (subject) => {
    let place = first
    while (place.facet !== undefined) {
      const key = place.facet.keyOf(subject)
      place = place.next.get(key) ?? extend(place, key, subject)
    }
    return place.rules
  }
}

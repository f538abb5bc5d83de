// Tests of tags and of kinds of paths as tests of bits: no array of names is made for them.
import type { Comparison, Exists, Membership, Predicate } from '@yagura/lang'
import { TAGS } from '../contract/tags.ts'
import { CLASS_FIELDS, TAG_FIELDS } from './fields/own.ts'
import type { ClassMask, PathClasses } from './path-class.ts'
import type { Subject } from './subject.ts'
import { wantedNames } from './wanted.ts'

type Test = Comparison | Membership | Exists

export function compileMaskTest(test: Test, classes: PathClasses): Predicate<Subject> | undefined {
  const names = wantedNames(test)
  if (!names) return undefined
  return compileTagTest(test.field, names) ?? compileClassTest(test.field, classes.maskNamed(names), classes)
}

function compileTagTest(field: string, names: readonly string[]): Predicate<Subject> | undefined {
  const read = Object.hasOwn(TAG_FIELDS, field) ? TAG_FIELDS[field as keyof typeof TAG_FIELDS] : undefined
  if (!read) return undefined
  const bits = TAGS.reduce((mask, tag, index) => (names.includes(tag) ? mask | (1 << index) : mask), 0)
  return ({ event, context }) => (read(event, context) & bits) !== 0
}

function compileClassTest(field: string, wanted: ClassMask, classes: PathClasses): Predicate<Subject> | undefined {
  const path = Object.hasOwn(CLASS_FIELDS, field) ? CLASS_FIELDS[field as keyof typeof CLASS_FIELDS] : undefined
  if (!path) return undefined
  return ({ event }) => {
    const text = path(event)
    if (text === undefined) return false
    const mask = classes.maskOf(text)
    return (mask.low & wanted.low) !== 0 || (mask.high & wanted.high) !== 0
  }
}

// Package type (as in a purl) → its ecosystem.
import { apk } from './apk.ts'
import { deb } from './deb.ts'
import type { Ecosystem } from './ecosystem.ts'
import * as languages from './languages.ts'
import { rpm } from './rpm.ts'

const ecosystems = new Map<string, Ecosystem>(Object.entries({ apk, deb, rpm, ...languages }))

export function ecosystemOf(packageType: string): Ecosystem | undefined {
  return ecosystems.get(packageType)
}

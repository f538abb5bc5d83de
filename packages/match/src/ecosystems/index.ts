// Package type (as in a purl) → its ecosystem.
import { apk } from './apk.ts'
import { deb } from './deb.ts'
import type { Ecosystem } from './ecosystem.ts'
import { cargo, golang, npm } from './languages.ts'

const ecosystems = new Map<string, Ecosystem>(Object.entries({ apk, cargo, deb, golang, npm }))

export function ecosystemOf(packageType: string): Ecosystem | undefined {
  return ecosystems.get(packageType)
}

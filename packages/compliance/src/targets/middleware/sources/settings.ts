// Settings as parsers hand them on: where each stood, so that a result can name the line.
import type { Reading, Value } from '../../../engine/reading.ts'

export interface Setting {
  readonly value: string
  /** `path:line` */
  readonly place: string
}

/** Values by key, every occurrence in the order of the files; `problems`: files that could not be read. */
export interface Settings {
  readonly byKey: ReadonlyMap<string, readonly Setting[]>
  readonly problems: readonly { readonly place: string; readonly reason: string }[]
  /** Looked at, shown when a key is absent. */
  readonly files: readonly string[]
}

/** The last one counts. */
export function lastSetting({ byKey, problems, files }: Settings, key: string): Reading {
  const found = byKey.get(key)?.at(-1)
  // A file that could not be read may come after and say otherwise.
  const problem = problems[0]
  if (problem) return { kind: 'unreadable', ...problem }
  if (!found) return absentIn(files)
  return { kind: 'value', source: 'file', place: found.place, value: found.value }
}

/** Every occurrence. */
export function everySetting({ byKey, problems, files }: Settings, key: string): Reading {
  const found = byKey.get(key) ?? []
  const problem = problems[0]
  if (problem) return { kind: 'unreadable', ...problem }
  return found.length === 0 ? absentIn(files) : valuesOf(found)
}

export function valuesOf(found: readonly Setting[]): Reading {
  return { kind: 'value', source: 'file', place: placesOf(found), value: found.map(({ value }) => value) as Value }
}

export function absentIn(files: readonly string[]): Reading {
  return { kind: 'absent', source: 'file', place: files.slice(0, 8).join(', ') || 'no configuration file' }
}

export function placesOf(found: readonly Setting[]): string {
  const places = [...new Set(found.map(({ place }) => place))]
  return places.length > 8 ? `${places.slice(0, 8).join(', ')} and ${places.length - 8} more` : places.join(', ')
}

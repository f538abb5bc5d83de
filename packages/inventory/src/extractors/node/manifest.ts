// package.json: name and version say which package it is, whatever the directory is called (aliases, `npm:`).
import type { Limits } from '@yagura/kernel'
import { foundPackage, NOTHING_FOUND, readManifest } from '../../installed/found.ts'
import { listOf, textAt, textOf, valueAt } from '../../lock-file/values.ts'
import type { ParsedFile } from '../extractor.ts'
import { unpackedRelease } from './path.ts'

export function parseManifest(path: string, bytes: Buffer, limits: Limits): ParsedFile {
  const document = readManifest(bytes, limits)
  if ('problem' in document) return { packages: [], problems: [document.problem] }
  const manifest = document.value
  const name = textAt(manifest, 'name')
  const version = textAt(manifest, 'version')
    ?.trim()
    .replace(/^[v=]+(?=\d)/, '')
  const promised = unpackedRelease(path)
  if (promised && (promised.name !== name || promised.version !== version)) return NOTHING_FOUND
  const found = foundPackage('npm', name, version, { licenses: licensesOf(manifest) })
  if (found) return { packages: [found], problems: [] }
  // without both it is a marker (`{"type": "module"}`), and what is private is code of the project
  return name && valueAt(manifest, 'private') !== true
    ? { packages: [], problems: ['The manifest of a package has no usable version.'] }
    : NOTHING_FOUND
}

/** `"license": "MIT"`; of old also `{"type": "MIT"}` and `licenses`, a list of these. */
function licensesOf(manifest: unknown): string[] {
  const values = [valueAt(manifest, 'license'), ...listOf(valueAt(manifest, 'licenses'))]
  return values.flatMap((value) => textOf(value) ?? textAt(value, 'type') ?? [])
}

// Values in the JSON and TOML files of engines: daemon.json (docs.docker.com, dockerd), config.toml (containerd, docs/man/containerd-config.toml.5.md),
// crio.conf (crio.conf.5). Of several files the last that has the key counts, as their programs merge them.

import { compileGlob } from '@yagura/lang'
import { parse as parseToml } from 'smol-toml'
import type { Reading, Scalar } from '../../engine/reading.ts'
import type { ContainerRoot } from '../../reader/container-root.ts'

const MAX_VALUES = 256

/** `PATH[,PATH]#a/*\/b`. Several values where * fits several keys. A table that is there but is no value reads as `present`. */
export function readData(root: ContainerRoot, asked: string): Reading {
  const [names = '', path = ''] = asked.split('#')
  const keys = path.split('/').map(compileGlob)
  const looked: string[] = []
  let last: { place: string; values: Scalar[]; isList: boolean } | undefined
  for (const pattern of names.split(',')) {
    const paths = pattern.includes('*') ? root.glob(pattern) : { kind: 'found' as const, value: [pattern] }
    if (paths.kind === 'unreadable') return { kind: 'unreadable', place: pattern, reason: paths.reason }
    for (const file of paths.kind === 'found' ? paths.value : []) {
      const text = root.read(file)
      if (text.kind === 'unreadable') return { kind: 'unreadable', place: file, reason: text.reason }
      if (text.kind === 'absent') continue
      looked.push(file)
      const data = parsed(file, text.value)
      if (data === undefined) return { kind: 'unreadable', place: file, reason: 'it cannot be parsed' }
      const found = valuesAt(data, keys)
      if (found.length === 0) continue
      const values = found.flat()
      const isList = found.some(Array.isArray)
      // Files in directories of their own (certs.d/HOST/hosts.toml) do not merge: each counts.
      const isOneOfMany = last !== undefined && /\*.*\//.test(pattern)
      last = {
        place: `${isOneOfMany ? `${last?.place}, ` : ''}${file}: ${path}`.slice(0, 4000),
        values: isOneOfMany ? [...(last?.values ?? []), ...values] : values,
        isList,
      }
    }
  }
  if (!last)
    return { kind: 'absent', source: 'file', place: looked.slice(0, 8).join(', ') || names.replaceAll(',', ', ') }
  return {
    kind: 'value',
    source: 'file',
    place: last.place,
    value: last.isList || last.values.length !== 1 ? last.values : (last.values[0] as Scalar),
  }
}

function parsed(file: string, text: string): unknown {
  try {
    if (file.endsWith('.json')) return text.trim() === '' ? {} : JSON.parse(text)
    return parseToml(text)
  } catch {
    return undefined
  }
}

function valuesAt(data: unknown, keys: readonly ((name: string) => boolean)[]): (Scalar | Scalar[])[] {
  let here: unknown[] = [data]
  for (const fits of keys)
    here = here
      .flatMap((one) =>
        typeof one === 'object' && one !== null
          ? Object.entries(one).flatMap(([key, value]) => (fits(key) ? [value as unknown] : []))
          : [],
      )
      .slice(0, MAX_VALUES)
  return here.map((one) => (Array.isArray(one) ? one.map(scalar) : scalar(one)))
}

function scalar(value: unknown): Scalar {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value
  return typeof value === 'object' && value !== null ? 'present' : String(value)
}

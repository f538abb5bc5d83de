// `file:$PGDATA#mode`, `file:/a,/b#owner`, `#len`, `#exists`: facts of files, never what is in them.
import type { Reading, Scalar } from '../../../engine/reading.ts'
import type { ContainerRoot } from '../../../reader/container-root.ts'
import type { Loaded } from '../product.ts'

export function readFileFact(asked: string, { paths }: Loaded, root: ContainerRoot): Reading {
  const [names = '', what = 'mode'] = asked.split('#')
  const wanted = names.split(',').flatMap((name) => (name.startsWith('$') ? (paths[name.slice(1)] ?? []) : [name]))
  const values: Scalar[] = []
  const places: string[] = []
  for (const path of wanted) {
    const stats = root.stat(path)
    if (stats.kind === 'unreadable') return { kind: 'unreadable', place: path, reason: stats.reason }
    if (stats.kind === 'absent') continue
    places.push(path)
    values.push(factOf(what, stats.value))
  }
  if (places.length === 0) return { kind: 'absent', source: 'file', place: wanted.join(', ') || `${names} is not used` }
  return {
    kind: 'value',
    source: 'file',
    place: places.slice(0, 8).join(', '),
    value: values.length === 1 ? (values[0] as Scalar) : values,
  }
}

function factOf(what: string, { mode, uid, sizeBytes }: { mode: number; uid: number; sizeBytes: number }): Scalar {
  switch (what) {
    case 'owner':
      return uid
    case 'len':
      return sizeBytes
    case 'exists':
      return 'present'
    default:
      return `0${mode.toString(8).padStart(3, '0')}`
  }
}

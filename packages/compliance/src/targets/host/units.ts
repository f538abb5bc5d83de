// Whether systemd starts a unit, from its links alone (systemd.unit(5)): a target that wants it, or a mask.
import type { Reading } from '../../engine/reading.ts'
import type { ContainerRoot } from '../../reader/container-root.ts'

const PLACES = ['/etc/systemd/system', '/run/systemd/system', '/usr/lib/systemd/system', '/lib/systemd/system']

export function readUnit(root: ContainerRoot, name: string): Reading {
  const unit = name.includes('.') ? name : `${name}.service`
  const own = root.stat(`/etc/systemd/system/${unit}`)
  // A mask is a link to /dev/null, which is a device and no file.
  if (own.kind === 'found' && own.value.kind === 'other') return value(`/etc/systemd/system/${unit}`, 'masked')
  for (const place of PLACES) {
    for (const kind of ['wants', 'requires']) {
      const links = root.glob(`${place}/*.${kind}/${unit}`)
      if (links.kind === 'unreadable') return { kind: 'unreadable', place, reason: links.reason }
      const found = (links.kind === 'found' ? links.value : []).find((path) => root.stat(path).kind === 'found')
      if (found) return value(found, 'enabled')
    }
  }
  for (const place of PLACES)
    if (root.stat(`${place}/${unit}`).kind === 'found') return value(`${place}/${unit}`, 'present')
  return value(PLACES.join(', '), 'absent')
}

function value(place: string, state: string): Reading {
  return { kind: 'value', source: 'file', place, value: state }
}

// `images` of Kyverno's policies: the image references of a pod, by what kind of container they are for.
import type { CelValue } from '@yagura/lang/cel'
import { listAt, textAt } from '../document.ts'
import { podOf } from '../resource/pod.ts'
import type { AdmissionRequest } from '../resource/request.ts'

export function images(request: AdmissionRequest): CelValue {
  const spec = podOf(request.object)?.spec
  return new Map(
    ['containers', 'initContainers', 'ephemeralContainers'].map((field) => [
      field,
      listAt(spec, field).flatMap((container) => textAt(container, 'image') ?? []),
    ]),
  )
}

// Labels and annotations of a container, bounded and without secrets, and the pod they name.
import { redactValue } from '@yagura/kernel'
import type { ContainerFacts } from '@yagura/schema'

const LABELS_MAX = 128

export function boundedLabels(labels: Readonly<Record<string, string>>): Record<string, string> {
  const kept: [string, string][] = []
  for (const [name, value] of Object.entries(labels)) {
    if (kept.length >= LABELS_MAX) break
    if (name.length <= 256 && value.length <= 4096) kept.push([name, redactValue(name, value).slice(0, 4096)])
  }
  return Object.fromEntries(kept)
}

/**
 * The pod, from the labels the kubelet sets on every container, in all runtimes
 * (kubernetes/kubernetes pkg/kubelet/types/labels.go).
 */
export function podOf(labels: Readonly<Record<string, string>>): ContainerFacts['pod'] {
  const namespace = labels['io.kubernetes.pod.namespace']
  const name = labels['io.kubernetes.pod.name']
  const uid = labels['io.kubernetes.pod.uid']
  if (!namespace || !name || !uid) return null
  const container = labels['io.kubernetes.container.name'] ?? ''
  return {
    namespace: namespace.slice(0, 512),
    name: name.slice(0, 512),
    uid: uid.slice(0, 512),
    container: container.slice(0, 512),
  }
}

/** The pause container that only holds a pod's namespaces: linked through its pod, not listed as work. */
export function isPodSandbox(labels: Readonly<Record<string, string>>): boolean {
  return (
    labels['io.cri-containerd.kind'] === 'sandbox' ||
    labels['io.kubernetes.cri.container-type'] === 'sandbox' ||
    labels['io.kubernetes.cri-o.ContainerType'] === 'sandbox' ||
    labels['io.kubernetes.docker.type'] === 'podsandbox'
  )
}

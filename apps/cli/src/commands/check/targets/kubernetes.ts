// Components of Kubernetes that run on this node.
import { checkComponents, findComponents } from '@yagura/compliance'
import { recordsOf } from './records.ts'
import type { Target } from './target.ts'

export const kubernetes: Target = async ({ procRoot, resource, observedAt, expected, profile }) => {
  const components = findComponents(procRoot)
  try {
    if (components.length === 0) return { isAbsent: true, results: [], problems: [] }
    const { checks, problems } = recordsOf('kubernetes-node', profile)
    const results = await checkComponents({ components, checks, node: resource, assetKey: null, observedAt, expected })
    return { results, problems }
  } finally {
    for (const { root } of components) root.close()
  }
}

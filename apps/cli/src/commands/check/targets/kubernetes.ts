// Kubernetes as far as this machine shows it: the components that run here, the kubelet by asking it, and with a kubeconfig in
// KUBECONFIG the objects of the cluster.
import { askKubelet, type Component, checkComponents, findComponents, flagOf, readRecords } from '@yagura/compliance'
import { toYaguraError } from '@yagura/kernel'
import { checkManifests, loadManifestChecks, minorVersion } from '@yagura/policy'
import type { CheckResult } from '@yagura/schema'
import type { CheckProblem } from '../report.ts'
import { CONTENT, fitsProfile, recordsOf } from './records.ts'
import type { Target, TargetRequest } from './target.ts'

const KUBELET_PORT = 10250

export const kubernetes: Target = async (request) => {
  const { procRoot, resource, observedAt, expected, profile } = request
  const components = findComponents(procRoot)
  const kubeconfig = process.env.KUBECONFIG
  try {
    if (components.length === 0 && !kubeconfig) return { isAbsent: true, results: [], problems: [] }
    const { checks, problems } = recordsOf('kubernetes-node', profile)
    const asked = await Promise.all(components.map((one) => withAnswers(one, procRoot)))
    const results = await checkComponents({
      components: asked,
      checks,
      node: resource,
      assetKey: null,
      observedAt,
      expected,
    })
    if (!kubeconfig) return { results, problems }
    const cluster = await ofCluster(kubeconfig, request)
    return { results: [...results, ...cluster.results], problems: [...problems, ...cluster.problems] }
  } finally {
    for (const { root } of components) root.close()
  }
}

/** Only the kubelet of this machine: the port of another one's may be anybody's. */
async function withAnswers(component: Component, procRoot: string): Promise<Component> {
  if (component.name !== 'kubelet' || procRoot !== '/proc') return component
  const address = flagOf(component.commandLine, 'address') ?? '0.0.0.0'
  const host = address === '0.0.0.0' || address === '::' ? '127.0.0.1' : address
  const port = Number(flagOf(component.commandLine, 'port') ?? KUBELET_PORT)
  return { ...component, live: await askKubelet({ host, port }) }
}

async function ofCluster(
  kubeconfig: string,
  { profile, kubernetesVersion, observedAt }: TargetRequest,
): Promise<{ results: readonly CheckResult[]; problems: readonly CheckProblem[] }> {
  // loaded where there is a cluster only: most machines have none
  const { readKubeconfig } = await import('../../../kubernetes/kubeconfig.ts')
  const { readCluster } = await import('../../../kubernetes/cluster.ts')
  const problem = (message: string): CheckProblem => ({ subject: kubeconfig, message })
  const access = readKubeconfig(kubeconfig)
  if (!access.ok) return { results: [], problems: [problem(access.error.message)] }
  try {
    const cluster = await readCluster(access.value)
    const records = readRecords(`${CONTENT}/kubernetes`)
    const loaded = loadManifestChecks(records.records)
    const minor = minorVersion(kubernetesVersion ?? cluster.version ?? '')
    const isStandard = profile?.startsWith('pss-') === true && !profile.endsWith('*')
    const results = checkManifests(cluster.objects, {
      checks: isStandard ? loaded.checks : loaded.checks.filter(({ check }) => fitsProfile(check, profile)),
      ...(isStandard ? { profile } : {}),
      ...(minor === undefined ? {} : { minor }),
      observedAt,
      placeOf: () => access.value.server,
    })
    return {
      results: results.map((result) => ({
        ...result,
        target: 'kubernetes',
        resource: `${access.value.name}/${result.resource}`,
      })),
      problems: [...cluster.problems, ...records.problems, ...loaded.problems].map(problem),
    }
  } catch (error) {
    return { results: [], problems: [problem(toYaguraError(error).message)] }
  }
}

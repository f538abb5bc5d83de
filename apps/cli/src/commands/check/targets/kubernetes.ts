// Kubernetes as far as this machine shows it: the components that run here, the kubelet by asking it, and with a kubeconfig in
// KUBECONFIG the objects of the cluster.
import { askedComponents, checkComponents, readCluster, readKubeconfig, readRecords } from '@yagura/compliance'
import { toYaguraError } from '@yagura/kernel'
import { checkManifests, loadManifestChecks, minorVersion } from '@yagura/policy'
import type { CheckResult } from '@yagura/schema'
import type { CheckProblem } from '../report.ts'
import { CONTENT, fitsProfile, recordsOf } from './records.ts'
import type { Target, TargetRequest } from './target.ts'

export const kubernetes: Target = async (request) => {
  const { procRoot, resource, observedAt, expected, profile } = request
  const components = await askedComponents(procRoot)
  const kubeconfig = process.env.KUBECONFIG
  try {
    if (components.length === 0 && !kubeconfig) return { isAbsent: true, results: [], problems: [] }
    const { checks, problems } = recordsOf('kubernetes-node', profile)
    const results = await checkComponents({
      components,
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

async function ofCluster(
  kubeconfig: string,
  { profile, kubernetesVersion, observedAt }: TargetRequest,
): Promise<{ results: readonly CheckResult[]; problems: readonly CheckProblem[] }> {
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

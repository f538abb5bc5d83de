// Manifests of Kubernetes: the checks of content/checks/kubernetes on files, without a cluster.

import { readRecords } from '@yagura/compliance'
import { YaguraError } from '@yagura/kernel'
import { checkManifests, checksOf, loadManifestChecks, minorVersion, setAside, unwrapLists } from '@yagura/policy'
import { type DocumentGap, readDocuments, type SourceDocument } from '../../../documents/read.ts'
import type { CheckProblem } from '../report.ts'
import { CONTENT, fitsProfile } from './records.ts'
import type { TargetAnswer, TargetRequest } from './target.ts'

export async function manifests(request: TargetRequest): Promise<TargetAnswer> {
  const { path, profile, kubernetesVersion, observedAt } = request
  if (path === undefined) throw new YaguraError('USAGE', 'Name the file or directory with the manifests.')
  const minor = kubernetesVersion === undefined ? undefined : minorVersion(kubernetesVersion)
  if (kubernetesVersion !== undefined && minor === undefined)
    throw new YaguraError('USAGE', `${kubernetesVersion} is no version of Kubernetes.`, { hint: 'Write it as 1.30.' })
  const records = readRecords(`${CONTENT}/kubernetes`)
  const loaded = loadManifestChecks(records.records)
  const isStandard = profile?.startsWith('pss-') && !profile.endsWith('*')
  const checks = isStandard
    ? checksOf(loaded.checks, profile, minor)
    : checksOf(loaded.checks, undefined, minor).filter(({ check }) => fitsProfile(check, profile))
  const { documents, problems, gaps } = await readDocuments(path)
  const places = new Map<unknown, string>()
  const objects = documents.flatMap(({ value, file, line }) => {
    const unwrapped = unwrapLists([value])
    for (const one of unwrapped) places.set(one, `${file}:${line}`)
    return unwrapped
  })
  const results = checkManifests(objects, {
    checks,
    ...(isStandard ? { profile } : {}),
    ...(minor === undefined ? {} : { minor }),
    observedAt,
    placeOf: (document) => places.get(document),
  })
  const titles = new Map(checks.map(({ check }) => [check.id, check.title]))
  return {
    results: results.map((result) => {
      const title = titles.get(result.check)
      return title ? { ...result, title } : result
    }),
    problems: [
      ...problems.map(({ file, message }) => ({ subject: file, message })),
      ...gaps.map(notJudged),
      ...leftAside(documents).map((gap) => ({ ...notJudged(gap), isGap: true })),
      ...[...records.problems, ...loaded.problems].map((message) => ({ subject: 'manifests', message })),
    ],
  }
}

function notJudged({ file, line, message }: DocumentGap): CheckProblem {
  return { subject: `${file}:${line}`, message: `not judged: ${message}` }
}

function leftAside(documents: readonly SourceDocument[]): DocumentGap[] {
  return documents.flatMap(({ value, file, line }) => {
    const message = setAside(value, file)
    return message === undefined ? [] : [{ file, line, message }]
  })
}

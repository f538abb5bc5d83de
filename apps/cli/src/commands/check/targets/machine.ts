// The host and the engines that run containers on it: the same sources of values, other records.
import { checkHost } from '@yagura/compliance'
import { recordsOf } from './records.ts'
import type { Target } from './target.ts'

export const host: Target = async (request) => {
  const { root, procRoot, resource, observedAt, expected, profile } = request
  const { checks, problems } = recordsOf('host', profile)
  const results = await checkHost({ checks, root, procRoot, resource, assetKey: null, observedAt, expected })
  return { results, problems }
}

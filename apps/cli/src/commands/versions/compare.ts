// `yagura versions compare --scheme S`
import { compareVersions, type SchemeName } from '@yagura/versions'
import { answerPairs } from './pairs.ts'

export async function compare(scheme: SchemeName): Promise<void> {
  await answerPairs((left, right) => compareVersions(scheme, left, right))
}

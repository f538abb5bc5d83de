// `yagura versions satisfies --scheme npm`
import { satisfies } from '@yagura/versions/npm-range'
import { answerPairs } from './pairs.ts'

export async function satisfy(): Promise<void> {
  await answerPairs(satisfies)
}

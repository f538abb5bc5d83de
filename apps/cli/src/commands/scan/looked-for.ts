// What a scan looks for: everything, unless --only or --skip says otherwise.
import { YaguraError } from '@yagura/kernel'

export const LOOKED_FOR = ['packages', 'secrets', 'mistakes'] as const
export type LookedFor = (typeof LOOKED_FOR)[number]

export function lookedFor({ only, skip }: { readonly only?: string; readonly skip?: string }): readonly LookedFor[] {
  const wanted = only === undefined ? LOOKED_FOR : names('--only', only)
  const unwanted = skip === undefined ? [] : names('--skip', skip)
  const left = wanted.filter((name) => !unwanted.includes(name))
  if (left.length === 0) throw new YaguraError('USAGE', 'With these options nothing is left to look for.')
  return left
}

function names(option: string, text: string): LookedFor[] {
  return text.split(',').map((word) => {
    const name = LOOKED_FOR.find((one) => one === word.trim())
    if (!name) throw new YaguraError('USAGE', `${option} knows ${LOOKED_FOR.join(', ')}, and not ${word.trim()}.`)
    return name
  })
}

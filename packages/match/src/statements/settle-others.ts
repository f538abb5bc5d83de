// Exceptions for secrets and mistakes: by the name of the kind or check, and by path.
import type { Suppression } from '@yagura/schema'
import { isInside } from './fits.ts'
import { suppressionOf } from './settle.ts'
import type { Statement } from './statement.ts'

export interface SettledOthers<T> {
  readonly open: T[]
  readonly suppressed: (T & { suppression: Suppression })[]
  readonly used: ReadonlySet<Statement>
}

/** `day`: YYYY-MM-DD in UTC, today. An exception for a package or a purl is not about these. */
export function settleOthers<T extends { readonly path: string | null }>(
  items: readonly T[],
  nameOf: (item: T) => string,
  statements: readonly Statement[],
  day: string,
): SettledOthers<T> {
  const exceptions = statements.filter(
    ({ kind, expires }) => kind === 'exception' && (expires === null || expires >= day),
  )
  const open: T[] = []
  const suppressed: SettledOthers<T>['suppressed'] = []
  const used = new Set<Statement>()
  for (const item of items) {
    const statement = exceptions.find((one) => one.vulnerabilities.includes(nameOf(item)) && isAbout(one, item.path))
    if (statement) {
      used.add(statement)
      suppressed.push({ ...item, suppression: suppressionOf(statement) })
    } else open.push(item)
  }
  return { open, suppressed, used }
}

function isAbout({ products }: Statement, path: string | null): boolean {
  if (products.length === 0) return true
  return products.some(
    (product) =>
      product.package === undefined &&
      product.id === undefined &&
      product.path !== undefined &&
      path !== null &&
      isInside(path, product.path),
  )
}

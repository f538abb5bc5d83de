// Reads `.yagura.yaml`: exceptions with a reason and a last day. What is wrong in it is told with its line.
import { YaguraError } from '@yagura/kernel'
import type { Statement } from '@yagura/match'
import { readSmallFile } from '@yagura/safe-io'
import { type Document, isNode, LineCounter, parseDocument } from 'yaml'
import type { z } from 'zod'
import { type Exception, exception, yaguraFile } from './schema.ts'

const MAX_BYTES = 1024 * 1024
const MAX_ALIASES = 100

/** Throws INPUT_* with file and line. */
export async function readExceptions(path: string): Promise<Statement[]> {
  const bytes = await readSmallFile(path, MAX_BYTES)
  if (!bytes.ok) throw bytes.error
  return parseExceptions(Buffer.from(bytes.value).toString('utf8'), path)
}

/** Throws INPUT_INVALID with file and line. */
export function parseExceptions(text: string, file: string): Statement[] {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, strict: true, uniqueKeys: true, schema: 'core' })
  const [problem] = document.errors
  if (problem) {
    const said = problem.message.split(/ at line|:?\n/, 1)[0] ?? ''
    throw invalid(file, lines.linePos(problem.pos[0]).line, said.replace(/\.$/, ''))
  }
  const lineOf = (path: readonly PropertyKey[]) => lines.linePos(startOf(document, path)).line
  const content = check(yaguraFile, toValue(document, file) ?? {}, [], file, lineOf)
  return content.exceptions.map((item, i) => {
    const path = ['exceptions', i]
    return statementOf(check(exception, item, path, file, lineOf), file, lineOf(path))
  })
}

function toValue(document: Document, file: string): unknown {
  try {
    return document.toJS({ maxAliasCount: MAX_ALIASES })
  } catch {
    throw invalid(file, 1, 'it refers to itself too often')
  }
}

function check<T>(
  schema: z.ZodType<T>,
  value: unknown,
  path: readonly PropertyKey[],
  file: string,
  lineOf: (path: readonly PropertyKey[]) => number,
): T {
  const checked = schema.safeParse(value)
  if (checked.success) return checked.data
  const [issue] = checked.error.issues
  const at = [...path, ...(issue?.path ?? [])]
  throw invalid(file, lineOf(at), sayIssue(issue, at))
}

function sayIssue(issue: z.core.$ZodIssue | undefined, path: readonly PropertyKey[]): string {
  const field = path.map((part) => (typeof part === 'number' ? `${part + 1}` : String(part))).join(' ')
  if (issue?.code === 'unrecognized_keys') return `${issue.keys.join(', ')} is not known here`
  if (issue?.code === 'invalid_type' && /received undefined$/.test(issue.message)) return `${field} is missing`
  const said = issue?.message.replace(/^[A-Z]/, (letter) => letter.toLowerCase()) ?? 'is invalid'
  return `${field}: ${said}`.replace(/^: /, '')
}

/** Where the value at a path begins, or the innermost thing around it that is there. */
function startOf(document: Document, path: readonly PropertyKey[]): number {
  for (let length = path.length; length > 0; length--) {
    const node = document.getIn(path.slice(0, length), true)
    if (isNode(node) && node.range) return node.range[0]
  }
  return 0
}

function invalid(file: string, line: number, said: string): YaguraError {
  return new YaguraError('INPUT_INVALID', `${file}, line ${line}: ${said}.`)
}

function statementOf({ id, purl, path, expires, reason, ...rest }: Exception, file: string, line: number): Statement {
  const product = {
    ...(rest.package === undefined ? {} : { package: rest.package }),
    ...(purl === undefined ? {} : { id: purl }),
    ...(path === undefined ? {} : { path }),
  }
  return {
    kind: 'exception',
    vulnerabilities: [id],
    verdict: 'accepted',
    products: Object.keys(product).length > 0 ? [product] : [],
    reason,
    source: file,
    line,
    expires: expires ?? null,
    statedAt: null,
  }
}

// Baselines from files: checked by their schema, in layers, with what no longer counts told.
import { type ResolvedBaseline, resolveBaseline } from '@yagura/compliance'
import { YaguraError } from '@yagura/kernel'
import { readSmallFile } from '@yagura/safe-io'
import { parseYamlDocuments } from '@yagura/safe-io/yaml'
import { type Baseline, baseline } from '@yagura/schema'
import { z } from 'zod'

const MAX_BYTES = 4 * 1024 * 1024

/** Adopting is the server's: a file may leave it out, as it may leave out what it does not use. */
const baselineFile = baseline
  .extend({
    version: baseline.shape.version.default(1),
    extends: baseline.shape.extends.default([]),
    layer: baseline.shape.layer.default('company'),
    selector: baseline.shape.selector.default(null),
    expected: baseline.shape.expected.default({}),
    overrides: baseline.shape.overrides.default([]),
    adoptedBy: baseline.shape.adoptedBy.default(null),
    adoptedAt: baseline.shape.adoptedAt.default(null),
  })
  .strict()

/** A file may hold several layers, one a document. Errors: INPUT_NOT_FOUND, INPUT_INVALID. */
export async function readBaselines(path: string): Promise<Baseline[]> {
  const bytes = await readSmallFile(path, MAX_BYTES)
  if (!bytes.ok) throw bytes.error
  const documents = parseYamlDocuments(bytes.value, path)
  if (documents.length === 0) throw new YaguraError('INPUT_INVALID', `${path} holds no baseline.`)
  return documents.map(({ value }) => {
    if (!value.ok) throw value.error
    const parsed = baselineFile.safeParse(withWords(value.value))
    if (!parsed.success)
      throw new YaguraError('INPUT_INVALID', `${path} is no baseline: ${firstProblem(parsed.error)}.`)
    const empty = parsed.data.overrides.find(({ reason, owner }) => reason.trim() === '' || owner.trim() === '')
    if (empty)
      throw new YaguraError('INPUT_INVALID', `${path}: the override of ${empty.check} needs a reason and an owner.`)
    return parsed.data
  })
}

/** `off` is a truth value of YAML 1.1. */
function withWords(value: unknown): unknown {
  const overrides = (value as { overrides?: unknown } | null)?.overrides
  if (!Array.isArray(overrides)) return value
  const spelled = overrides.map((one) => (one?.action === false ? { ...one, action: 'off' } : one))
  return { ...(value as object), overrides: spelled }
}

/** The layer that nothing else extends, of the last file, is in force. */
export async function baselineInForce(paths: readonly string[], today: string): Promise<ResolvedBaseline | undefined> {
  const all: Baseline[] = []
  for (const path of paths) all.push(...(await readBaselines(path)))
  const last = all.at(-1)
  if (!last) return undefined
  // Files without `extends` lie above one another in the order they are named.
  const layered = paths.length > 1 && all.every((one) => one.extends.length === 0)
  const layers = layered ? all.map((one, at) => ({ ...one, extends: at === 0 ? [] : [all[at - 1]?.name ?? ''] })) : all
  return resolveBaseline(last.name, layers, today)
}

export function firstProblem(error: z.ZodError): string {
  const issue = error.issues[0]
  if (!issue) return 'it does not fit'
  const said = /received undefined$/.test(issue.message) ? 'it is missing' : issue.message
  return issue.path.length === 0 ? said : `${z.core.toDotPath(issue.path)}: ${said}`
}

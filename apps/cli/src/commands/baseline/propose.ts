// Prints a proposal as a file: each check with how many fail it today, so that whoever adopts it knows what he asks for.
import { type Proposal, proposeBaseline } from '@yagura/compliance'
import { YaguraError } from '@yagura/kernel'
import { readSmallFile } from '@yagura/safe-io'
import { type CheckResult, checkResult, localisedText } from '@yagura/schema'
import { Document, isMap, isScalar, isSeq } from 'yaml'
import { z } from 'zod'
import { firstProblem } from '../check/baselines.ts'
import { runChecks } from '../check/check.ts'

export interface ProposeCommand {
  readonly from?: readonly string[]
  readonly target?: string
  readonly name: string
  readonly extends?: readonly string[]
}

const MAX_BYTES = 256 * 1024 * 1024
/** `yagura check` prints texts in one language. */
const text = z.union([localisedText, z.string().transform((en) => ({ en }))])
const resultFile = z.object({
  results: z
    .array(
      checkResult
        .omit({ why: true, fix: true })
        .extend({ message: text, title: text.optional(), assetKey: z.string().nullable().default(null) }),
    )
    .max(1_000_000),
})

export async function propose({ from, target, name, extends: parents = [] }: ProposeCommand): Promise<void> {
  const results = from ? await resultsOf(from) : (await runChecks(target, undefined, {})).results
  const proposal = proposeBaseline(results, { name, layer: 'company', parents })
  process.stdout.write(toYaml(proposal))
}

async function resultsOf(files: readonly string[]): Promise<CheckResult[]> {
  const all: CheckResult[] = []
  for (const file of files) {
    const bytes = await readSmallFile(file, MAX_BYTES)
    if (!bytes.ok) throw bytes.error
    const parsed = resultFile.safeParse(parse(bytes.value))
    if (!parsed.success)
      throw new YaguraError('INPUT_INVALID', `${file} holds no results of checks: ${firstProblem(parsed.error)}.`)
    all.push(...(parsed.data.results as CheckResult[]))
  }
  return all
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'))
  } catch {
    return undefined
  }
}

function toYaml({ baseline, checks }: Proposal): string {
  const document = new Document(baseline)
  document.commentBefore = ` Proposed from what is there. Overrides need a reason, an owner and the day they end:\n   - check: HOST-SSH-*\n     resource: build-*\n     action: except\n     reason: …\n     owner: …\n     expires: 2027-06-30`
  const list = document.get('checks')
  const told = new Map(checks.map((check) => [check.check, check]))
  if (isSeq(list))
    for (const item of list.items) {
      const check = isScalar(item) ? told.get(String(item.value)) : undefined
      if (check && isScalar(item)) item.comment = ` ${check.failing} of ${check.resources} fail today`
    }
  const unjudged = checks.filter(({ reason }) => reason === 'cannot-be-judged').map(({ check }) => check)
  if (unjudged.length > 0 && isMap(document.contents))
    document.comment = ` Could not be judged anywhere and were left out: ${unjudged.join(', ')}`
  return document.toString({ lineWidth: 120 })
}

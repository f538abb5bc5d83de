// What changed from one baseline to another, a line each, as a diff reads.
import { type BaselineChange, diffBaselines } from '@yagura/compliance'
import { escapeForTerminal, YaguraError } from '@yagura/kernel'
import type { Baseline } from '@yagura/schema'
import { readBaselines } from '../check/baselines.ts'

export async function diff(
  before: string,
  after: string,
  { json = false }: { readonly json?: boolean },
): Promise<void> {
  const changes = diffBaselines(await only(before), await only(after))
  process.stdout.write(json ? `${JSON.stringify(changes, null, 1)}\n` : changes.map(lines).join(''))
  process.exitCode = changes.length > 0 ? 1 : 0
}

async function only(path: string): Promise<Baseline> {
  const [first, ...others] = await readBaselines(path)
  if (!first || others.length > 0) throw new YaguraError('INPUT_INVALID', `${path} holds more than one baseline.`)
  return first
}

function lines({ check, kind, before, after }: BaselineChange): string {
  if (kind === 'added') return plain(`+ ${check}`)
  if (kind === 'removed') return plain(`- ${check}`)
  const said = (mark: string, value: unknown) =>
    value === null ? '' : plain(`${mark} ${check}: ${kind} ${JSON.stringify(value)}`)
  return said('-', before) + said('+', after)
}

function plain(text: string): string {
  return `${escapeForTerminal(text)}\n`
}

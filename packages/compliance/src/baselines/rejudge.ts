// A result that was judged by what the check itself expects, judged again by the value that a baseline chose. Only where the value that
// was found is at hand whole: a masked or shortened one keeps its verdict.
import type { CheckResult, LocalisedText } from '@yagura/schema'
import { fits } from '../engine/expect.ts'
import { type Expectation, expectation } from '../engine/record.ts'

export function rejudge(result: CheckResult, chosen: unknown): CheckResult {
  if (result.verdict !== 'pass' && result.verdict !== 'fail') return result
  const found = result.evidence.at(-1)?.value ?? null
  const parsed = expectation.safeParse({ ...result.expects, value: chosen })
  if (!result.expects || !parsed.success || found === null || /…$|, not shown\)$/.test(found)) return result
  const value = found.includes(', ') ? found.split(', ') : found
  const isFit = fits(value, parsed.data, result.expects.quantifier ?? 'all')
  if (isFit === undefined || isFit === (result.verdict === 'pass')) return result
  if (isFit) return { ...result, verdict: 'pass', message: chosenHere(parsed.data, found), remediation: null }
  const { fix } = result
  const remediation = { kind: 'text' as const, place: result.evidence.at(-1)?.place ?? null, before: found }
  return {
    ...result,
    verdict: 'fail',
    message: chosenHere(parsed.data, found),
    remediation: { ...remediation, after: `${wanted(parsed.data)}${fix ? `. ${fix.en}` : ''}` },
  }
}

function chosenHere(expected: Expectation, found: string): LocalisedText {
  const value = wanted(expected)
  return {
    en: `The baseline expects ${value}; found is ${found}.`,
    ja: `ベースラインが期待する値は ${value}、実際の値は ${found} です。`,
    zh: `基线期望的值为 ${value}，实际为 ${found}。`,
  }
}

function wanted({ value }: Expectation): string {
  return Array.isArray(value) ? value.join(', ') : String(value)
}

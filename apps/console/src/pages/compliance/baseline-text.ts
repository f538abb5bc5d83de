// A baseline as lines that can be compared: what it asks for, in a fixed order, without who adopted it and when.
import type { Baseline } from '@yagura/schema'

export function baselineText(baseline: Baseline): string {
  const { layer, selector, checks, expected, overrides } = baseline
  return [
    `layer: ${layer}`,
    `extends: ${baseline.extends.join(', ')}`,
    `selector: ${JSON.stringify(selector)}`,
    'checks:',
    ...checks.toSorted().map((check) => `  ${check}`),
    'expected:',
    ...Object.entries(expected)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([check, value]) => `  ${check}: ${JSON.stringify(value)}`),
    'overrides:',
    ...overrides.flatMap((one) => [
      `  ${one.check} ${one.resource ?? '*'}: ${one.action}${one.expect === undefined ? '' : ` ${JSON.stringify(one.expect)}`}${one.severity ? ` ${one.severity}` : ''}`,
      `    ${one.owner}, ${one.expires ?? '-'}: ${one.reason}`,
    ]),
  ].join('\n')
}

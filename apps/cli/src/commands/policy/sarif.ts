// `--format sarif`: SARIF 2.1.0, a rule for each policy, a result for what fails and what could not be judged.
import type { PlacedResult } from './eval.ts'

const SCHEMA = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json'

export function toSarif(results: readonly PlacedResult[], toolVersion: string): string {
  const shown = results.filter(({ verdict }) => verdict === 'fail' || verdict === 'error')
  const ids = [...new Set(shown.map(ruleId))]
  const document = {
    $schema: SCHEMA,
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'Yagura', version: toolVersion, rules: ids.map((id) => ({ id })) } },
        columnKind: 'utf16CodeUnits',
        results: shown.map((result) => sarifResult(result, ids.indexOf(ruleId(result)))),
      },
    ],
  }
  return `${JSON.stringify(document, null, 1)}\n`
}

function ruleId({ policy, rule }: PlacedResult): string {
  return policy === '' ? 'unreadable' : rule === null ? policy : `${policy}/${rule}`
}

function sarifResult(result: PlacedResult, ruleIndex: number) {
  const { resource, verdict, message, file, line } = result
  const physicalLocation =
    file === null
      ? undefined
      : { artifactLocation: { uri: encodeURI(file) }, ...(line === null ? {} : { region: { startLine: line } }) }
  return {
    ruleId: ruleId(result),
    ruleIndex,
    level: verdict === 'fail' ? 'error' : 'warning',
    message: { text: `${resource}: ${message}` },
    locations: [
      { ...(physicalLocation ? { physicalLocation } : {}), logicalLocations: [{ fullyQualifiedName: resource }] },
    ],
  }
}

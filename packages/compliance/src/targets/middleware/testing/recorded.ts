// Recorded answers by the number of a check, so that no question is written twice.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseYamlDocuments } from '@yagura/safe-io/yaml'
import type { Scalar } from '../../../engine/reading.ts'
import { type CompiledCheck, loadChecks } from '../../../engine/record.ts'
import { PRODUCTS } from '../process.ts'

const CONTENT = join(import.meta.dirname, '../../../../../../content/checks/middleware')

export function loadContent(): { checks: CompiledCheck[]; problems: string[] } {
  const records = PRODUCTS.flatMap((product) => {
    const [document] = parseYamlDocuments(readFileSync(join(CONTENT, `${product}.yaml`)), product)
    if (!document?.value.ok) throw new Error(`${product}.yaml cannot be read`)
    return document.value.value as unknown[]
  })
  return loadChecks(records)
}

const { checks } = loadContent()

/** The last question to the server that the record has. */
export function loadRecorded(prefix: string, answers: Readonly<Record<number, Scalar>>): Record<string, Scalar> {
  return Object.fromEntries(
    Object.entries(answers).map(([number, answer]) => {
      const id = `${prefix}-${number.padStart(2, '0')}`
      const rule = checks.find(({ check }) => check.id === id)?.check.rule
      const source =
        rule && 'get' in rule ? rule.get.findLast((one) => /^(sql|redis|mongo|http):/.test(one)) : undefined
      if (!source) throw new Error(`${id} asks no server`)
      return [source, answer]
    }),
  )
}

// One VEX document that a user names: OpenVEX or CSAF.
import { defaultLimits, err, ok, type Result, YaguraError } from '@yagura/kernel'
import { parseJson, readSmallFile } from '@yagura/safe-io'
import type { VexStatement } from '../enrichment.ts'
import { isCsaf } from '../sources/csaf/index.ts'
import { csafDocument } from '../sources/csaf/schema.ts'
import { statementsOf as csafStatements } from '../sources/csaf/statements.ts'
import { isOpenVex, statementsOf as openVexStatements } from '../sources/openvex/index.ts'
import { openVexDocument } from '../sources/openvex/schema.ts'
import { checkAs } from '../sources/shared/parse.ts'

/** Errors: INPUT_* where the file cannot be read or is no such document. */
export async function readDocument(path: string): Promise<Result<VexStatement[], YaguraError>> {
  const bytes = await readSmallFile(path, defaultLimits.jsonBytes)
  if (!bytes.ok) return bytes
  const json = parseJson(bytes.value, defaultLimits, path)
  if (!json.ok) return json
  if (isOpenVex(json.value)) {
    const checked = checkAs(openVexDocument, json.value, path, 'an OpenVEX document')
    return checked.ok ? ok(openVexStatements(checked.value)) : checked
  }
  if (isCsaf(json.value)) {
    const checked = checkAs(csafDocument, json.value, path, 'a CSAF document')
    return checked.ok ? ok(csafStatements(checked.value)) : checked
  }
  return err(new YaguraError('INPUT_INVALID', `${path} is neither an OpenVEX nor a CSAF document.`))
}

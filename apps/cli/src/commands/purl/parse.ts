// `yagura purl parse`: one package URL a line in, one JSON object or error a line out.
import { escapeForTerminal } from '@yagura/kernel'
import { PackageURL } from 'packageurl-js'
import { answerLines } from '../../terminal/lines.ts'

export async function parse(): Promise<void> {
  await answerLines(answer)
}

function answer(line: string): string {
  try {
    const purl = PackageURL.fromString(line)
    return JSON.stringify({
      type: purl.type,
      namespace: purl.namespace ?? null,
      name: purl.name,
      version: purl.version ?? null,
      qualifiers: purl.qualifiers ?? null,
      subpath: purl.subpath ?? null,
      purl: purl.toString(),
    })
  } catch (error) {
    const said = error instanceof Error ? error.message.replace(/^Invalid purl: /, '') : String(error)
    return `error: ${escapeForTerminal(said)}.`
  }
}

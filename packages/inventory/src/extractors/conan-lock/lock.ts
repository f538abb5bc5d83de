// conan.lock (docs.conan.io, "Lockfiles"): version 0.5 of conan 2 lists references; 0.4 of conan 1 has a graph of nodes, of which the ones
// with a path are the project. A reference is
// name/version[@user/channel][#recipe revision][:package][%time].
import type { Limits } from '@yagura/kernel'
import { createFindings, type Findings } from '../../lock-file/findings.ts'
import { readJson } from '../../lock-file/json.ts'
import { entriesOf, listOf, recordOf, textAt, textOf, valueAt } from '../../lock-file/values.ts'
import type { ParsedFile } from '../extractor.ts'

const MAX_REFERENCE = 1024

export function parseConanLock(bytes: Buffer, limits: Limits): ParsedFile {
  const findings = createFindings('conan')
  const document = readJson(bytes, limits, findings)
  if (document === undefined) {
    return findings.parsed()
  }
  const nodes = valueAt(valueAt(document, 'graph_lock'), 'nodes')
  const lists = ['requires', 'build_requires', 'python_requires', 'config_requires'].map((key) =>
    valueAt(document, key),
  )
  if (!recordOf(nodes) && !lists.some(Array.isArray)) findings.problem('The file is no lock file of conan.')
  for (const reference of lists.flatMap(listOf)) addReference(textOf(reference), findings)
  for (const [, node] of entriesOf(nodes)) addNode(node, findings)
  return findings.parsed()
}

function addNode(node: unknown, findings: Findings): void {
  for (const reference of listOf(valueAt(node, 'python_requires'))) addReference(textOf(reference), findings)
  const reference = textAt(node, 'ref') ?? textAt(node, 'pref')
  // what is made from a conanfile of the project has its path; a node for a command line has neither
  if (textAt(node, 'path') === undefined && reference !== undefined) addReference(reference, findings)
}

function addReference(reference: string | undefined, findings: Findings): void {
  const match = /^([^/@#%:\s]+)\/([^/@#%:\s]+)(?:@([^/@#%:\s]*)(?:\/([^/@#%:\s]*))?)?(?:[#%:].*)?$/.exec(
    reference?.slice(0, MAX_REFERENCE) ?? '',
  )
  if (!match) {
    findings.problem('An entry is no reference of conan.')
    return
  }
  const [, name, version, user, channel] = match
  const own = user && user !== '_' ? { vendor: channel && channel !== '_' ? `${user}/${channel}` : user } : {}
  findings.add(name, version, own)
}

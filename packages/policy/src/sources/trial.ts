// Circumstances of a trial run, in the files that Kyverno's command line takes (cli.kyverno.io: Context, Values, UserInfo): objects that the
// cluster would have, labels of namespaces, the operation, who asks. They are no resources to judge.
import { at, type Fields, fields, isFields, labelsAt, listAt, textAt, textsAt } from '../document.ts'

const GROUP = 'cli.kyverno.io/'

export interface Trial {
  /** Objects that resource.Get finds, besides the files. */
  readonly objects: readonly Fields[]
  /** What a registry would say of images, by reference. */
  readonly imageMetadata: ReadonlyMap<string, Fields>
  readonly operationOf: (policy: string, resource: string) => string | undefined
  readonly userInfo: Fields
}

export function isTrial(document: unknown): boolean {
  return isFields(document) && String(document.apiVersion).startsWith(GROUP)
}

export function trialOf(documents: readonly unknown[]): Trial {
  const own = documents.filter(isFields).filter(isTrial)
  const values = own
    .filter(({ kind }) => kind === 'Values' || kind === 'Value')
    .map((document) => ({ ...document, ...fields(document.spec) }))
  const namespaces = values
    .flatMap((one) => listAt(one, 'namespaceSelector'))
    .map((one) => ({
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: textAt(one, 'name') ?? '', labels: labelsAt(one, 'labels') },
    }))
  const resources = own.filter(({ kind }) => kind === 'Context').flatMap((one) => listAt(one, 'spec', 'resources'))
  const images = own.filter(({ kind }) => kind === 'Context').flatMap((one) => listAt(one, 'spec', 'images'))
  const users = own
    .filter(({ kind }) => kind === 'UserInfo')
    .map((one) => fields(at(one, 'userInfo') ?? at(one, 'spec', 'userInfo')))
  const [everywhere] = values.map((one) => textAt(one, 'globalValues', 'request.operation')).filter(Boolean)
  const single = new Map([...expected(own.filter(({ kind }) => kind === 'Test')), ...operations(values)])
  return {
    objects: [...namespaces, ...resources.filter(isFields)],
    imageMetadata: new Map(images.filter(isFields).map((one) => [textAt(one, 'image') ?? '', one])),
    operationOf: (policy, resource) => single.get(`${policy}\n${resource}`) ?? everywhere,
    userInfo: users[0] ?? {},
  }
}

function operations(values: readonly Fields[]): Map<string, string> {
  const found = new Map<string, string>()
  for (const policy of values.flatMap((one) => listAt(one, 'policies')))
    for (const resource of listAt(policy, 'resources')) {
      const operation = textAt(resource, 'values', 'request.operation')
      if (operation) found.set(`${textAt(policy, 'name') ?? ''}\n${textAt(resource, 'name') ?? ''}`, operation)
    }
  return found
}

/** What the results of a test say of the operation. The test itself is not run. */
function expected(tests: readonly Fields[]): Map<string, string> {
  const found = new Map<string, string>()
  for (const result of tests.flatMap((one) => [...listAt(one, 'results'), ...listAt(one, 'spec', 'results')])) {
    const operation = textAt(result, 'operation') ?? textAt(result, 'resourceOperation')
    if (!operation) continue
    for (const name of [...textsAt(result, 'resources'), textAt(result, 'resource') ?? ''])
      found.set(`${textAt(result, 'policy') ?? ''}\n${name.split('/').at(-1)}`, operation)
  }
  return found
}

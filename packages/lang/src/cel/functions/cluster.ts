// What asks the cluster. Files are judged without one: objects are looked up among them where the host can, everything else is an error, so
// that it never passes. Names are those of Kubernetes (authorizer) and of Kyverno's libraries (resource, http, user, json).
import { CelFailure } from '../error.ts'
import { anything, global, type Library, member, type Overload, text } from '../function.ts'
import { celFromJson } from '../json.ts'
import { charge, chargeText, type Run } from '../run.ts'
import { timestamp } from '../time.ts'
import { CelObject, type CelValue, isMap } from '../value.ts'

/** The variable `authorizer`: it can be named, and every question to it fails. */
export class CelAuthorizer extends CelObject {
  readonly typeName = 'kubernetes.authorization.Authorizer'
  equals(other: CelObject): boolean {
    return other === this
  }
}

function refuse(what: string): never {
  throw new CelFailure(`${what} is not to be had where files are judged`, true)
}

function isAuthorizer(value: CelValue): boolean {
  return value instanceof CelAuthorizer
}

function asking(arity: number): Overload[] {
  return [member(arity, isAuthorizer, () => refuse('authorization'))]
}

function unavailable(name: string, arities: readonly number[]): Overload[] {
  return arities.map((arity) => global(arity, () => refuse(name)))
}

function resource(run: Run, apiVersion: CelValue, kinds: CelValue, namespace: CelValue, name: string | null): CelValue {
  charge(run, 100)
  const lookUp = run.host.resource ?? (() => refuse('resource.Get'))
  const found = lookUp(text(apiVersion), text(kinds), text(namespace), name)
  if (found === undefined) throw new CelFailure(`${text(kinds)} ${name ?? ''} is not among the resources`, true)
  return found
}

function imageMetadata(run: Run, reference: string): CelValue {
  charge(run, 100)
  const found = run.host.imageMetadata?.(reference)
  if (found === undefined) throw new CelFailure(`what a registry says of ${reference} is not among the files`, true)
  return found
}

/** `system:serviceaccount:NAMESPACE:NAME`. */
function serviceAccount(user: string): CelValue {
  const [, namespace = '', name = ''] = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(user) ?? []
  return new Map([
    ['Namespace', namespace],
    ['Name', name],
  ])
}

function parseJson(run: Run, source: string): CelValue {
  chargeText(run, source)
  charge(run, source.length / 4)
  try {
    return celFromJson(JSON.parse(source))
  } catch (error) {
    if (error instanceof CelFailure) throw error
    throw new CelFailure('the text is not JSON')
  }
}

export const cluster: Library = {
  group: asking(2),
  resource: asking(2),
  subresource: asking(2),
  namespace: asking(2),
  name: asking(2),
  path: asking(2),
  check: asking(2),
  serviceAccount: asking(3),
  fieldSelector: asking(2),
  labelSelector: asking(2),
  allowed: asking(1),
  reason: asking(1),
  errored: asking(1),
  error: asking(1),
  'resource.Get': [
    global(4, (run, version, kinds, namespace, name) => resource(run, version, kinds, namespace, text(name))),
  ],
  'resource.List': [global(3, (run, version, kinds, namespace) => resource(run, version, kinds, namespace, null))],
  'user.ParseServiceAccount': [global(1, (_, user) => serviceAccount(text(user)))],
  parseServiceAccount: [global(1, (_, user) => serviceAccount(text(user)))],
  'json.Unmarshal': [global(1, (run, source) => parseJson(run, text(source)))],
  'json.unmarshal': [global(1, (run, source) => parseJson(run, text(source)))],
  'time.now': [
    global(0, (run) => {
      if (!run.host.nowMs) return refuse('the time')
      return timestamp(BigInt(run.host.nowMs()) * 1_000_000n)
    }),
  ],
  'resource.Post': unavailable('resource.Post', [3, 4]),
  'http.Client': unavailable('http.Client', [1]),
  'yaml.parse': unavailable('yaml.parse', [1]),
  'x509.decode': unavailable('x509.decode', [1]),
  'generator.Apply': unavailable('generator.Apply', [2]),
  random: unavailable('random', [0, 1]),
  sha1: unavailable('sha1', [1]),
  sha256: unavailable('sha256', [1]),
  md5: unavailable('md5', [1]),
  'http.Get': unavailable('http.Get', [1, 2]),
  'http.Post': unavailable('http.Post', [2, 3]),
  'globalContext.Get': unavailable('globalContext.Get', [1, 2]),
  'image.GetMetadata': [global(1, (run, reference) => imageMetadata(run, text(reference)))],
  'image.getMetadata': [global(1, (run, reference) => imageMetadata(run, text(reference)))],
  'imageData.Get': unavailable('imageData.Get', [1]),
  requestResource: [
    member(1, anything, (_, value) => (isMap(value) ? refuse('requestResource') : refuse('authorization'))),
  ],
}

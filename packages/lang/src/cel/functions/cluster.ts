// What asks the cluster. Files are judged without one: objects are looked up among them where the host can, everything else is an error, so
// that it never passes. Names are those of Kubernetes (authorizer) and of Kyverno's libraries (resource, http, user, json).
import { createHash } from 'node:crypto'
import { CelFailure, noOverload } from '../error.ts'
import { anything, list as asList, global, type Library, member, type Overload, text } from '../function.ts'
import { celFromJson } from '../json.ts'
import { charge, chargeText, type Run } from '../run.ts'
import { timestamp } from '../time.ts'
import { type CelList, CelObject, type CelValue, isList, isMap, typeName } from '../value.ts'

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

/** Of a list of objects those with these labels. */
function labelled(run: Run, list: CelValue, labels: CelValue): CelValue {
  if (!isMap(labels)) throw noOverload(`${typeName(labels)} where labels are wanted`)
  const items = isMap(list) ? (list.get('items') ?? []) : []
  if (!isList(items)) return list
  charge(run, items.length * (labels.size + 1))
  const found = items.filter((item) => {
    const own = isMap(item) ? item.get('metadata') : undefined
    const given = own !== undefined && isMap(own) ? own.get('labels') : undefined
    return [...labels].every(([key, value]) => given !== undefined && isMap(given) && given.get(key) === value)
  })
  return new Map([['items', found]])
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

/** In hexadecimal digits, as Kyverno's hash library gives them. */
function hashing(algorithm: string): Overload[] {
  return [
    global(1, (run, value) => {
      chargeText(run, text(value))
      return createHash(algorithm).update(text(value)).digest('hex')
    }),
  ]
}

/** Of two lists of objects: what one field of the first says → what a field of the second at the same place says. */
function pairs(run: Run, keys: CelList, values: CelList, key: string, value: string): CelValue {
  charge(run, keys.length)
  if (keys.length !== values.length) throw new CelFailure('the lists are not of one length')
  return new Map(
    keys.map((one, index) => {
      const other = values[index] ?? null
      const [name, found] = [isMap(one) ? one.get(key) : undefined, isMap(other) ? other.get(value) : undefined]
      if (typeof name !== 'string' || found === undefined) throw new CelFailure(`an object without ${key} or ${value}`)
      return [name, found] as const
    }),
  )
}

const named: Library = {
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
  'resource.List': [
    global(3, (run, version, kinds, namespace) => resource(run, version, kinds, namespace, null)),
    global(4, (run, version, kinds, namespace, labels) =>
      labelled(run, resource(run, version, kinds, namespace, null), labels),
    ),
  ],
  'user.ParseServiceAccount': [global(1, (_, user) => serviceAccount(text(user)))],
  parseServiceAccount: [global(1, (_, user) => serviceAccount(text(user)))],
  'json.Unmarshal': [global(1, (run, source) => parseJson(run, text(source)))],
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
  sha1: hashing('sha1'),
  sha256: hashing('sha256'),
  md5: hashing('md5'),
  'transform.listObjToMap': [
    global(4, (run, keys, values, key, value) => pairs(run, asList(keys), asList(values), text(key), text(value))),
  ],
  'jsonpatch.escapeKey': [global(1, (_, key) => text(key).replaceAll('~', '~0').replaceAll('/', '~1'))],
  'http.Get': unavailable('http.Get', [1, 2]),
  'http.Post': unavailable('http.Post', [2, 3]),
  'globalContext.Get': unavailable('globalContext.Get', [1, 2, 3]),
  'image.GetMetadata': [global(1, (run, reference) => imageMetadata(run, text(reference)))],
  'imageData.Get': unavailable('imageData.Get', [1]),
  requestResource: [
    member(1, anything, (_, value) => (isMap(value) ? refuse('requestResource') : refuse('authorization'))),
  ],
}

/** Kyverno's newer versions write the names small: resource.get for resource.Get. */
export const cluster: Library = {
  ...named,
  ...Object.fromEntries(
    Object.entries(named).map(([name, overloads]) => [
      name.replace(/\.[A-Z]/, (first) => first.toLowerCase()),
      overloads,
    ]),
  ),
}

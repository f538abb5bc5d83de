// Answers the sources of records for one component:
//   probe:PATH            HTTP status of a request without credentials
//   configz:a.b.c         what the kubelet says is in force
//   arg:flag              its command line
//   conf:a.b.c            its configuration file (kubelet, kube-proxy: --config; etcd: --config-file) and what is dropped in beside it
//   file:FLAG#mode|owner  the file that a flag names; `file:/PATH#…` a path; * allowed
import { parseYamlDocuments } from '@yagura/safe-io/yaml'
import type { Read, Reading, Scalar, Value } from '../../engine/reading.ts'
import type { Looked } from '../../reader/container-root.ts'
import { type Component, flagOf } from './component.ts'

export function componentReader(component: Component): Read {
  let configuration: Looked<Configuration> | undefined
  return (source) => {
    const colon = source.indexOf(':')
    const asked = source.slice(colon + 1)
    switch (source.slice(0, colon)) {
      case 'probe':
        return probed(asked, component)
      case 'configz':
        return inForce(asked, component)
      case 'arg':
        return argument(asked, component)
      case 'conf':
        configuration ??= readConfiguration(component)
        return configured(asked, component, configuration)
      case 'file':
        return fileFact(asked, component)
      default:
        return { kind: 'not-asked', place: source, reason: 'this source is not known here' }
    }
  }
}

/** Where the configuration file is, or undefined when the component was started without one. */
export function configurationPath({ name, commandLine }: Component): string | undefined {
  return flagOf(commandLine, name === 'etcd' ? 'config-file' : 'config')
}

function probed(path: string, { live }: Component): Reading {
  const status = live?.anonymous[path]
  const place = `GET ${path} without credentials`
  if (status === undefined) return { kind: 'not-asked', place, reason: 'nobody asked the port' }
  if (status === null) return { kind: 'unreadable', place, reason: 'the port did not answer' }
  return { kind: 'value', source: 'probe', place, value: status }
}

function inForce(path: string, { live }: Component): Reading {
  if (!live?.configz) return { kind: 'not-asked', place: '/configz', reason: 'it was not answered' }
  const value = at(live.configz, path)
  return value === undefined
    ? { kind: 'absent', source: 'runtime', place: `/configz ${path}` }
    : { kind: 'value', source: 'runtime', place: `/configz ${path}`, value }
}

function argument(flag: string, { pid, commandLine }: Component): Reading {
  if (commandLine.length === 0)
    return { kind: 'unreadable', place: `command line of process ${pid}`, reason: 'it may not be read' }
  const value = flagOf(commandLine, flag)
  return value === undefined
    ? { kind: 'absent', source: 'argument', place: `--${flag}` }
    : { kind: 'value', source: 'argument', place: `--${flag}`, value: value.includes(',') ? value.split(',') : value }
}

/** Read and merged; where each part came from, the last one first. */
interface Configuration {
  readonly values: unknown
  readonly parts: readonly { readonly path: string; readonly values: unknown }[]
}

/**
 * The file that --config names, and over it the files of the drop-in directory in the order of their names (kubelet since 1.28,
 * --config-dir; kubernetes.io, "Set Kubelet Parameters Via A Configuration File": only *.conf, merged key by key). Flags win over both,
 * which is the reader's order of sources. A configuration that came from the API (--dynamic-config-dir, before 1.24) cannot be read here.
 */
function readConfiguration(component: Component): Looked<Configuration> {
  const path = configurationPath(component)
  const directory = component.name === 'kubelet' ? flagOf(component.commandLine, 'config-dir') : undefined
  if (component.name === 'kubelet' && flagOf(component.commandLine, 'dynamic-config-dir') !== undefined)
    return { kind: 'unreadable', reason: 'its configuration may come from the API (--dynamic-config-dir)' }
  if (path === undefined && directory === undefined) return { kind: 'absent' }
  const parts: { path: string; values: unknown }[] = []
  for (const one of [...(path === undefined ? [] : [path]), ...dropIns(component, directory)]) {
    if (typeof one !== 'string') return one
    const read = readYaml(component, one)
    if (read.kind === 'unreadable') return { kind: 'unreadable', reason: `${one}: ${read.reason}` }
    if (read.kind === 'found') parts.unshift({ path: one, values: read.value })
  }
  return {
    kind: 'found',
    value: { values: parts.reduceRight<unknown>((all, { values }) => merged(all, values), {}), parts },
  }
}

function dropIns(
  { root }: Component,
  directory: string | undefined,
): (string | { kind: 'unreadable'; reason: string })[] {
  if (directory === undefined) return []
  const names = root.list(directory)
  if (names.kind === 'unreadable') return [{ kind: 'unreadable', reason: names.reason }]
  return names.kind === 'absent'
    ? []
    : names.value.filter((name) => name.endsWith('.conf')).map((name) => `${directory}/${name}`)
}

function readYaml({ root }: Component, path: string): Looked<unknown> {
  const text = root.read(path)
  if (text.kind !== 'found')
    return text.kind === 'absent' ? { kind: 'unreadable', reason: 'it is named and not there' } : text
  const [document] = parseYamlDocuments(Buffer.from(text.value), path)
  if (!document?.value.ok) return { kind: 'unreadable', reason: 'it is no YAML' }
  return { kind: 'found', value: document.value.value }
}

/** Objects key by key, everything else whole. */
function merged(below: unknown, above: unknown): unknown {
  if (!isObject(below) || !isObject(above)) return above ?? below
  const all: Record<string, unknown> = { ...below }
  for (const [key, value] of Object.entries(above)) all[key] = merged(all[key], value)
  return all
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function configured(asked: string, component: Component, configuration: Looked<Configuration>): Reading {
  const path = configurationPath(component)
  if (configuration.kind === 'absent') return { kind: 'absent', source: 'file', place: 'no configuration file' }
  if (configuration.kind === 'unreadable')
    return { kind: 'unreadable', place: path ?? 'its configuration', reason: configuration.reason }
  const { values, parts } = configuration.value
  const value = at(values, asked)
  const from = parts.find((part) => at(part.values, asked) !== undefined)?.path ?? path ?? 'the drop-in directory'
  return value === undefined
    ? { kind: 'absent', source: 'file', place: `${path ?? from} ${asked}` }
    : { kind: 'value', source: 'file', place: `${from} ${asked}`, value }
}

/** A value by its path of keys; undefined when any part is missing, or it is no plain value. */
function at(object: unknown, path: string): Value | undefined {
  let here: unknown = object
  for (const key of path.split('.')) {
    if (typeof here !== 'object' || here === null || !Object.hasOwn(here, key)) return undefined
    here = (here as Record<string, unknown>)[key]
  }
  if (Array.isArray(here)) return here.filter(isScalar)
  return isScalar(here) ? here : undefined
}

function isScalar(value: unknown): value is Scalar {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
}

function fileFact(asked: string, { root, commandLine }: Component): Reading {
  const [name = '', what = 'mode'] = asked.split('#')
  const pattern = name.startsWith('/') ? name : flagOf(commandLine, name)
  if (pattern === undefined) return { kind: 'absent', source: 'argument', place: `--${name}` }
  const paths = pattern.includes('*') ? root.glob(pattern) : { kind: 'found' as const, value: [pattern] }
  if (paths.kind === 'unreadable') return { kind: 'unreadable', place: pattern, reason: paths.reason }
  const values: Scalar[] = []
  for (const path of paths.kind === 'found' ? paths.value : []) {
    const facts = root.stat(path)
    if (facts.kind === 'unreadable') return { kind: 'unreadable', place: path, reason: facts.reason }
    if (facts.kind === 'found') values.push(what === 'owner' ? facts.value.uid : `0${facts.value.mode.toString(8)}`)
  }
  if (values.length === 0) return { kind: 'absent', source: 'file', place: pattern }
  return { kind: 'value', source: 'file', place: pattern, value: values.length === 1 ? (values[0] as Scalar) : values }
}

// Answers the sources of records for one component:
//   probe:PATH            HTTP status of a request without credentials
//   configz:a.b.c         what the kubelet says is in force
//   arg:flag              its command line
//   conf:a.b.c            its configuration file (kubelet, kube-proxy: --config; etcd: --config-file)
//   file:FLAG#mode|owner  the file that a flag names; `file:/PATH#…` a path; * allowed
import { parseYamlDocuments } from '@yagura/safe-io/yaml'
import type { Read, Reading, Scalar, Value } from '../../engine/reading.ts'
import type { Looked } from '../../reader/container-root.ts'
import { type Component, flagOf } from './component.ts'

export function componentReader(component: Component): Read {
  let configuration: Looked<unknown> | undefined
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

function readConfiguration(component: Component): Looked<unknown> {
  const path = configurationPath(component)
  if (path === undefined) return { kind: 'absent' }
  const text = component.root.read(path)
  if (text.kind !== 'found')
    return text.kind === 'absent' ? { kind: 'unreadable', reason: 'it is named and not there' } : text
  const [document] = parseYamlDocuments(Buffer.from(text.value), path)
  if (!document?.value.ok) return { kind: 'unreadable', reason: 'it is no YAML' }
  return { kind: 'found', value: document.value.value }
}

function configured(asked: string, component: Component, configuration: Looked<unknown>): Reading {
  const path = configurationPath(component)
  if (configuration.kind === 'absent') return { kind: 'absent', source: 'file', place: 'no configuration file' }
  if (configuration.kind === 'unreadable')
    return { kind: 'unreadable', place: path ?? '', reason: configuration.reason }
  const value = at(configuration.value, asked)
  return value === undefined
    ? { kind: 'absent', source: 'file', place: `${path} ${asked}` }
    : { kind: 'value', source: 'file', place: `${path} ${asked}`, value }
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

// Answers the sources of records for one server: `conf:`, `arg:`, `env:`, `file:`, `proc:`, `fact:` from the machine, `net:` by a probe
// and the rest by the server itself. `A + B` reads both, `A?value` gives what an absent A means.
import type { Read, Reading, Scalar } from '../../../engine/reading.ts'
import type { ContainerRoot } from '../../../reader/container-root.ts'
import type { MiddlewareInstance } from '../process.ts'
import type { Loaded, Product } from '../product.ts'
import { readFileFact } from './file-facts.ts'

/** Questions that only the server can answer. Rejects with a sentence when it does not. */
export interface Asker {
  readonly ask: (source: string) => Promise<Scalar | readonly Scalar[]>
  readonly close?: () => Promise<void>
}

export interface Sources {
  readonly instance: MiddlewareInstance
  readonly product: Product
  readonly loaded: Loaded
  readonly root: ContainerRoot
  readonly probe: Asker | undefined
  readonly runtime: Asker | undefined
}

const RUNTIME = /^(sql|redis|mongo|http|cli):/

export function readerOf(sources: Sources): Read {
  return (source) => (RUNTIME.test(source) ? one(source, sources) : combined(source.split(' + '), sources))
}

async function combined(parts: readonly string[], sources: Sources): Promise<Reading> {
  if (parts.length === 1) return await withDefault(parts[0] as string, sources)
  const readings: Reading[] = []
  for (const part of parts) readings.push(await withDefault(part, sources))
  const hidden = readings.find(({ kind }) => kind === 'unreadable' || kind === 'not-asked')
  if (hidden) return hidden
  const found = readings.filter((reading) => reading.kind === 'value')
  const places = [...new Set(readings.map(({ place }) => place))].join(', ')
  const [first] = found
  if (!first) return { kind: 'absent', source: 'file', place: places }
  return {
    kind: 'value',
    source: first.source,
    place: places,
    value: found.flatMap(({ value }) => value as Scalar | Scalar[]),
  }
}

async function withDefault(part: string, sources: Sources): Promise<Reading> {
  const at = part.lastIndexOf('?')
  const isRegular = at > 0 && /^(conf|arg|env|file|fact):/.test(part)
  const reading = await one(isRegular ? part.slice(0, at) : part, sources)
  return isRegular && reading.kind === 'absent'
    ? { kind: 'value', source: 'default', place: `${reading.place} (default)`, value: part.slice(at + 1) }
    : reading
}

function one(source: string, sources: Sources): Promise<Reading> | Reading {
  const colon = source.indexOf(':')
  const name = source.slice(colon + 1)
  switch (source.slice(0, colon)) {
    case 'conf':
      return sources.loaded.conf(name)
    case 'arg':
      return argument(name, sources)
    case 'env':
      return environment(name, sources)
    case 'file':
      return readFileFact(name, sources.loaded, sources.root)
    case 'proc':
      return user(name, sources)
    case 'fact':
      return fact(name, sources)
    case 'net':
      return asked(source, 'probe', sources.probe, 'no probe over the network was asked for')
    default:
      return asked(source, 'runtime', sources.runtime, 'no credentials were given to ask the server')
  }
}

const NOT_RUNNING = 'the server does not run'

function argument(flag: string, { instance, product }: Sources): Reading {
  const place = `command line of process ${instance.process.pid}`
  if (instance.process.pid === 0) return { kind: 'unreadable', place: `--${flag}`, reason: NOT_RUNNING }
  if (instance.process.commandLine.length === 0) return { kind: 'unreadable', place, reason: 'it may not be read' }
  const value = product.argument(instance, flag)
  return value === undefined
    ? { kind: 'absent', source: 'argument', place }
    : { kind: 'value', source: 'argument', place: flag.startsWith('-') ? flag : `--${flag}`, value }
}

function environment(asked: string, { instance }: Sources): Reading {
  const [name = '', what] = asked.split('@')
  const { environment: variables, literals, pid } = instance.process
  const place = `environment of process ${pid}`
  if (pid === 0) return { kind: 'unreadable', place: name, reason: NOT_RUNNING }
  if (variables === null) return { kind: 'unreadable', place, reason: 'it may not be read' }
  const value = variables.get(name)
  if (value === undefined) return { kind: 'absent', source: 'environment', place }
  if (what === 'len') return { kind: 'value', source: 'environment', place: name, value: value.length }
  if (what !== 'spec-literal') return { kind: 'value', source: 'environment', place: name, value }
  if (literals === null)
    return { kind: 'unreadable', place: name, reason: 'it is set, and the specification of the container is not known' }
  return literals.has(name)
    ? { kind: 'value', source: 'manifest', place: name, value: 'written in the specification' }
    : { kind: 'absent', source: 'manifest', place: name }
}

function user(what: string, { instance: { process, workers } }: Sources): Reading {
  if (what === 'uid[worker]' && workers.length === 0 && process.uid === 0)
    return { kind: 'not-asked', place: `process ${process.pid}`, reason: 'it has no workers' }
  const all = what === 'uid[worker]' && workers.length > 0 ? workers : [process]
  const place = all
    .map(({ pid }) => `process ${pid}`)
    .slice(0, 8)
    .join(', ')
  const uids = all.map(({ uid }) => uid)
  return uids.includes(null)
    ? { kind: 'unreadable', place, reason: process.pid === 0 ? NOT_RUNNING : 'its user is not known' }
    : { kind: 'value', source: 'kernel', place, value: [...new Set(uids as number[])] }
}

function fact(name: string, { loaded }: Sources): Reading {
  const value = name === 'version' ? loaded.version : (loaded.facts[name] ?? null)
  return value === null
    ? { kind: 'unreadable', place: name, reason: 'it could not be told from the files of the container' }
    : { kind: 'value', source: 'file', place: name, value }
}

async function asked(
  source: string,
  kind: 'probe' | 'runtime',
  asker: Asker | undefined,
  without: string,
): Promise<Reading> {
  const place = source.slice(source.indexOf(':') + 1)
  if (!asker) return { kind: 'not-asked', place, reason: without }
  try {
    return { kind: 'value', source: kind, place, value: await asker.ask(source) }
  } catch (error) {
    // Not asked rather than unreadable: the next source, the file, still tells what the server was started with.
    return { kind: 'not-asked', place, reason: error instanceof Error ? error.message : 'the server did not answer' }
  }
}

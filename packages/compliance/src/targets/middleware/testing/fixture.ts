// Small servers made of files, process facts and recorded answers: what they say is checked without running them.
import { chmodSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Scalar } from '../../../engine/reading.ts'
import type { MiddlewareInstance, ProcessFacts, ProductName } from '../process.ts'

export interface Made {
  readonly product: ProductName
  readonly name: string
  /** `good`: no check fails; `bad`: no check passes. */
  readonly kind: 'good' | 'bad'
  /** The checks it was made for; absent: all. */
  readonly only?: readonly string[]
  /** Path → text; a directory where the path ends in a slash; a mode in front: `0644 text`. */
  readonly files: Readonly<Record<string, string>>
  readonly process?: Partial<ProcessFacts>
  readonly environment?: Readonly<Record<string, string>>
  /** Users of the workers. */
  readonly workers?: readonly number[]
  /** What a server or a probe answered; what is not here was not asked. */
  readonly answers?: Readonly<Record<string, Scalar | readonly Scalar[]>>
}

export function makeInstance({
  product,
  name,
  files,
  process,
  environment = {},
  workers = [],
}: Made): MiddlewareInstance {
  const root = mkdtempSync(join(tmpdir(), 'yg-mw-'))
  for (const [path, content] of Object.entries(files)) {
    const [, mode, text = content] = /^(0\d{3})(?: ([\s\S]*))?$/.exec(content) ?? []
    const place = join(root, path)
    mkdirSync(path.endsWith('/') ? place : dirname(place), { recursive: true })
    if (!path.endsWith('/')) writeFileSync(place, mode ? text : content)
    if (mode) chmodSync(place, Number.parseInt(mode, 8))
  }
  const facts: ProcessFacts = {
    pid: 4_000_001,
    parentPid: 1,
    executable: `/usr/bin/${product}`,
    commandLine: [product],
    environment: new Map(Object.entries(environment)),
    uid: 999,
    workingDirectory: '/',
    listening: [],
    containerId: 'c',
    containerName: name,
    image: '',
    literals: new Set(),
    root,
    directory: '/proc/4000001',
    ...process,
  }
  return {
    product,
    process: facts,
    workers: workers.map((uid, index) => ({ ...facts, pid: facts.pid + index + 1, parentPid: facts.pid, uid })),
    resource: `${name}/${product}`,
  }
}

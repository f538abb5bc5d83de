import type { Reading } from '../../../engine/reading.ts'
import type { MiddlewareInstance } from '../process.ts'
import type { Product } from '../product.ts'
import { flagOf } from '../sources/arguments.ts'
import { absentIn, lastSetting, type Setting } from '../sources/settings.ts'
import { expand, openTexts, resolvePath, type Texts } from '../sources/texts.ts'
import { versionOf } from '../sources/version.ts'
import { readPostgresConf } from './conf.ts'
import { type HbaRule, isEveryAddress, isLoopbackAddress, readHba } from './hba.ts'
import { supportEnds } from './support.ts'

const CONF = ['/etc/postgresql/*/main/postgresql.conf', '/opt/bitnami/postgresql/conf/postgresql.conf']
const DATA = ['/var/lib/postgresql/data', '/var/lib/postgresql/*/main', '/bitnami/postgresql/data']

export const postgresql: Product = {
  argument,
  load(instance, root) {
    const texts = openTexts(root)
    const { environment } = instance.process
    const given = argument(instance, 'data_directory') ?? flagOf(instance.process.commandLine, '-D')
    const named = given ?? environment?.get('PGDATA')
    const byKey = new Map<string, Setting[]>()
    const conf =
      argument(instance, 'config_file') ??
      firstThere(texts, [
        ...(named ? [`${named}/postgresql.conf`] : DATA.map((one) => `${one}/postgresql.conf`)),
        ...CONF,
      ])
    if (conf) readPostgresConf(texts, conf, byKey, true)
    else texts.problems.push({ place: 'postgresql.conf', reason: 'it was not found' })
    const data = byKey.get('data_directory')?.at(-1)?.value ?? named ?? firstThere(texts, DATA) ?? ''
    if (data) readPostgresConf(texts, `${data}/postgresql.auto.conf`, byKey)
    const settings = { byKey, problems: texts.problems, files: texts.files }

    function setting(key: string): Reading {
      const value = argument(instance, key)
      return value === undefined
        ? lastSetting(settings, key)
        : { kind: 'value', source: 'argument', place: `-c ${key}`, value }
    }

    const hbaTexts = openTexts(root)
    const hbaSetting = setting('hba_file')
    const hba = readHba(
      hbaTexts,
      hbaSetting.kind === 'value' ? resolvePath(String(hbaSetting.value), data) : `${data}/pg_hba.conf`,
    )
    const ssl = setting('ssl')
    const major = root.read(`${data}/PG_VERSION`)
    const version =
      versionOf(instance, root, { variables: ['PG_VERSION'] }) ?? (major.kind === 'found' ? major.value.trim() : null)
    return {
      conf: (key) => (key.startsWith('pg_hba') ? rules(key, hba, hbaTexts) : setting(key)),
      paths: { PGDATA: data ? [data] : [] },
      facts: {
        tls: ssl.kind === 'value' && ssl.value === 'on',
        'docker-image': environment?.has('PG_MAJOR') ?? false,
        ...supportOf(version),
      },
      version,
      flavor: 'postgresql',
      edition: '',
    }
  },
}

function supportOf(version: string | null): { 'support-ends'?: string } {
  const ends = version === null ? undefined : supportEnds(Number.parseInt(version, 10))
  return ends === undefined ? {} : { 'support-ends': ends }
}

/** `-c name=value` and `--name=value`. */
function argument({ process: { commandLine } }: MiddlewareInstance, name: string): string | undefined {
  let found: string | undefined
  for (let index = 1; index < commandLine.length; index++) {
    const word = commandLine[index] as string
    const text =
      word === '-c'
        ? commandLine[index + 1]
        : word.startsWith('--')
          ? word.slice(2)
          : word.startsWith('-c')
            ? word.slice(2)
            : undefined
    const [key = '', ...value] = text?.split('=') ?? []
    if (value.length > 0 && key.replaceAll('-', '_').toLowerCase() === name) found = value.join('=')
  }
  return found
}

function firstThere(texts: Texts, patterns: readonly string[]): string | undefined {
  for (const pattern of patterns)
    for (const path of expand(texts, pattern)) if (texts.root.stat(path).kind !== 'absent') return path
  return undefined
}

/** `pg_hba[type!=local].method`, `pg_hba[network].type`, `pg_hba[everywhere].db`. Rules that refuse let nobody in. */
function rules(key: string, hba: readonly HbaRule[], { problems, files }: Texts): Reading {
  const [problem] = problems
  if (problem) return { kind: 'unreadable', ...problem }
  const [, selector = '', field = ''] = /^pg_hba\[(.*)\]\.(\w+)$/.exec(key) ?? []
  const chosen = hba.filter((rule) => rule.method !== 'reject' && isChosen(rule, selector))
  if (files.length === 0) return absentIn(files)
  return {
    kind: 'value',
    source: 'file',
    place:
      chosen
        .map(({ place }) => place)
        .slice(0, 8)
        .join(', ') || files.join(', '),
    value: chosen.flatMap((rule) => (field === 'db' ? rule.databases : [field === 'method' ? rule.method : rule.type])),
  }
}

function isChosen({ type, address }: HbaRule, selector: string): boolean {
  if (type === 'local') return false
  if (selector === 'network') return !isLoopbackAddress(address)
  return selector !== 'everywhere' || isEveryAddress(address)
}

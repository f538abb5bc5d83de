import type { Reading } from '../../../engine/reading.ts'
import type { MiddlewareInstance } from '../process.ts'
import type { Product } from '../product.ts'
import { mysqlFlagOf } from '../sources/arguments.ts'
import { absentIn, type Setting } from '../sources/settings.ts'
import { openTexts } from '../sources/texts.ts'
import { versionOf } from '../sources/version.ts'
import { readMysqlConf } from './conf.ts'

const FILES = ['/etc/my.cnf', '/etc/mysql/my.cnf', '/opt/bitnami/mysql/conf/my.cnf', '/opt/bitnami/mariadb/conf/my.cnf']
/** Groups that the servers read, least special first (mariadb.com/kb, option groups). */
const GROUPS = ['client-server', 'server', 'mysqld', 'mariadb', 'mariadbd']

export const mysql: Product = {
  argument: ({ process }, flag) => mysqlFlagOf(process.commandLine, flag),
  load(instance, root) {
    const texts = openTexts(root)
    const byKey = new Map<string, Setting[]>()
    const only = mysqlFlagOf(instance.process.commandLine, 'defaults-file')
    const extra = mysqlFlagOf(instance.process.commandLine, 'defaults-extra-file')
    if (mysqlFlagOf(instance.process.commandLine, 'no-defaults') === undefined)
      for (const file of only ? [only] : [...FILES, ...(extra ? [extra] : [])]) readMysqlConf(texts, file, byKey)
    const isMaria = isMariadb(instance)
    const version = versionOf(instance, root, {
      variables: isMaria ? ['MARIADB_VERSION'] : ['MYSQL_VERSION', 'PS_VERSION'],
      packages: /^(mariadb-server(-core)?(-[\d.]+)?|mysql(-community)?-server(-core)?(-[\d.]+)?|mariadb)$/,
      inProgram: isMaria ? /(\d+\.\d+\.\d+)-MariaDB/ : /mysqld-(\d+\.\d+\.\d+)/,
    })

    function setting(asked: string): Reading {
      const name = asked.replace(/^mysqld\./, '').replaceAll('-', '_')
      const flag = mysqlFlagOf(instance.process.commandLine, name) ?? disabled(instance, name)
      if (flag !== undefined)
        return { kind: 'value', source: 'argument', place: `--${name.replaceAll('_', '-')}`, value: flag }
      const [problem] = texts.problems
      if (problem) return { kind: 'unreadable', ...problem }
      const found = [...GROUPS, ...(version ? [`mysqld-${version.split('.').slice(0, 2).join('.')}`] : [])].flatMap(
        (group) => byKey.get(`${group}.${name}`) ?? [],
      )
      const skipped = GROUPS.flatMap((group) => byKey.get(`${group}.skip_${name}`) ?? [])
      const last = found.at(-1)
      if (last) return { kind: 'value', source: 'file', place: last.place, value: last.value }
      if (skipped[0]) return { kind: 'value', source: 'file', place: skipped[0].place, value: 'OFF' }
      return absentIn(texts.files)
    }

    const data = setting('datadir')
    const { environment } = instance.process
    return {
      conf: setting,
      paths: { datadir: [data.kind === 'value' ? String(data.value) : '/var/lib/mysql'] },
      facts: {
        'docker-image': environment?.has('GOSU_VERSION') ?? false,
        mysql8: !isMaria && Number.parseInt(version ?? '0', 10) >= 8,
      },
      version,
      flavor: isMaria ? 'mariadb' : 'mysql',
      edition: environment?.has('PS_VERSION') ? 'percona' : '',
    }
  },
}

function disabled({ process }: MiddlewareInstance, name: string): string | undefined {
  const isOff = ['skip', 'disable'].some((word) => mysqlFlagOf(process.commandLine, `${word}_${name}`) !== undefined)
  return isOff ? 'OFF' : undefined
}

function isMariadb({ process }: MiddlewareInstance): boolean {
  return (
    /mariadbd?/.test(process.executable) ||
    /(^|\/)mariadb/.test(process.image) ||
    (process.environment?.has('MARIADB_VERSION') ?? false)
  )
}

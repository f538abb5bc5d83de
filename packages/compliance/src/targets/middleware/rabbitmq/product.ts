// rabbitmq.conf and conf.d, key = value in the order of their names (rabbitmq.com/docs/configure). What stands in advanced.config is
// Erlang: when it sets anything we ask for, the answer is that it cannot be told from the files.
import type { Reading } from '../../../engine/reading.ts'
import type { Product } from '../product.ts'
import { flagOf } from '../sources/arguments.ts'
import { absentIn, lastSetting, type Setting, valuesOf } from '../sources/settings.ts'
import { expand, openTexts, readText } from '../sources/texts.ts'
import { readProperties } from '../sources/tree.ts'
import { versionOf } from '../sources/version.ts'

export const rabbitmq: Product = {
  argument: ({ process }, flag) => flagOf(process.commandLine, flag),
  load(instance, root) {
    const { environment, commandLine } = instance.process
    const texts = openTexts(root)
    const byKey = new Map<string, Setting[]>()
    const named = quoted(flagOf(commandLine, '-conf')) ?? environment?.get('RABBITMQ_CONFIG_FILE')
    const file = named ? `${named.replace(/\.(conf|config)$/, '')}.conf` : '/etc/rabbitmq/rabbitmq.conf'
    const more = environment?.get('RABBITMQ_CONFIG_FILES') ?? '/etc/rabbitmq/conf.d'
    for (const path of [
      file,
      '/opt/bitnami/rabbitmq/etc/rabbitmq/rabbitmq.conf',
      ...expand(texts, /[*]/.test(more) ? more : `${more}/*.conf`),
    ])
      readProperties(texts, path, byKey)
    const advancedFile = environment?.get('RABBITMQ_ADVANCED_CONFIG_FILE') ?? '/etc/rabbitmq/advanced.config'
    const advanced = (readText(texts, advancedFile) ?? '').replaceAll(/%.*$/gm, '')
    const settings = { byKey, problems: texts.problems, files: texts.files.length > 0 ? texts.files : [file] }

    function conf(key: string): Reading {
      const atom = key.split('.').at(-1)?.replaceAll('*', '') ?? ''
      const first = key.split('.')[0] ?? ''
      if (
        [atom, first].some(
          (word) => word.length > 4 && new RegExp(`\\b${word.replaceAll(/\W/g, '')}\\b`).test(advanced),
        )
      )
        return { kind: 'unreadable', place: advancedFile, reason: `it sets ${first} as Erlang terms` }
      const family = /^(.*)\.\*$/.exec(key)?.[1]
      if (!family) return lastSetting(settings, key)
      const [problem] = texts.problems
      if (problem) return { kind: 'unreadable', ...problem }
      const found = [...byKey].flatMap(([name, all]) =>
        name.startsWith(`${family}.`) || name === family ? all.slice(-1) : [],
      )
      return found.length === 0 ? absentIn(settings.files) : valuesOf(found)
    }

    const home = environment?.get('HOME') ?? '/var/lib/rabbitmq'
    const plugins =
      readText(
        { ...texts, files: [], problems: [] },
        environment?.get('RABBITMQ_ENABLED_PLUGINS_FILE') ?? '/etc/rabbitmq/enabled_plugins',
      ) ?? ''
    return {
      conf,
      paths: {
        cookie: [
          `${home}/.erlang.cookie`,
          ...(home === '/var/lib/rabbitmq' ? [] : ['/var/lib/rabbitmq/.erlang.cookie']),
        ],
      },
      facts: {
        tls: [...byKey.keys()].some((key) => key.startsWith('listeners.ssl')),
        clustered: [...byKey.keys()].some((key) => key.startsWith('cluster_formation')),
        management: /rabbitmq_management\b/.test(plugins),
        mqtt: /rabbitmq_mqtt\b/.test(plugins),
        'docker-image': environment?.has('RABBITMQ_DATA_DIR') ?? false,
      },
      version: versionOf(instance, root, { variables: ['RABBITMQ_VERSION'], packages: /^rabbitmq-server$/ }),
      flavor: 'rabbitmq',
      edition: '',
    }
  },
}

/** Flags of Erlang carry quoted strings. */
function quoted(text: string | undefined): string | undefined {
  return text?.replaceAll('"', '')
}

// elasticsearch.yml and opensearch.yml; each setting may also come as -Ename=value or, in the images, from the environment
// (elastic.co/guide, settings; opensearch.org/docs, configuring).
import type { Reading } from '../../../engine/reading.ts'
import type { Product } from '../product.ts'
import { flagOf } from '../sources/arguments.ts'
import { openTexts } from '../sources/texts.ts'
import { readYamlTree, treeSetting } from '../sources/tree.ts'
import { versionOf } from '../sources/version.ts'

export const elasticsearch: Product = {
  argument: ({ process }, flag) => flagOf(process.commandLine, flag),
  load(instance, root) {
    const { commandLine, environment, image, executable } = instance.process
    const line = commandLine.join(' ')
    const isOpen = /opensearch/.test(line) || /opensearch|opendistro/.test(image)
    const name = isOpen ? 'opensearch' : 'elasticsearch'
    const home = flagOf(commandLine, isOpen ? '-Dopensearch.path.home' : '-Des.path.home') ?? `/usr/share/${name}`
    const directory = flagOf(commandLine, isOpen ? '-Dopensearch.path.conf' : '-Des.path.conf') ?? `${home}/config`
    const texts = openTexts(root)
    const tree = readYamlTree(texts, `${directory}/${name}.yml`, true)
    const security = readYamlTree({ ...texts, problems: [] }, `${directory}/opensearch-security/config.yml`)

    function conf(key: string): Reading {
      switch (key) {
        case '<security>':
          return isOpen
            ? inverse(firstOf(['plugins.security.disabled', 'DISABLE_SECURITY_PLUGIN']))
            : setting('xpack.security.enabled')
        case '<http-tls>':
          return setting(isOpen ? 'plugins.security.ssl.http.enabled' : 'xpack.security.http.ssl.enabled')
        case '<transport-tls>':
          return isOpen
            ? setting('plugins.security.ssl.transport.enforce_hostname_verification')
            : both(
                setting('xpack.security.transport.ssl.enabled'),
                setting('xpack.security.transport.ssl.verification_mode'),
              )
        default:
          return setting(key)
      }
    }

    function firstOf(keys: readonly string[]): Reading {
      const readings = keys.map(setting)
      return readings.find(({ kind }) => kind === 'value') ?? (readings[0] as Reading)
    }

    function setting(key: string): Reading {
      const flag = commandLine.findIndex((word) => word === `-E${key}` || word.startsWith(`-E${key}=`))
      if (flag > 0)
        return {
          kind: 'value',
          source: 'argument',
          place: '-E',
          value: (commandLine[flag] as string).split('=').slice(1).join('='),
        }
      const given =
        environment?.get(key) ??
        environment?.get(`ES_SETTING_${key.toUpperCase().replaceAll('_', '__').replaceAll('.', '_')}`)
      if (given !== undefined) return { kind: 'value', source: 'environment', place: key, value: given }
      if (key.startsWith('config.dynamic.')) return treeSetting(security, texts, key)
      return treeSetting(tree, texts, key)
    }

    const demo = ['kirk.pem', 'esnode.pem', 'kirk-key.pem'].map((file) => `${directory}/${file}`)
    return {
      conf,
      paths: { demo },
      facts: {
        'docker-image': environment?.has('ELASTIC_CONTAINER') ?? false,
      },
      version:
        /\/lib\/(?:elasticsearch|opensearch)-(\d+\.\d+\.\d+)/.exec(line)?.[1] ??
        jarVersion(root.list(`${home}/lib`), name) ??
        versionOf(instance, root, { packages: /^(elasticsearch|opensearch)$/ }),
      flavor: isOpen ? 'opensearch' : 'elasticsearch',
      edition: executable === '' ? '' : 'default',
    }
  },
}

function inverse(reading: Reading): Reading {
  return reading.kind === 'value' ? { ...reading, value: !/^(true|1)$/i.test(String(reading.value)) } : reading
}

/** That it is on decides when how it verifies is not said. */
function both(isOn: Reading, how: Reading): Reading {
  if (isOn.kind !== 'value' || how.kind !== 'value') return isOn
  return { ...isOn, value: [String(isOn.value), String(how.value)] }
}

function jarVersion(names: { kind: string; value?: readonly string[] }, name: string): string | undefined {
  for (const one of names.value ?? []) {
    const found = new RegExp(`^${name}-(\\d+\\.\\d+\\.\\d+)\\.jar$`).exec(one)?.[1]
    if (found) return found
  }
  return undefined
}

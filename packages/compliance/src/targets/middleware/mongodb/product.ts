// mongod.conf is YAML; each option has a flag as well (mongodb.com/docs/manual/reference/configuration-options).
import type { Reading } from '../../../engine/reading.ts'
import type { Product } from '../product.ts'
import { flagOf } from '../sources/arguments.ts'
import { openTexts } from '../sources/texts.ts'
import { readYamlTree, treeSetting } from '../sources/tree.ts'
import { versionOf } from '../sources/version.ts'

/** Flags that set an option of the file. */
const FLAGS: Readonly<Record<string, string>> = {
  'security.authorization': 'auth',
  'security.keyFile': 'keyFile',
  'security.clusterAuthMode': 'clusterAuthMode',
  'net.tls.mode': 'tlsMode',
  'net.ssl.mode': 'sslMode',
  'net.tls.allowInvalidCertificates': 'tlsAllowInvalidCertificates',
  'net.tls.disabledProtocols': 'tlsDisabledProtocols',
  'net.bindIp': 'bind_ip',
  'net.bindIpAll': 'bind_ip_all',
  'storage.dbPath': 'dbpath',
  'replication.replSetName': 'replSet',
  'auditLog.destination': 'auditDestination',
}

export const mongodb: Product = {
  argument: ({ process }, flag) => flagOf(process.commandLine, flag),
  load(instance, root) {
    const { commandLine, environment } = instance.process
    const texts = openTexts(root)
    const file = flagOf(commandLine, 'config') ?? flagOf(commandLine, 'f')
    const tree = readYamlTree(texts, file ?? '/opt/bitnami/mongodb/conf/mongodb.conf', file !== undefined)

    function setting(key: string): Reading {
      const flag = FLAGS[key]
      const given = flag ? flagOf(commandLine, flag) : parameter(commandLine, key)
      if (given !== undefined) {
        const value = flag === 'auth' ? 'enabled' : given
        return { kind: 'value', source: 'argument', place: flag ? `--${flag}` : '--setParameter', value }
      }
      if (key === 'security.javascriptEnabled' && flagOf(commandLine, 'noscripting') !== undefined)
        return { kind: 'value', source: 'argument', place: '--noscripting', value: false }
      return treeSetting(tree, texts, key)
    }

    const key = setting('security.keyFile')
    const data = setting('storage.dbPath')
    const hasAuth = isValue(setting('security.authorization'), 'enabled') || key.kind === 'value'
    return {
      conf: (asked) => {
        // A key file switches access control on (mongodb.com, security.keyFile).
        if (asked === 'security.authorization' && key.kind === 'value' && setting(asked).kind === 'absent')
          return { ...key, value: 'enabled' }
        return setting(asked)
      },
      paths: {
        keyFile: key.kind === 'value' ? [String(key.value)] : [],
        dbPath: [data.kind === 'value' ? String(data.value) : '/data/db'],
      },
      facts: {
        auth: hasAuth,
        keyfile: key.kind === 'value',
        replset: setting('replication.replSetName').kind === 'value',
        'docker-image': environment?.has('MONGO_VERSION') ?? false,
      },
      version: versionOf(instance, root, {
        variables: ['MONGO_VERSION', 'PSMDB_VERSION'],
        packages: /^(mongodb-org-server|mongodb-server(-core)?|percona-server-mongodb-server|mongodb)$/,
      }),
      flavor: 'mongodb',
      edition:
        environment?.has('PSMDB_VERSION') || /percona/.test(instance.process.image)
          ? 'percona'
          : environment?.get('MONGO_PACKAGE')?.includes('enterprise')
            ? 'enterprise'
            : 'community',
    }
  },
}

function isValue(reading: Reading, value: string): boolean {
  return reading.kind === 'value' && reading.value === value
}

/** `--setParameter name=value` */
function parameter(words: readonly string[], key: string): string | undefined {
  const name = /^setParameter\.(.*)$/.exec(key)?.[1]
  const given = name
    ? words.find((word, index) => words[index - 1] === '--setParameter' && word.startsWith(`${name}=`))
    : undefined
  return given?.slice(given.indexOf('=') + 1)
}

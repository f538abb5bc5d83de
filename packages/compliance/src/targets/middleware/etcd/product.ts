// Flags, then environment; a file given with --config-file takes the place of both (etcd.io/docs, configuration).
import type { Reading } from '../../../engine/reading.ts'
import type { Product } from '../product.ts'
import { flagOf } from '../sources/arguments.ts'
import { openTexts } from '../sources/texts.ts'
import { readYamlTree, treeSetting } from '../sources/tree.ts'
import { versionOf } from '../sources/version.ts'

/** Keys of the file that are written another way than the flag. */
const IN_FILE: Readonly<Record<string, string>> = {
  'client-cert-auth': 'client-transport-security.client-cert-auth',
  'cert-file': 'client-transport-security.cert-file',
  'key-file': 'client-transport-security.key-file',
  'trusted-ca-file': 'client-transport-security.trusted-ca-file',
  'auto-tls': 'client-transport-security.auto-tls',
  'peer-client-cert-auth': 'peer-transport-security.client-cert-auth',
  'peer-cert-file': 'peer-transport-security.cert-file',
  'peer-key-file': 'peer-transport-security.key-file',
  'peer-auto-tls': 'peer-transport-security.auto-tls',
}

export const etcd: Product = {
  argument: ({ process }, flag) => flagOf(process.commandLine, flag),
  load(instance, root) {
    const { commandLine, environment } = instance.process
    const texts = openTexts(root)
    const file = flagOf(commandLine, 'config-file') ?? environment?.get('ETCD_CONFIG_FILE')
    const tree = file ? readYamlTree(texts, file, true) : undefined

    function setting(flag: string): Reading {
      if (tree) return treeSetting(tree, texts, IN_FILE[flag] ?? flag)
      const given = flagOf(commandLine, flag)
      if (given !== undefined) return { kind: 'value', source: 'argument', place: `--${flag}`, value: given }
      const name = `ETCD_${flag.toUpperCase().replaceAll('-', '_')}`
      const variable = environment?.get(name)
      if (variable !== undefined) return { kind: 'value', source: 'environment', place: name, value: variable }
      if (environment === null) return { kind: 'unreadable', place: name, reason: 'the environment may not be read' }
      return { kind: 'absent', source: 'argument', place: `--${flag}, ${name}` }
    }

    const text = (flag: string): string | undefined => {
      const reading = setting(flag)
      return reading.kind === 'value' && reading.value !== '' ? String(reading.value) : undefined
    }
    const paths = (flag: string) => [text(flag) ?? []].flat()
    const members = (text('initial-cluster') ?? '').split(',').filter(Boolean).length
    const authority = root.head(text('trusted-ca-file') ?? '/nothing', 65536)
    const cluster = root.head('/etc/kubernetes/pki/ca.crt', 65536)
    const isKubernetes = commandLine.some((word) => word.includes('/etc/kubernetes/')) || cluster.kind === 'found'
    return {
      conf: (key) => {
        if (key !== '<own-authority>') return setting(key)
        if (authority.kind !== 'found' || cluster.kind !== 'found')
          return {
            kind: 'unreadable',
            place: '/etc/kubernetes/pki/ca.crt',
            reason: 'both certificate authorities are needed to compare them',
          }
        return {
          kind: 'value',
          source: 'file',
          place: `${text('trusted-ca-file')}, /etc/kubernetes/pki/ca.crt`,
          value: !authority.value.equals(cluster.value),
        }
      },
      paths: {
        'data-dir': [text('data-dir') ?? `${instance.process.workingDirectory}/${text('name') ?? 'default'}.etcd`],
        'key-file': paths('key-file'),
        'peer-key-file': paths('peer-key-file'),
      },
      facts: { members, kubernetes: isKubernetes, tls: text('cert-file') !== undefined },
      version: versionOf(instance, root, { variables: ['ETCD_VERSION'], packages: /^etcd(-server)?$/ }),
      flavor: 'etcd',
      edition: '',
    }
  },
}

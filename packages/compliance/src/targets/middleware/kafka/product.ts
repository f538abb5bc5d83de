// server.properties, or the environment that images turn into it: KAFKA_SUPER_USERS → super.users (kafka.apache.org/documentation).
import type { Reading } from '../../../engine/reading.ts'
import type { MiddlewareInstance } from '../process.ts'
import type { Product } from '../product.ts'
import { flagOf } from '../sources/arguments.ts'
import { absentIn, lastSetting, type Setting } from '../sources/settings.ts'
import { openTexts, resolvePath } from '../sources/texts.ts'
import { readProperties } from '../sources/tree.ts'
import { versionOf } from '../sources/version.ts'

export const kafka: Product = {
  argument: ({ process }, flag) =>
    flagOf(process.commandLine, flag) ??
    process.commandLine.find((word) => word.startsWith(`${flag}=`) || word.startsWith(`${flag}:`)),
  load(instance, root) {
    const { commandLine, environment, workingDirectory } = instance.process
    const texts = openTexts(root)
    const byKey = new Map<string, Setting[]>()
    const main = commandLine.findIndex((word) => /^(kafka\.|org\.apache\.kafka\.connect\.cli\.)/.test(word))
    const file = commandLine.slice(main + 1).find((word) => word.endsWith('.properties'))
    if (file) readProperties(texts, resolvePath(file, workingDirectory), byKey, true)
    else texts.problems.push({ place: 'server.properties', reason: 'it is not named on the command line' })
    for (let at = commandLine.indexOf('--override'); at > 0; at = commandLine.indexOf('--override', at + 1)) {
      const [key = '', ...value] = (commandLine[at + 1] ?? '').split('=')
      byKey.set(key, [...(byKey.get(key) ?? []), { value: value.join('='), place: '--override' }])
    }
    const settings = { byKey, problems: texts.problems, files: texts.files }
    const text = (key: string): string | undefined => {
      const reading = lastSetting(settings, key)
      return reading.kind === 'value' ? String(reading.value) : undefined
    }
    const protocols = listenerProtocols(
      text('listeners') ?? 'PLAINTEXT://:9092',
      text('listener.security.protocol.map'),
    )
    const controllers = new Set((text('controller.listener.names') ?? '').split(',').filter(Boolean))

    function conf(key: string): Reading {
      const [problem] = texts.problems
      if (problem) return { kind: 'unreadable', ...problem }
      if (key === '<client-protocols>') return protocolsOf([...protocols].filter(([name]) => !controllers.has(name)))
      if (key === '<controller-protocols>')
        return protocolsOf(
          [...controllers].map((name) => [
            name,
            protocols.get(name) ?? mapOf(text('listener.security.protocol.map')).get(name) ?? name,
          ]),
        )
      if (key === '<broker-protocol>') {
        const name = text('inter.broker.listener.name')
        if (name) return protocolsOf([[name, protocols.get(name) ?? name]])
        return lastSetting(settings, 'security.inter.broker.protocol')
      }
      return lastSetting(settings, key)
    }

    function protocolsOf(pairs: readonly (readonly [string, string])[]): Reading {
      if (pairs.length === 0) return absentIn(texts.files)
      return {
        kind: 'value',
        source: 'file',
        place: `${texts.files[0]}: listeners ${pairs.map(([name]) => name).join(', ')}`,
        value: pairs.map(([, protocol]) => protocol),
      }
    }

    const all = [...protocols.values()]
    return {
      conf,
      paths: {},
      facts: {
        kraft: text('process.roles') !== undefined,
        tls: all.length > 0 && all.every((one) => one === 'SSL' || one === 'SASL_SSL'),
        listener_ssl_without_sasl: all.includes('SSL'),
        jmx:
          (environment?.has('JMX_PORT') ?? false) ||
          commandLine.some((word) => word.startsWith('-Dcom.sun.management.jmxremote.port=')),
        connect: commandLine.some((word) => word.startsWith('org.apache.kafka.connect.cli.')),
      },
      version: versionOfClassPath(instance) ?? versionOf(instance, root, { variables: ['KAFKA_VERSION'] }),
      flavor: 'kafka',
      edition: environment?.has('CONFLUENT_VERSION') ? 'confluent' : '',
    }
  },
}

/** Protocol of each listener: `listeners` names them, the map says what they speak; unmapped names are protocols themselves. */
function listenerProtocols(listeners: string, map: string | undefined): Map<string, string> {
  const mapped = mapOf(map)
  const names = listeners.split(',').map((one) => one.trim().split('://', 1)[0]?.toUpperCase() ?? '')
  return new Map(names.filter(Boolean).map((name) => [name, mapped.get(name) ?? name]))
}

function mapOf(text: string | undefined): Map<string, string> {
  return new Map(
    (text ?? '').split(',').flatMap((one) => {
      const [name = '', protocol = ''] = one.trim().toUpperCase().split(':')
      return protocol ? [[name, protocol] as const] : []
    }),
  )
}

function versionOfClassPath({ process: { commandLine } }: MiddlewareInstance): string | null {
  return /\/(?:kafka_2\.\d+|connect-runtime|kafka-clients)-(\d+\.\d+\.\d+)/.exec(commandLine.join(' '))?.[1] ?? null
}

// server.xml, web.xml, context.xml, tomcat-users.xml and the applications that came with the server
// (tomcat.apache.org/tomcat-9.0-doc/config, security-howto.html).
import type { Reading } from '../../../engine/reading.ts'
import type { Product } from '../product.ts'
import { flagOf } from '../sources/arguments.ts'
import { absentIn, type Setting, valuesOf } from '../sources/settings.ts'
import { openTexts, readText, resolvePath, type Texts } from '../sources/texts.ts'
import { versionOf } from '../sources/version.ts'
import { childText, type Element, everyElement, parseXml } from './xml.ts'

interface File {
  readonly path: string
  readonly tree: Element | undefined
  readonly problems: Texts['problems']
}

const DEFAULT_NAMES = /^(tomcat|admin|manager|both|role1|root|user)$/i
const DEFAULT_PASSWORDS = /^(tomcat|admin|s3cret|secret|manager|password|changethis|changeme|root|<must-be-changed>|)$/i

export const tomcat: Product = {
  argument: ({ process }, flag) => flagOf(process.commandLine, flag) ?? prefixed(process.commandLine, flag),
  load(instance, root) {
    const { commandLine, environment } = instance.process
    const home = flagOf(commandLine, '-Dcatalina.home') ?? environment?.get('CATALINA_HOME') ?? '/usr/local/tomcat'
    const base = flagOf(commandLine, '-Dcatalina.base') ?? environment?.get('CATALINA_BASE') ?? home

    function file(path: string, isRequired: boolean): File {
      const texts = openTexts(root)
      const text = readText(texts, path, isRequired)
      const tree = text === undefined ? undefined : parseXml(text)
      if (text !== undefined && !tree) texts.problems.push({ place: path, reason: 'it is no XML that can be read' })
      return { path, tree, problems: texts.problems }
    }

    const given = commandLine.indexOf('-config')
    const files = {
      server: file(resolvePath(given > 0 ? (commandLine[given + 1] ?? '') : 'conf/server.xml', base), true),
      web: file(`${base}/conf/web.xml`, true),
      context: file(`${base}/conf/context.xml`, false),
      users: file(`${base}/conf/tomcat-users.xml`, false),
    }
    const applications = root.list(`${base}/webapps`)
    const descriptors = root.glob(`${base}/conf/*/*/*.xml`)
    const deployed = descriptors.kind === 'found' ? descriptors.value : []

    function application(name: string): Reading {
      if (applications.kind === 'unreadable')
        return { kind: 'unreadable', place: `${base}/webapps`, reason: applications.reason }
      const isThere =
        (applications.kind === 'found' && applications.value.some((one) => one === name || one === `${name}.war`)) ||
        deployed.some((one) => one.endsWith(`/${name}.xml`))
      const place = `${base}/webapps/${name}`
      if (!isThere) return { kind: 'value', source: 'file', place, value: 'absent' }
      const text = root.read(`${place}/META-INF/context.xml`)
      if (text.kind === 'unreadable') return { kind: 'unreadable', place, reason: text.reason }
      const valves = text.kind === 'found' ? [...everyElement(parseXml(text.value) ?? NOTHING, 'Valve')] : []
      const isLimited = valves.some(
        ({ attributes }) =>
          /RemoteAddrValve|RemoteCIDRValve/.test(attributes.className ?? '') && isLoopbackOnly(attributes.allow ?? ''),
      )
      return { kind: 'value', source: 'file', place, value: isLimited ? 'loopback' : 'present' }
    }

    function conf(key: string): Reading {
      const [kind = '', name = ''] = key.split('/')
      if (kind === 'webapps') return application(name)
      const one = files[kind as keyof typeof files]
      const [problem] = one.problems
      if (problem) return { kind: 'unreadable', ...problem }
      if (!one.tree) return absentIn([one.path])
      const found = answers(kind, name, one.tree, one.path)
      return found.length === 0 ? absentIn([one.path]) : valuesOf(found)
    }

    const connectors = [...everyElement(files.server.tree ?? NOTHING, 'Connector')]
    return {
      conf,
      paths: {},
      facts: {
        tls: connectors.some(({ attributes }) => attributes.SSLEnabled === 'true'),
        jmx_port: commandLine.some((word) => word.startsWith('-Dcom.sun.management.jmxremote.port=')),
      },
      version:
        versionOf(instance, root, { variables: ['TOMCAT_VERSION'], packages: /^tomcat\d+$/ }) ??
        releaseOf(root.head(`${home}/RELEASE-NOTES`, 4096)),
      flavor: 'tomcat',
      edition: '',
    }
  },
}

const NOTHING: Element = { name: '', attributes: {}, inside: [], text: '', line: 0 }

function answers(file: string, key: string, tree: Element, path: string): Setting[] {
  const elements = (name: string) => [...everyElement(tree, name)]
  const settings = (found: readonly Element[], value: (one: Element) => string | undefined): Setting[] =>
    found.flatMap((one) => {
      const text = value(one)
      return text === undefined ? [] : [{ value: text, place: `${path}:${one.line}` }]
    })
  const attribute = /^(\w+)@(\w+)$/.exec(key)
  if (key === 'ajp') {
    const ajp = elements('Connector').filter(({ attributes }) => /AJP/i.test(attributes.protocol ?? ''))
    return ajp.length === 0
      ? [{ value: 'absent', place: path }]
      : settings(
          ajp,
          ({ attributes }) =>
            attributes.secretRequired ?? (attributes.secret || attributes.requiredSecret ? 'true' : undefined),
        )
  }
  if (key === 'accounts')
    return settings(elements('user'), ({ attributes }) => {
      const name = attributes.username ?? attributes.name ?? ''
      const password = attributes.password ?? ''
      const isDefault = DEFAULT_PASSWORDS.test(password) || (DEFAULT_NAMES.test(name) && name === password)
      return `${name}: ${isDefault ? 'a well-known password' : 'a password of its own'}`
    })
  if (key.startsWith('default-servlet.')) {
    const servlet = elements('servlet').find((one) => childText(one, 'servlet-name') === 'default')
    const parameters = servlet?.inside.filter(({ name }) => name === 'init-param') ?? []
    return settings(
      parameters.filter((one) => childText(one, 'param-name') === key.slice('default-servlet.'.length)),
      (one) => childText(one, 'param-value'),
    )
  }
  if (key === 'error-valve') {
    const valves = elements('Valve').filter(({ attributes }) => /ErrorReportValve/.test(attributes.className ?? ''))
    return settings(valves, ({ attributes }) =>
      attributes.showServerInfo === 'false' && attributes.showReport === 'false' ? 'false' : 'true',
    )
  }
  if (key === 'context.trust')
    return settings(
      [...elements('Context'), ...elements('Resources')],
      ({ attributes }) => attributes.privileged ?? attributes.allowLinking,
    )
  if (key === 'tls.protocols')
    return settings(
      [
        ...elements('SSLHostConfig'),
        ...elements('Connector').filter(({ attributes }) => attributes.SSLEnabled === 'true'),
      ],
      ({ attributes }) => attributes.protocols ?? attributes.sslEnabledProtocols ?? attributes.sslProtocol,
    )
  if (key.startsWith('class:'))
    return settings(
      [...elements('Valve'), ...elements('Realm')].filter(({ attributes }) =>
        attributes.className?.endsWith(key.slice(6)),
      ),
      ({ attributes }) => attributes.className,
    )
  if (!attribute) throw new Error(`nothing is known of ${file}/${key}`)
  const [, element = '', name = ''] = attribute
  return settings(elements(element), ({ attributes }) => attributes[name])
}

/** `-agentlib:jdwp=transport=…` */
function prefixed(words: readonly string[], flag: string): string | undefined {
  return words.find((word) => word === flag || word.startsWith(`${flag}=`) || word.startsWith(`${flag}:`))
}

function isLoopbackOnly(allow: string): boolean {
  return (
    allow !== '' &&
    allow.split(/[|,]/).every((one) => /^(127|::1|0:0:0:0:0:0:0:1|\\d|\d|[\\.+*[\]])+/.test(one) && /127|:1/.test(one))
  )
}

function releaseOf(text: { kind: string; value?: Buffer }): string | null {
  return /Apache Tomcat Version (\d+\.\d+\.\d+)/.exec(text.value?.toString('latin1') ?? '')?.[1] ?? null
}

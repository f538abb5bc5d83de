import type { Reading } from '../../../engine/reading.ts'
import type { Product } from '../product.ts'
import { absentIn, placesOf, type Setting, valuesOf } from '../sources/settings.ts'
import { directoryOf, openTexts, readText, resolvePath } from '../sources/texts.ts'
import { versionOf } from '../sources/version.ts'
import { type ApacheDirective, readApache } from './parse.ts'

const CONF = [
  '/usr/local/apache2/conf/httpd.conf',
  '/etc/apache2/apache2.conf',
  '/etc/httpd/conf/httpd.conf',
  '/opt/bitnami/apache/conf/httpd.conf',
  '/etc/apache2/httpd.conf',
]

export const apacheHttpd: Product = {
  argument: ({ process: { commandLine } }, flag) => {
    const at = commandLine.indexOf(flag)
    return at < 0 ? undefined : commandLine[at + 1]
  },
  load(instance, root) {
    const { commandLine, environment } = instance.process
    const base = valueAfter(commandLine, '-d')
    const named = valueAfter(commandLine, '-f')
    const path = named
      ? resolvePath(named, base ?? '/usr/local/apache2')
      : (CONF.find((one) => root.stat(one).kind !== 'absent') ?? (CONF[0] as string))
    const texts = openTexts(root)
    const defined = new Map<string, string>(environment ?? [])
    for (const [name, value] of exported(readText({ ...texts, files: [] }, `${directoryOf(path)}/envvars`) ?? ''))
      defined.set(name, value)
    const state = {
      base: base ?? directoryOf(path).replace(/\/conf$/, ''),
      defined,
      sections: [],
      found: [] as ApacheDirective[],
    }
    readApache(texts, path, state)
    const version = versionOf(instance, root, {
      variables: ['HTTPD_VERSION'],
      inProgram: /Apache\/(\d+\.\d+\.\d+)/,
      packages: /^(apache2-bin|apache2|httpd)$/,
    })

    function conf(key: string): Reading {
      const [problem] = texts.problems
      if (problem) return { kind: 'unreadable', ...problem }
      if (key === '<open-status>') {
        const open = openStatusPages(state.found)
        return {
          kind: 'value',
          source: 'file',
          place: placesOf(open) || texts.files.slice(0, 8).join(', '),
          value: open.map(({ value }) => value),
        }
      }
      const found = select(key, state.found)
      return found.length === 0 ? absentIn(texts.files) : valuesOf(found)
    }

    return {
      conf,
      paths: {},
      facts: {
        tls: state.found.some(({ name, value }) => name === 'sslengine' && /^on$/i.test(value)),
        proxy: conf('**.ProxyPass').kind === 'value',
      },
      version,
      flavor: 'httpd',
      edition: '',
    }
  },
}

/** `Name` outside of content sections (the last counts), `**.Name` everywhere, `<Directory />.Name` in one section. */
function select(key: string, all: readonly ApacheDirective[]): Setting[] {
  const [, section, rest = key] = /^<([^>]*)>\.(.*)$/.exec(key) ?? []
  const name = rest.replace(/^\*\*\./, '').toLowerCase()
  const named = all.filter((one) => one.name === name)
  if (section !== undefined) return named.filter(({ sections }) => sections.at(-1) === section.toLowerCase()).slice(-1)
  // SSLProtocol and its like count for each virtual host; modules are a list; of the rest the last counts.
  if (rest.startsWith('**.') || name === 'loadmodule' || name === 'customlog') return named
  return named
    .filter(({ sections }) => sections.length === 0 || sections.every((one) => one.startsWith('virtualhost')))
    .slice(-1)
}

/** Pages of the server's own state that nothing in their section closes. */
function openStatusPages(all: readonly ApacheDirective[]): Setting[] {
  return all.flatMap(({ name, value, sections, place }) => {
    if (name !== 'sethandler' || !/^server-(status|info)$/.test(value)) return []
    const rules = all.filter((one) => one.name === 'require' && one.sections.join() === sections.join())
    return rules.length > 0 && rules.every((one) => !/^all\s+granted$/i.test(one.value)) ? [] : [{ value, place }]
  })
}

function valueAfter(words: readonly string[], flag: string): string | undefined {
  const at = words.indexOf(flag)
  return at < 0 ? undefined : words[at + 1]
}

/** `export APACHE_RUN_USER=www-data` in Debian's envvars. */
function exported(text: string): [string, string][] {
  return [...text.matchAll(/^\s*(?:export\s+)?([A-Z_]+)=["']?([^"'\s$]*)/gm)].map(([, name = '', value = '']) => [
    name,
    value,
  ])
}

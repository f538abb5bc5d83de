import type { Reading } from '../../../engine/reading.ts'
import type { MiddlewareInstance } from '../process.ts'
import type { Loaded, Product } from '../product.ts'
import { absentIn, type Setting, valuesOf } from '../sources/settings.ts'
import { directoryOf, openTexts, resolvePath, type Texts } from '../sources/texts.ts'
import { versionOf } from '../sources/version.ts'
import { aliasTraversals, decodedAddresses, isTls, openStatusPages, tlsServersWithout } from './findings.ts'
import { everyDirective, type Located, readNginx } from './parse.ts'

const CONF = [
  '/etc/nginx/nginx.conf',
  '/usr/local/openresty/nginx/conf/nginx.conf',
  '/opt/bitnami/nginx/conf/nginx.conf',
  '/usr/local/nginx/conf/nginx.conf',
]

export const nginx: Product = {
  argument: (instance, flag) => (flag.startsWith('-') ? short(wordsOf(instance), flag) : undefined),
  load(instance, root): Loaded {
    const words = wordsOf(instance)
    const texts = openTexts(root)
    const prefix = short(words, '-p')
    const named = short(words, '-c')
    const path = named
      ? resolvePath(named, prefix ?? '/etc/nginx')
      : (CONF.find((one) => root.stat(one).kind !== 'absent') ?? (CONF[0] as string))
    const tree = [...readNginx(texts, path, directoryOf(path)), ...readInline(short(words, '-g'))]
    const all = [...everyDirective(tree)]
    const keys = valuesNamed(all, 'ssl_certificate_key')
      .map(({ value }) => value)
      .filter((one) => !one.includes('$'))
    return {
      conf: (key) => conf(key, all, texts, tree),
      paths: { ssl_certificate_key: keys.map((one) => resolvePath(one, directoryOf(path))) },
      facts: {
        tls: all.some(({ directive }) => directive.name === 'server' && isTls(directive)),
        proxy_pass_https: valuesNamed(all, 'proxy_pass').some(({ value }) => value.startsWith('https:')),
      },
      version: versionOf(instance, root, {
        variables: ['NGINX_VERSION'],
        packages: /^(nginx(-light|-core|-full|-extras)?|openresty)$/,
        inProgram: /(?:nginx|openresty)\/(\d+\.\d+\.\d+)/,
      }),
      flavor: /openresty/.test(instance.process.executable) ? 'openresty' : 'nginx',
      edition: '',
    }
  },
}

/** The first process writes its command line into its title: `nginx: master process nginx -c /etc/nginx/nginx.conf`. */
function wordsOf({ process: { commandLine } }: MiddlewareInstance): readonly string[] {
  const title = /^nginx: master process (.*)$/.exec(commandLine[0] ?? '')
  return title ? (title[1] as string).trim().split(/\s+/) : commandLine
}

function short(words: readonly string[], flag: string): string | undefined {
  const at = words.indexOf(flag)
  return at < 0 ? undefined : flag === '-g' ? words.slice(at + 1).join(' ') : words[at + 1]
}

function readInline(text: string | undefined): { name: string; words: string[]; place: string; inside: null }[] {
  return (text ?? '').split(';').flatMap((one) => {
    const [name, ...words] = one.trim().split(/\s+/)
    return name ? [{ name, words, place: '-g', inside: null }] : []
  })
}

/** `KEY` at the top, `http.KEY`, `**.KEY` anywhere; names in angle brackets are findings over several directives. */
function conf(
  key: string,
  all: readonly Located[],
  { problems, files }: Texts,
  tree: Parameters<typeof tlsServersWithout>[1],
): Reading {
  const [problem] = problems
  if (problem) return { kind: 'unreadable', ...problem }
  if (key.startsWith('<')) {
    const found = findings(key, all, tree)
    return found.length > 0
      ? valuesOf(found)
      : { kind: 'value', source: 'file', place: files.slice(0, 8).join(', '), value: [] }
  }
  const name = key.slice(key.lastIndexOf('.') + 1)
  const where = key.startsWith('**.') ? undefined : key.split('.').slice(0, -1)
  const chosen = where
    ? all.filter(({ contexts }) => contexts.map((one) => one.name).join('.') === where.join('.'))
    : all
  const found = valuesNamed(chosen, name)
  return found.length === 0 ? absentIn(files) : valuesOf(found)
}

function findings(key: string, all: readonly Located[], tree: Parameters<typeof tlsServersWithout>[1]): Setting[] {
  switch (key) {
    case '<alias-traversal>':
      return aliasTraversals(all)
    case '<decoded-address>':
      return decodedAddresses(all)
    case '<open-status>':
      return openStatusPages(all)
    case '<tls-without-hsts>':
      return tlsServersWithout('strict-transport-security', tree)
    default:
      throw new Error(`nothing is known of ${key}`)
  }
}

function valuesNamed(all: readonly Located[], name: string): Setting[] {
  return all.flatMap(({ directive }) =>
    directive.name === name ? [{ value: directive.words.join(' '), place: directive.place }] : [],
  )
}

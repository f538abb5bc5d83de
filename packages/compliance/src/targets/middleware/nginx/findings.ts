// Mistakes of nginx configurations that no single directive shows (nginx.org/en/docs; the classes are those of public checklists).
import type { Setting } from '../sources/settings.ts'
import { type Directive, everyDirective, type Located } from './parse.ts'

/** `location /files { alias /data/; }`: /files../ leaves the directory. */
export function aliasTraversals(all: readonly Located[]): Setting[] {
  return all.flatMap(({ directive: { name, words, place }, contexts }) => {
    const location = contexts.at(-1)
    if (name !== 'alias' || location?.name !== 'location' || !words[0]?.endsWith('/')) return []
    const [modifier = '', path = modifier] = location.words
    const isPrefix = location.words.length === 1 || modifier === '^~'
    return isPrefix && !path.endsWith('/') ? [{ value: `location ${path}`, place }] : []
  })
}

/** The decoded address in a header or a redirect: a line break in it begins a header of the attacker's. */
export function decodedAddresses(all: readonly Located[]): Setting[] {
  const carriers = new Set(['return', 'rewrite', 'add_header', 'proxy_set_header'])
  return all.flatMap(({ directive: { name, words, place } }) => {
    const text = words.join(' ')
    if (!carriers.has(name) || !/\$\{?(uri|document_uri)\b/.test(text)) return []
    // An inner rewrite stays inside; only one that answers the client carries a header.
    if (name === 'rewrite' && !/(^|\s)(redirect|permanent)$|\shttps?:/.test(text)) return []
    return [{ value: `${name} ${text}`, place }]
  })
}

export function openStatusPages(all: readonly Located[]): Setting[] {
  return all.flatMap(({ directive, contexts }) => {
    if (directive.name !== 'stub_status') return []
    const rules = contexts
      .flatMap(({ inside }) => inside ?? [])
      .filter(({ name }) => name === 'deny' || name === 'auth_basic' || name === 'auth_request')
    const isClosed = rules.some(({ name, words }) => name !== 'deny' || words[0] === 'all')
    return isClosed ? [] : [{ value: 'stub_status', place: directive.place }]
  })
}

/** Servers that answer TLS, and those of them that do not send the header. */
export function tlsServersWithout(header: string, tree: readonly Directive[]): Setting[] {
  return [...everyDirective(tree)].flatMap(({ directive, contexts }) => {
    if (directive.name !== 'server' || !directive.inside || !isTls(directive)) return []
    const near = [...everyDirective(directive.inside)].map((one) => one.directive)
    const around = contexts.flatMap(({ inside }) => inside ?? [])
    const own = directive.inside.filter(({ name }) => name === 'add_header')
    const sent = own.length > 0 ? near : [...near, ...around]
    return sent.some(
      ({ name, words }) =>
        name === 'add_header' && words[0]?.toLowerCase() === header && /max-age=[1-9]\d{6,}/.test(words[1] ?? ''),
    )
      ? []
      : [{ value: `no ${header}`, place: directive.place }]
  })
}

export function isTls({ inside }: Directive): boolean {
  return (inside ?? []).some(
    ({ name, words }) => (name === 'listen' && words.includes('ssl')) || (name === 'ssl' && words[0] === 'on'),
  )
}

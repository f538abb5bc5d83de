import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseChallenges } from './challenge.ts'
import { endpointsOf } from './endpoint.ts'
import { formatReference, type ImageReference, parseReference } from './reference.ts'

const digest = `sha256:${'a'.repeat(64)}`

describe('names of images', () => {
  test.each([
    ['alpine', 'docker.io/library/alpine:latest'],
    ['alpine:3.18', 'docker.io/library/alpine:3.18'],
    ['grafana/grafana', 'docker.io/grafana/grafana:latest'],
    ['index.docker.io/grafana/grafana', 'docker.io/grafana/grafana:latest'],
    ['docker.io/alpine', 'docker.io/library/alpine:latest'],
    ['ghcr.io/x/y', 'ghcr.io/x/y:latest'],
    ['Example.TEST:5000/a/b:1', 'example.test:5000/a/b:1'],
    ['localhost/a', 'localhost/a:latest'],
    ['[::1]:5000/a', '[::1]:5000/a:latest'],
    [`a@${digest}`, `docker.io/library/a@${digest}`],
    [`a:1@${digest}`, `docker.io/library/a:1@${digest}`],
  ])('%s is %s', (text, full) => {
    const reference = parseReference(text) as ImageReference
    expect(formatReference(reference)).toBe(full)
    expect(parseReference(full)).toEqual(reference)
  })

  test.each([
    '',
    ':1',
    'A',
    'a//b',
    'a/',
    '/a',
    'a/../b',
    'a:',
    'a:-x',
    'a:b:c',
    'a@sha256:12',
    `a@${digest}@${digest}`,
    'user:pass@host/a',
    'example.test/a?b',
    'example.test/a#b',
    'example.test/a b',
    'exa mple.test/a',
    'example.test\\@evil/a',
    'a'.repeat(600),
  ])('%j is none', (text) => {
    expect(parseReference(text)).toBeUndefined()
  })

  test('whatever is accepted names its own host and path in an address, and nothing else', () => {
    const text = fc.stringMatching(/^[a-z0-9.:/@_\-[\]?#% ]{1,40}$/)
    fc.assert(
      fc.property(text, (name) => {
        const reference = parseReference(name)
        if (!reference) return true
        const url = new URL(`https://${reference.registry}/v2/${reference.repository}/manifests/x`)
        return url.pathname === `/v2/${reference.repository}/manifests/x` && url.username === '' && url.search === ''
      }),
    )
  })
})

describe('challenges', () => {
  test.each([
    ['Basic realm="a \\"b\\""', [{ scheme: 'basic', parameters: { realm: 'a "b"' } }]],
    [
      'Bearer realm="https://a/t",service="s",scope="x:y:pull,push", Basic realm=b',
      [
        { scheme: 'bearer', parameters: { realm: 'https://a/t', service: 's', scope: 'x:y:pull,push' } },
        { scheme: 'basic', parameters: { realm: 'b' } },
      ],
    ],
    [
      'Negotiate, Basic',
      [
        { scheme: 'negotiate', parameters: {} },
        { scheme: 'basic', parameters: {} },
      ],
    ],
    ['', []],
    ['"', []],
  ])('%s', (header, expected) => {
    expect(parseChallenges(header)).toEqual(expected)
  })

  test('any text ends, and gives no more than it holds', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary-ascii', maxLength: 200 }), (header) => {
        return parseChallenges(header).length <= header.length
      }),
    )
  })
})

test.each(['', '=', 'a=', 'https://mirror', 'a b', 'mirror:port'])('%j is no mirror', (mirror) => {
  const endpoints = endpointsOf(parseReference('alpine') as ImageReference, { mirrors: [mirror] })
  expect(!endpoints.ok && endpoints.error.code).toBe('USAGE')
})

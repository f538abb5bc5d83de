import { expect, test } from 'vitest'
import { lockReader, purlIn } from '../../lock-file/testing.ts'
import { extractor } from './index.ts'

const read = lockReader(extractor, 'pom.xml')

function pom(inside: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>${inside}</project>`
}
function dependency(group: string, artifact: string, version?: string, more = ''): string {
  return `<dependency><groupId>${group}</groupId><artifactId>${artifact}</artifactId>${version === undefined ? '' : `<version>${version}</version>`}${more}</dependency>`
}

/** ${name} */
function set(name: string): string {
  return `\${${name}}`
}

test('versions of the dependency, of properties, of the project, of dependencyManagement', () => {
  const text = pom(`<groupId>own</groupId><artifactId>app</artifactId><version>9.0</version>
    <properties><x.version>\${y}</x.version><y>2.0</y></properties>
    <dependencyManagement><dependencies>
      ${dependency('g', 'managed', '3.0')}
      ${dependency('g', 'unused', '3.1')}
      ${dependency('g', 'list', '3.2', '<type>pom</type><scope>import</scope>')}
    </dependencies></dependencyManagement>
    <dependencies>
      ${dependency('g', 'plain', ' 1.0 ', '<scope>test</scope><exclusions><exclusion><groupId>z</groupId><artifactId>z</artifactId></exclusion></exclusions>')}
      ${dependency('g', 'property', set('x.version'))}
      ${dependency(set('project.groupId'), 'sibling', set('project.version'))}
      ${dependency('g', 'managed')}
      ${dependency('g', 'exact', '[4.0]')}
    </dependencies>
    <build><plugins><plugin><groupId>p</groupId><artifactId>p</artifactId><version>1</version><dependencies>${dependency('p', 'q', '1')}</dependencies></plugin></plugins></build>
    <profiles><profile><id>it</id><properties><y>2.1</y></properties><dependencies>${dependency('g', 'profiled', set('y'))}</dependencies></profile></profiles>`)
  expect(read(text)).toEqual({
    packages: ['g:plain 1.0', 'g:property 2.0', 'own:sibling 9.0', 'g:managed 3.0', 'g:exact 4.0', 'g:profiled 2.1'],
    problems: [],
  })
})

test('what other files tell is left open, never guessed', () => {
  const text =
    pom(`<parent><groupId>own</groupId><artifactId>parent</artifactId><version>7.0</version></parent><dependencies>
    ${dependency('g', 'bare')}
    ${dependency('g', 'unset', set('elsewhere'))}
    ${dependency('g', 'range', '[1.0,2.0)')}
    ${dependency('g', 'latest', 'LATEST')}
    ${dependency(set('elsewhere'), 'a', '1')}
    ${dependency('own', 'sibling', set('project.parent.version'))}
  </dependencies>`)
  expect(read(text)).toEqual({
    packages: ['own:sibling 7.0'],
    problems: [
      'Its parent is another file; dependencies that come from there were not seen.',
      'Left out for a version that this file does not tell: g:bare.',
      'Left out for a version made of properties that this file does not set: g:unset.',
      'Left out for a range of versions: g:range, g:latest.',
      `Left out for a name that this file does not tell: ${set('elsewhere')}:a.`,
    ],
  })
})

test('hostile: document types, entities, nesting, circles and growth of properties, other documents, cut short', () => {
  const doctype =
    '<!DOCTYPE project [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;"><!ENTITY x SYSTEM "file:///etc/passwd">]>'
  expect(read(`${doctype}<project>&x;</project>`)).toEqual({
    packages: [],
    problems: ['The file has a document type, which is not read.'],
  })
  expect(read(pom('<name>&undeclared;</name>')).problems).toEqual(['The file is not well-formed XML.'])
  expect(read('<a>'.repeat(100_000)).problems[0]).toBe('The file is nested too deep.')
  expect(read('<html/>').problems).toEqual(['The file is no project of Maven.'])
  const circle = pom(
    `<properties><a>\${b}</a><b>\${a}</b></properties><dependencies>${dependency('g', 'a', set('a'))}</dependencies>`,
  )
  expect(read(circle).packages).toEqual([])
  const doubling = Array.from({ length: 60 }, (_, at) => `<p${at + 1}>\${p${at}}\${p${at}}</p${at + 1}>`).join('')
  const growth = pom(
    `<properties><p0>x</p0>${doubling}</properties><dependencies>${dependency('g', 'a', set('p60'))}</dependencies>`,
  )
  expect(read(growth)).toEqual({
    packages: [],
    problems: ['Left out for a version made of properties that this file does not set: g:a.'],
  })
  expect(read(pom(`<dependencies>${dependency('g', 'a', '1.0')}<dependency>`).slice(0, -10))).toEqual({
    packages: ['g:a 1.0'],
    problems: ['The file is not well-formed XML.'],
  })
  const profile = `<profile><dependencies>${dependency('g', 'a', '1')}</dependencies></profile>`
  expect(read(pom(`<profiles>${profile.repeat(101)}</profiles>`)).problems).toEqual([
    'It has more than 100 profiles with dependencies.',
  ])
  const proto = pom(
    `<properties><__proto__>1</__proto__></properties><dependencies>${dependency('g', '__proto__', set('__proto__'))}${dependency('g', 'b', set('constructor'))}</dependencies>`,
  )
  expect(read(proto).packages).toEqual(['g:__proto__ 1'])
})

test('package URL', () => {
  const text = pom(`<dependencies>${dependency('org.apache.x', 'x-core', '2.0')}</dependencies>`)
  expect(purlIn(extractor, 'pom.xml', text)).toBe('pkg:maven/org.apache.x/x-core@2.0')
})

import { expect, test } from 'vitest'
import { lockReader, purlIn } from '../../lock-file/testing.ts'
import { extractor } from './index.ts'

const read = lockReader(extractor, 'src/packages.lock.json')
const readConfig = lockReader(extractor, 'src/packages.config')

test('packages.lock.json: all frameworks, other projects left out', () => {
  const lock = {
    version: 1,
    dependencies: {
      'net8.0': {
        'Newtonsoft.Json': { type: 'Direct', requested: '[13.0.1, )', resolved: '13.0.1', contentHash: 'x' },
        'System.Buffers': { type: 'Transitive', resolved: '4.5.1' },
        other: { type: 'Project', dependencies: {} },
      },
      'net6.0': { 'System.Buffers': { type: 'Transitive', resolved: '4.5.0' }, open: { type: 'Direct' } },
    },
  }
  expect(read(JSON.stringify(lock))).toEqual({
    packages: ['Newtonsoft.Json 13.0.1', 'System.Buffers 4.5.1', 'System.Buffers 4.5.0'],
    problems: ['Left out for no version: open.'],
  })
})

test('packages.config', () => {
  const text = `\ufeff<?xml version="1.0" encoding="utf-8"?>
<packages>
  <package id="jQuery" version="3.1.1" targetFramework="net46" />
  <package id="NLog" version="4.3.10" allowedVersions="[4,5)" developmentDependency="true"/>
</packages>`
  expect(readConfig(text)).toEqual({ packages: ['jQuery 3.1.1', 'NLog 4.3.10'], problems: [] })
})

test('hostile: other documents, keys of prototypes, document types, cut short', () => {
  expect(read('{"dependencies":[]}').problems).toEqual(['The file is no lock file of NuGet.'])
  expect(read('{"dependencies":{"net8.0":{"__proto__":{"resolved":"1"},"a":{"__proto__":{"resolved":"1"}}}}}')).toEqual(
    {
      packages: [],
      problems: ['Left out for no version: a.'],
    },
  )
  expect(
    readConfig('<!DOCTYPE packages [<!ENTITY a "b">]><packages><package id="&a;" version="1"/></packages>').problems,
  ).toEqual(['The file has a document type, which is not read.'])
  expect(readConfig('<packages><package id="a" version="1.0"/><package id=')).toEqual({
    packages: ['a 1.0'],
    problems: ['The file is not well-formed XML.'],
  })
  expect(readConfig('<packages><package/></packages>').problems).toEqual(['An entry has no usable name.'])
})

test('package URL', () => {
  expect(purlIn(extractor, 'packages.config', '<packages><package id="NLog" version="4.3.10"/></packages>')).toBe(
    'pkg:nuget/NLog@4.3.10',
  )
})

import { expect, test } from 'vitest'
import { lockReader, purlIn } from '../../lock-file/testing.ts'
import { extractor } from './index.ts'

const read = lockReader(extractor, 'conan.lock')

test('conan 2: lists of references', () => {
  const lock = {
    version: '0.5',
    requires: ['zlib/1.2.11#ffa77daf#1.0%1657599231.7', 'own/1.0@user/channel#0', 'cci/cci.20240101'],
    build_requires: ['cmake/3.22.6#0%1'],
    python_requires: ['tool/2.0'],
    config_requires: [],
  }
  expect(read(JSON.stringify(lock))).toEqual({
    packages: ['zlib 1.2.11', 'own 1.0', 'cci cci.20240101', 'cmake 3.22.6', 'tool 2.0'],
    problems: [],
  })
})

test('conan 1: nodes of a graph; the project is left out', () => {
  const nodes = {
    0: { ref: 'app/1.0', path: 'conanfile.py', requires: ['1'], context: 'host' },
    1: { ref: 'poco/1.9.4#0', package_id: 'x', requires: ['2'], build_requires: ['3'] },
    2: { pref: 'openssl/1.1.1q@_/_#0:x#0' },
    3: { ref: 'cmake/3.22.6', python_requires: ['tool/2.0#0'], context: 'build' },
    4: { options: '' },
    5: { pref: 'old/0.3:2ce08bf7' },
  }
  expect(read(JSON.stringify({ graph_lock: { nodes, revisions_enabled: true }, version: '0.4' }))).toEqual({
    packages: ['poco 1.9.4', 'openssl 1.1.1q', 'tool 2.0', 'cmake 3.22.6', 'old 0.3'],
    problems: [],
  })
})

test('hostile: other documents, wrong kinds, keys of prototypes', () => {
  expect(read('{}').problems).toEqual(['The file is no lock file of conan.'])
  expect(read('{"requires":["a","a/b/c",1,null]}')).toEqual({
    packages: [],
    problems: ['An entry is no reference of conan.'],
  })
  expect(read('{"graph_lock":{"nodes":{"1":{"__proto__":{"ref":"a/1"}}}}}').packages).toEqual([])
  expect(read('{"requires":[').problems).toEqual(['The lock file is not JSON.'])
})

test('package URL: a user needs a channel', () => {
  const purl = (reference: string) => purlIn(extractor, 'conan.lock', JSON.stringify({ requires: [reference] }))
  expect(purl('zlib/1.2.11#0')).toBe('pkg:conan/zlib@1.2.11')
  expect(purl('own/1.0@user/stable')).toBe('pkg:conan/user/own@1.0?channel=stable')
  expect(purl('own/1.0@user')).toBe('pkg:conan/own@1.0')
})

import { expect, test } from 'vitest'
import { lockReader, purlIn } from '../../lock-file/testing.ts'
import { extractor } from './index.ts'

const read = lockReader(extractor, 'Pipfile.lock')

test('all groups; commits of repositories; folders are left out', () => {
  const lock = {
    _meta: { hash: { sha256: '0' }, 'pipfile-spec': 6 },
    default: {
      requests: { hashes: ['sha256:0'], index: 'pypi', markers: "python_version >= '3.7'", version: '==2.31.0' },
      g: { git: 'https://example.com/g.git', ref: '0123456789abcdef0123456789abcdef01234567' },
      own: { editable: true, path: '.' },
      web: { file: 'https://example.com/web.zip' },
    },
    develop: { pytest: { version: '==7.4.0' }, any: { version: '*' } },
    docs: { sphinx: { version: '==7.0.0' } },
  }
  expect(read(JSON.stringify(lock))).toEqual({
    packages: ['requests 2.31.0', 'g 0123456789abcdef0123456789abcdef01234567', 'pytest 7.4.0', 'sphinx 7.0.0'],
    problems: ['Left out for no version: web.', 'Left out for no pinned version: any.'],
  })
})

test('hostile: other documents, wrong kinds, keys of prototypes', () => {
  expect(read('[]').problems).toEqual(['The file is no lock file of pipenv.'])
  expect(read('{"_meta":{},"default":{"__proto__":{"version":"==1"},"a":{"__proto__":{"version":"==1"}}}}')).toEqual({
    packages: [],
    problems: ['Left out for no version: a.'],
  })
  expect(read('{"_meta":{},"default":{').problems).toEqual(['The lock file is not JSON.'])
})

test('package URL', () => {
  expect(purlIn(extractor, 'Pipfile.lock', '{"_meta":{},"default":{"A_b":{"version":"==1.0"}}}')).toBe(
    'pkg:pypi/a-b@1.0',
  )
})

import { expect, test } from 'vitest'
import { readWith } from '../../testing/read-file.ts'
import { extractor } from './index.ts'

const parse = (value: unknown) => readWith(extractor, 'app/web.deps.json', JSON.stringify(value))

test('packages and the runtime, not the project', () => {
  const { packages, problems } = parse({
    runtimeTarget: { name: '.NETCoreApp,Version=v8.0/linux-x64' },
    libraries: {
      'Web/1.0.0': { type: 'project', serviceable: false },
      'Newtonsoft.Json/13.0.3': { type: 'package', path: 'newtonsoft.json/13.0.3' },
      'runtimepack.Microsoft.NETCore.App.Runtime.linux-x64/8.0.1': { type: 'runtimepack' },
      'System.Reference/1': { type: 'reference' },
    },
  })
  expect(problems).toEqual([])
  expect(packages.map((found) => extractor.purl(found, null))).toEqual([
    'pkg:nuget/Newtonsoft.Json@13.0.3',
    'pkg:nuget/Microsoft.NETCore.App.Runtime.linux-x64@8.0.1',
  ])
})

test('hostile: keys without a version, libraries of another kind, no JSON', () => {
  const { packages, problems } = parse({ libraries: { 'a/': { type: 'package' }, b: { type: 'package' }, c: 7 } })
  expect(packages).toEqual([])
  expect(problems).toEqual(['2 libraries have no usable name and version.'])
  expect(parse({ libraries: [] })).toEqual({ packages: [], problems: [] })
  expect(readWith(extractor, 'a.deps.json', '{').problems).toEqual(['The file is not JSON.'])
})

import { expect, test } from 'vitest'
import { lockReader, purlIn } from '../../lock-file/testing.ts'
import { extractor } from './index.ts'

const read = lockReader(extractor, 'app/requirements.txt')

test('pinned versions, with extras, markers, hashes and continued lines', () => {
  const text = `# a comment \\
Django==4.2.1  # another
requests[security,socks] == 2.31.0 ; python_version < "3.8"
zope.interface===5.0 \\
    --hash=sha256:0123 \\
    --hash=sha256:4567
ruamel.yaml (==0.17)
pinned==1.0,>=0.9
settings==2.0 -C a=b
name@https://example.com/name-2.0.1-py3-none-any.whl#sha256=0
./wheels/my_lib-1.2.3+local.1-1-cp312-cp312-manylinux_2_17_x86_64.whl
--index-url https://example.com/simple
-c constraints.txt
-e .
`
  expect(read(text)).toEqual({
    packages: [
      'Django 4.2.1',
      'requests 2.31.0',
      'zope.interface 5.0',
      'ruamel.yaml 0.17',
      'pinned 1.0',
      'settings 2.0',
      'name 2.0.1',
      'my_lib 1.2.3+local.1',
    ],
    problems: [],
  })
})

test('what is not pinned is left open, never guessed', () => {
  expect(
    read(
      'a\nb>=1.0\nc==1.*\nd~=1.4\ne!=2\nf==$VERSION\nf=="1.0"\nf=={{ v }}\ng @ git+https://example.com/g@v1.0\n-e git+https://example.com/h.git#egg=h\n',
    ),
  ).toEqual({
    packages: [],
    problems: [
      'Left out for no pinned version: a, b, c, d, e and 3 more.',
      'Left out for an address in place of a version: g, h.',
    ],
  })
})

test('included files are read by themselves where they have a name of requirements, and are a problem elsewhere', () => {
  expect(read('-r requirements-dev.txt\n--requirement=../requirements/base.txt\n').problems).toEqual([])
  const problem = ['It includes another file that is not read by itself.']
  expect(read('-r deps.txt\n').problems).toEqual(problem)
  expect(read('-r ../../requirements.txt\n').problems).toEqual(problem)
  expect(read('-r https://example.com/requirements.txt\n').problems).toEqual(problem)
})

test.each([
  ['requirements.txt', true],
  ['requirements-dev.txt', true],
  ['requirements_dev.txt', true],
  ['dev-requirements.txt', true],
  ['requirements/prod.txt', true],
  ['my-requirements.md', false],
  ['notes.txt', false],
  ['lib/site-packages/x/requirements.txt', false],
])('%s', (path, wanted) => {
  expect(extractor.wants?.(path)).toBe(wanted)
})

test('UTF-16, as shells of Windows write it', () => {
  expect(
    read(Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('a==1.0\r\nb==2.0\r\n', 'utf16le')])).packages,
  ).toEqual(['a 1.0', 'b 2.0'])
  expect(
    read(Buffer.concat([Buffer.from([0xfe, 0xff]), Buffer.from('a==1.0\n', 'utf16le').swap16()])).packages,
  ).toEqual(['a 1.0'])
  expect(read('\ufeffa==1.0').packages).toEqual(['a 1.0'])
})

test('hostile: no requirement, lines without an end, a backslash at the end', () => {
  expect(read('<html>\n').problems).toEqual(['A line is no requirement.'])
  expect(read(`a==1.0${' '.repeat(900_000)}x\nb==2.0 \\`)).toEqual({
    packages: ['b 2.0'],
    problems: ['Left out for no pinned version: a.'],
  })
  expect(read(`${'a\\\n'.repeat(1_200_000)}\nb==1.0\n`).problems[0]).toContain('longer than')
})

test('package URL: the name is normalised', () => {
  expect(purlIn(extractor, 'requirements.txt', 'My_Lib==1.0+local')).toBe('pkg:pypi/my-lib@1.0%2Blocal')
})

import { expect, test } from 'vitest'
import { readWith } from '../../testing/read-file.ts'
import { extractor } from './index.ts'

const PATH = 'usr/lib/ruby/gems/3.1.0/specifications/rake-13.0.6.gemspec'
const parse = (text: string, path = PATH) => readWith(extractor, path, text)

test.each([
  [PATH, true],
  ['usr/lib/ruby/gems/3.1.0/specifications/default/json-2.6.1.gemspec', true],
  ['usr/lib/ruby/gems/3.1.0/gems/rake-13.0.6/rake.gemspec', false],
  ['app/specifications/x/y.gemspec', false],
])('%s: %s', (path, wanted) => expect(extractor.wants?.(path)).toBe(wanted))

const SPECIFICATION = `# -*- encoding: utf-8 -*-
# stub: rake 13.0.6 ruby lib

Gem::Specification.new do |s|
  s.name = "rake".freeze
  s.version = "13.0.6"
  s.required_rubygems_version = Gem::Requirement.new(">= 1.3.2".freeze) if s.respond_to? :required_rubygems_version=
  s.licenses = ["MIT".freeze, "Ruby".freeze]
end
`

test('name, version and licences', () => {
  expect(parse(SPECIFICATION)).toEqual({
    packages: [
      { name: 'rake', version: '13.0.6', type: 'gem', architecture: null, source: null, licenses: ['MIT', 'Ruby'] },
    ],
    problems: [],
  })
})

test('a platform is a qualifier', () => {
  const [found] = parse('# stub: nokogiri 1.15.4 x86_64-linux lib\n').packages
  expect(found && extractor.purl(found, null)).toBe('pkg:gem/nokogiri@1.15.4?platform=x86_64-linux')
})

test('without the stub, and with a constant as version', () => {
  const text = `Gem::Specification.new do |spec|\n  spec.name = 'rake'\n  spec.version = Rake::VERSION\n  spec.license = 'MIT'\nend\n`
  expect(parse(text).packages[0]).toMatchObject({ name: 'rake', version: '13.0.6', licenses: ['MIT'] })
})

test.each([
  ['nothing of a specification', 'puts 1\n'],
  ['a line without an end', 's.name = "'.padEnd(3_000_000, 'x')],
  ['interpolation', 's.name = "#{`id` }"\ns.version = "1"\n'],
])('hostile: %s', (_, text) => {
  expect(parse(text)).toEqual({ packages: [], problems: ['The specification has no name and version.'] })
})

import { expect, test } from 'vitest'
import { readWith } from '../../testing/read-file.ts'
import { extractor } from './index.ts'

const OPEN = ['It declares dependencies, and no lock file says which versions of them are used.']
const problems = (path: string, text: string) => readWith(extractor, path, text).problems

test.each([
  ['package.json', '{"dependencies": {"a": "^1"}}', '{"name": "a", "dependencies": {}}'],
  ['composer.json', '{"require": {"php": ">=8", "a/b": "^1.0"}}', '{"name": "a/b", "require": {"php": ">=8"}}'],
  ['Gemfile', "source 'x'\ngem 'rails'\n", "source 'x'\n"],
  ['pyproject.toml', '[project]\ndependencies = ["a"]\n', '[project]\ndependencies = []\n'],
  ['pyproject.toml', '[tool.poetry.dependencies]\npython = "^3"\na = "1"\n', '[tool.black]\n'],
  ['setup.py', 'setup(install_requires=["a"])', 'setup(name="a")'],
  ['Pipfile', '[packages]\na = "*"\n', '[packages]\n\n[requires]\n'],
  ['Cargo.toml', '[dependencies]\na = "1"\n', '[package]\nname = "a"\n'],
  ['Cargo.toml', '[target.x.dependencies.a]\nversion = "1"\n', ''],
  ['build.gradle.kts', 'dependencies {\n  implementation("a:b:1.+")\n}', 'plugins {}'],
  ['app.csproj', '<PackageReference Include="A" Version="1.*" />', '<Project/>'],
  ['pubspec.yaml', 'name: a\ndependencies:\n  b: ^1\n', 'name: a\n'],
  ['mix.exs', 'defp deps, do: [{:jason, "~> 1.0"}]', 'defmodule A do end'],
  ['Package.swift', '.package(url: "https://a", from: "1.0.0")', 'let package = Package(name: "a")'],
  ['gradle/libs.versions.toml', '[libraries]\nguava = "com.google.guava:guava:32.0"\n', '[versions]\nguava = "32.0"\n'],
  ['build.sbt', 'libraryDependencies += "org.x" %% "y" % "1.0"', 'name := "a"'],
  ['environment.yml', 'name: a\ndependencies:\n  - numpy=1.26\n', 'name: a\nchannels:\n  - defaults\n'],
  ['vcpkg.json', '{"dependencies": ["zlib"]}', '{"name": "a", "dependencies": []}'],
  ['manifest.toml', 'packages = [\n  { name = "a", version = "1.0" },\n]', 'name = "a"'],
  ['conanfile.txt', '[requires]\nzlib/1.3\n', '[generators]\n'],
])('%s: %j declares, %j does not', (path, declares, other) => {
  expect(extractor.wants?.(`src/${path}`)).toBe(true)
  expect(problems(`src/${path}`, declares)).toEqual(OPEN)
  expect(problems(`src/${path}`, other)).toEqual([])
})

test('lock files of other package managers are told', () => {
  expect(problems('ios/Podfile.lock', 'PODS:\n')).toEqual([
    'Lock files of CocoaPods are not read: what it names was not seen.',
  ])
  for (const path of ['a/renv.lock', 'Gopkg.lock', 'Manifest.toml', 'dub.selections.json'])
    expect(extractor.wants?.(path)).toBe(true)
  expect(extractor.wants?.('node_modules/a/package.json')).toBe(false)
  expect(extractor.wants?.('a/constructor')).toBe(false)
})

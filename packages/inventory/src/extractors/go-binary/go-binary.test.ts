import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defaultLimits } from '@yagura/kernel'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readWith } from '../../testing/read-file.ts'
import { extractor } from './index.ts'
import { versionFromFlags } from './linker-flags.ts'
import { toolchainVersion } from './modules.ts'
import { type GoProgram, makeGoProgram } from './testing.ts'

function read(bytes: Buffer, partBytes?: number) {
  return readWith(extractor, 'usr/local/bin/tool', bytes, defaultLimits, partBytes)
}

function modulesOf(bytes: Buffer, partBytes?: number): string[] {
  return read(bytes, partBytes).packages.map((found) => `${found.name} ${found.version}`)
}

const tool: GoProgram = {
  goVersion: 'go1.21.3',
  modules:
    'path\texample.org/tool/cmd/tool\nmod\texample.org/tool\tv1.4.0\th1:abc=\ndep\tgolang.org/x/net\tv0.7.0\th1:abc=\nbuild\t-compiler=gc\n',
}
const TOOL = ['example.org/tool v1.4.0', 'golang.org/x/net v0.7.0', 'stdlib 1.21.3']

describe.each([
  ['elf', 'inline', false],
  ['elf', 'inline', true],
  ['elf', 'pointers', false],
  ['elf', 'pointers', true],
  ['pe', 'inline', false],
  ['pe', 'pointers', false],
  ['mach-o', 'inline', false],
  ['mach-o', 'pointers', false],
] as const)('%s, %s, big-endian: %s', (file, form, bigEndian) => {
  const program = makeGoProgram({ ...tool, file, form, bigEndian })

  test('the module itself, those it was built from, the standard library', () => {
    expect(read(program).problems).toEqual([])
    expect(modulesOf(program)).toEqual(TOOL)
  })

  test('in parts of any size', () => {
    for (const partBytes of [1, 7, 16, 100, 4095]) expect(modulesOf(program, partBytes)).toEqual(TOOL)
  })

  test('cut anywhere: nothing wrong is said', () => {
    fc.assert(
      fc.property(fc.nat(program.length), (length) => {
        for (const one of modulesOf(program.subarray(0, length))) expect(TOOL).toContain(one)
      }),
      { numRuns: 50 },
    )
  })

  test('cut within the version of Go: no part of it is taken for a version', () => {
    const at = program.indexOf('go1.21.3')
    for (const one of modulesOf(program.subarray(0, at + 'go1'.length))) expect(TOOL).toContain(one)
  })

  test('damaged bytes: it ends', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(program.length - 1), fc.nat(255)), { maxLength: 60 }), (changes) => {
        const damaged = Buffer.from(program)
        for (const [at, value] of changes) damaged[at] = value
        expect(read(damaged).packages.length).toBeLessThan(50)
      }),
      { numRuns: 50 },
    )
  })
})

function dependencies(modules: string): string[] {
  return modulesOf(makeGoProgram({ goVersion: 'go1.20', modules })).filter((one) => !one.startsWith('stdlib'))
}

describe('modules', () => {
  test('replace directives: the replacement counts; that of a directory has no version', () => {
    expect(
      dependencies(
        'mod\ta.org/main\tv1.0.0\t\ndep\ta.org/old\tv1.0.0\n=>\tb.org/new\tv1.2.0\th1:x=\ndep\ta.org/local\tv2.0.0\n=>\t./local\t\t\n',
      ),
    ).toEqual(['a.org/main v1.0.0', 'b.org/new v1.2.0', 'a.org/local (devel)'])
  })

  test('(devel) is the version of a working copy, unless -ldflags -X main.version says another', () => {
    const main = (build: string) => dependencies(`mod\ta.org/tool\t(devel)\t\nbuild\t-ldflags=${build}\n`)
    expect(main('-s')).toEqual(['a.org/tool (devel)'])
    expect(main('"-s -w -X main.version=1.2.3"')).toEqual(['a.org/tool 1.2.3'])
    expect(main(`"-X 'main.buildVersion=v1.2.3' -extldflags \\"-static\\""`)).toEqual(['a.org/tool v1.2.3'])
  })

  test('pseudo-versions and +incompatible stay as they are', () => {
    const lines = 'dep\ta.org/x\tv0.0.0-20220715151400-c0bba94af5f8\ndep\ta.org/y\tv24.0.7+incompatible\n'
    expect(dependencies(lines)).toEqual(['a.org/x v0.0.0-20220715151400-c0bba94af5f8', 'a.org/y v24.0.7+incompatible'])
  })

  test('a program built without modules has its standard library', () => {
    expect(modulesOf(makeGoProgram({ goVersion: 'go1.19.8', modules: '' }))).toEqual(['stdlib 1.19.8'])
  })

  test('ten thousand modules, and a text longer than any', () => {
    const many = Array.from({ length: 10_000 }, (_, at) => `dep\ta.org/m${at}\tv1.0.${at}\n`).join('')
    expect(dependencies(many)).toHaveLength(10_000)
    const endless = makeGoProgram({ goVersion: 'go1.20', modules: 'x'.repeat(9 * 1024 * 1024) })
    expect(read(endless)).toEqual({
      packages: [],
      problems: ['The program was built with Go; the list of its modules is cut short.'],
    })
  })
})

test.each([
  ['-X main.version=1.2.3', '1.2.3'],
  ['-X main.version=1.2.3 -X main.Version=1.2.3', '1.2.3'],
  ['-X main.version=1.2.3 -X main.otherVersion=4.5.6', undefined],
  ['-X a.org/tool/pkg/version.Version=v2.0.0-rc.1', 'v2.0.0-rc.1'],
  ['-X k8s.io/component-base/version.gitVersion=v1.28.0', undefined],
  ['-X=version.version=0.4.1', '0.4.1'],
  ['-X main.version=master', undefined],
  ['-X main.commit=1.2.3', undefined],
  [`-X 'main.Version=1.0.0'`, '1.0.0'],
])('%s', (flags, version) => {
  expect(versionFromFlags(flags, 'a.org/tool/v2')).toBe(version)
})

test.each([
  ['go1.22.1', '1.22.1'],
  ['go1.22.1 X:boringcrypto', '1.22.1'],
  ['go1.20.12 (Red Hat 1.20.12-2.el9_3)', '1.20.12'],
  ['go1.21rc2', '1.21rc2'],
  ['devel go1.23-3c7cfd5 Tue Jan 2', 'devel go1.23-3c7cfd5 Tue Jan 2'],
])('stdlib of %s', (text, version) => {
  expect(toolchainVersion(text)).toBe(version)
})

test('a program that UPX packed says so: nothing in it can be read', () => {
  const packed = Buffer.alloc(64 * 1024, 0x90)
  makeGoProgram({ goVersion: 'go1.22.1', modules: '' }).copy(packed, 0, 0, 0x120)
  packed.write('UPX!', 0xec, 'latin1')
  expect(readWith(extractor, 'usr/bin/tool', packed)).toEqual({
    packages: [],
    problems: ['The program is packed by UPX: what it was built from cannot be read.'],
  })
})

test('a program carried inside another is not taken for it', () => {
  const inner = makeGoProgram({ goVersion: 'go1.19.1', modules: 'mod\tinner.org/x\tv9.0.0\t\n' })
  for (const form of ['inline', 'pointers'] as const)
    expect(modulesOf(makeGoProgram({ ...tool, form, code: inner }))).toContain('stdlib 1.21.3')
  expect(modulesOf(makeGoProgram({ ...tool, code: inner }))).toEqual(TOOL)
})

test('a large program is looked at where its data is', () => {
  const code = Buffer.alloc(3 * 1024 * 1024, 0x90)
  for (const file of ['elf', 'pe', 'mach-o'] as const)
    for (const partBytes of [64 * 1024, 5000])
      expect(modulesOf(makeGoProgram({ ...tool, file, code }), partBytes)).toEqual(TOOL)
  const identified = Buffer.concat([Buffer.from('\x04\0\0\0Go\0\0', 'latin1'), code])
  for (const form of ['pointers', 'pointers-back'] as const)
    for (const partBytes of [1000, 64 * 1024, 1024 * 1024])
      expect(modulesOf(makeGoProgram({ ...tool, form, code: identified }), partBytes)).toEqual(TOOL)
})

test('lengths and pointers that lie', () => {
  const program = makeGoProgram(tool)
  const version = program.indexOf('go1.21.3')
  for (const lie of [0xff, 0x7f, 0]) {
    const changed = Buffer.from(program)
    changed[version - 1] = lie
    expect(modulesOf(changed)).toEqual([])
  }
  const pointing = makeGoProgram({ ...tool, form: 'pointers' })
  const info = pointing.indexOf('\xff Go buildinf:', 0, 'latin1')
  pointing.writeBigUInt64LE(0xffff_ffff_ffff_fff0n, info + 16)
  // the modules are found by the marks around them
  expect(modulesOf(pointing)).toEqual(TOOL.slice(0, 2))
})

test('package URLs', () => {
  const [own, net, library] = read(
    makeGoProgram({ ...tool, modules: tool.modules.replace('v1.4.0', '(devel)') }),
  ).packages
  expect([own, net, library].map((found) => found && extractor.purl(found, null))).toEqual([
    'pkg:golang/example.org/tool',
    'pkg:golang/golang.org/x/net@v0.7.0',
    'pkg:golang/stdlib@1.21.3',
  ])
})

const hasGo = spawnSync('go', ['version'], { stdio: 'ignore' }).status === 0
if (!hasGo) {
  if (process.env.CI === 'true') throw new Error('go is missing: install golang-go')
  console.warn('go is not installed: programs made by its own linker are not tested')
}

test.runIf(hasGo)('what go version -m says of programs made by Go itself', { timeout: 300_000 }, () => {
  const work = mkdtempSync(join(tmpdir(), 'yagura-go-'))
  try {
    mkdirSync(join(work, 'local'))
    writeFileSync(join(work, 'local', 'go.mod'), 'module example.org/local\n\ngo 1.19\n')
    writeFileSync(join(work, 'local', 'local.go'), 'package local\n\nfunc Name() string { return "x" }\n')
    writeFileSync(
      join(work, 'go.mod'),
      'module example.org/tool\n\ngo 1.19\n\nrequire example.org/local v1.0.0\n\nreplace example.org/local => ./local\n',
    )
    writeFileSync(
      join(work, 'main.go'),
      'package main\n\nimport "example.org/local"\n\nvar version = "none"\n\nfunc main() { println(version, local.Name()) }\n',
    )
    for (const system of ['linux', 'windows', 'darwin']) {
      const environment = { ...process.env, GOOS: system, CGO_ENABLED: '0', GOFLAGS: '-mod=mod -buildvcs=false' }
      const caches = { GOCACHE: join(work, 'cache'), GOPATH: join(work, 'path'), GOPROXY: 'off' }
      const built = spawnSync('go', ['build', '-o', `tool-${system}`, '-ldflags', '-s -X main.version=1.2.3', '.'], {
        ...{ cwd: work, encoding: 'utf8', timeout: 250_000 },
        env: { ...environment, ...caches },
      })
      expect(built.stderr).toBe('')
      const told = spawnSync('go', ['version', '-m', `tool-${system}`], { cwd: work, encoding: 'utf8' }).stdout
      const [, version] = /: go(\S+)/.exec(told) ?? []
      expect(modulesOf(readFileSync(join(work, `tool-${system}`)))).toEqual([
        'example.org/tool 1.2.3',
        'example.org/local (devel)',
        `stdlib ${version}`,
      ])
    }
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
})

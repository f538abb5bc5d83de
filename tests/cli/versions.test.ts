// `yagura versions …` and `yagura purl parse`: one answer for each line.
import { spawn } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { MAIN } from './yagura.ts'

function answers(args: readonly string[], input: string): Promise<{ code: number | null; lines: string[] }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [MAIN, ...args], {
      stdio: ['pipe', 'pipe', 'inherit'],
      timeout: 30_000,
    })
    let output = ''
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk
    })
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, lines: output.split('\n').slice(0, -1) }))
    child.stdin.end(input)
  })
}

const versions = (args: readonly string[], input: string) => answers(['versions', ...args], input)

describe('compare', () => {
  it.each([
    ['dpkg', '1:1.0-1', '1.0-2', '1'],
    ['rpm', '1.0~rc1-1', '1.0-1', '-1'],
    ['apk', '1.2_p1-r0', '1.2-r3', '1'],
    ['semver', '1.0.0-rc.1', '1.0.0', '-1'],
    ['npm', 'v1.2.3', '1.2.3', '0'],
    ['pep440', '1.0.post1', '1.0', '1'],
    ['maven', '1.0-alpha-1', '1.0', '-1'],
    ['gem', '1.0.a', '1.0', '-1'],
    ['nuget', '1.0', '1.0.0.0', '0'],
    ['composer', '1.0-beta', '1.0', '-1'],
    ['go', 'v1.2.3', 'v1.10.0', '-1'],
    ['hex', '1.0.0', '1.0.1', '-1'],
    ['conan', '1.2', '1.10', '-1'],
  ])('%s: %s against %s is %s', async (scheme, a, b, expected) => {
    expect(await versions(['compare', '--scheme', scheme], `${a}\t${b}\n`)).toEqual({ code: 0, lines: [expected] })
  })

  it('answers every line, also those that it cannot, and what comes without an end of line', async () => {
    const input = '1\t2\r\nn o\t1\n\n1\t2\t3\nx\u001b[31m y\t1\n2\t1'
    const { code, lines } = await versions(['compare', '--scheme', 'dpkg'], input)
    expect(code).toBe(0)
    expect(lines).toEqual([
      '-1',
      'error: “n o” is not a version that dpkg can read.',
      'error: A line is two texts with a tab between.',
      'error: A line is two texts with a tab between.',
      'error: “x\\x1b[31m y” is not a version that dpkg can read.',
      '1',
    ])
  })

  it('streams tens of thousands of pairs', async () => {
    const { lines } = await versions(['compare', '--scheme', 'maven'], '1.0\t1.1\n'.repeat(72_000))
    expect(lines).toHaveLength(72_000)
    expect(new Set(lines)).toEqual(new Set(['-1']))
  })
})

it('satisfies', async () => {
  const { lines } = await versions(['satisfies', '--scheme', 'npm'], '1.2.3\t^1.2\n2.0.0\t1.x || 3\n1.0.0\tlatest\n')
  expect(lines).toEqual(['true', 'false', 'error: “latest” is not a range that npm can read.'])
})

// package-url/purl-spec: PURL-SPECIFICATION and the definitions of types
it.each([
  ['pkg:NPM/%40angular/animation@12.3.1', 'pkg:npm/%40angular/animation@12.3.1'],
  ['pkg:pypi/Django_Rest@1', 'pkg:pypi/django-rest@1'],
  ['pkg:github/Package-URL/purl-Spec@244fd', 'pkg:github/package-url/purl-spec@244fd'],
  ['pkg:golang/google.golang.org/genproto#/googleapis/./api/', 'pkg:golang/google.golang.org/genproto#googleapis/api'],
  ['pkg:deb/debian/curl@1?Distro=jessie&arch=i386&x=', 'pkg:deb/debian/curl@1?arch=i386&distro=jessie'],
  ['pkg:oci/debian@sha256%3A244f?repository_url=ghcr.io/a', 'pkg:oci/debian@sha256:244f?repository_url=ghcr.io%2Fa'],
])('purl parse: %s', async (purl, canonical) => {
  const { lines } = await answers(['purl', 'parse'], `${purl}\n`)
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ purl: canonical, name: expect.any(String) })
})

it('purl parse refuses what is none, line by line', async () => {
  const bad = ['pkg:maven/@1.3.4', 'pkg:3nginx/a', 'npm/foo', 'pkg:swift/a@1', 'pkg:cran/A3', '']
  const { code, lines } = await answers(['purl', 'parse'], `${bad.join('\n')}\n`)
  expect(code).toBe(0)
  expect(lines).toHaveLength(bad.length)
  for (const line of lines) expect(line).toMatch(/^error: .+\.$/)
})

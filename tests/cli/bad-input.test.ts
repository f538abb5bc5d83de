// Whatever is wrong: one clear sentence, exit code 2, no stack trace.
import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { tarArchive } from '@yagura/safe-io/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { alpineRoot, createWorkspace, expectFailure, osvFolder, type Workspace } from './yagura.ts'

let workspace: Workspace
let database = ''

beforeAll(async () => {
  workspace = createWorkspace()
  alpineRoot(workspace, [['musl', '1.1.24-r0', 'musl']])
  database = workspace.path('good.ydb')
  const built = await workspace.run([
    'db',
    'build',
    '--from',
    osvFolder(workspace, [['CVE-2020-1000', 'musl', '2', '']]),
    '--out',
    database,
  ])
  expect(built).toMatchObject({ code: 0, stderr: '' })
}, 60_000)
afterAll(() => workspace[Symbol.dispose]())

const scan = (...args: string[]) => workspace.run(['scan', ...args])

describe('usage', () => {
  it.each([
    ['an unknown command', ['scna'], /unknown command 'scna'.*scan/],
    ['an unknown option', ['scan', '--frobnicate', 'x'], /unknown option '--frobnicate'/],
    ['a missing argument', ['scan'], /missing required argument 'target'/],
    ['too many arguments', ['scan', 'a', 'b'], /too many arguments/],
    ['a format that is not one', ['scan', 'x', '--format', 'xml'], /Allowed choices are table, json/],
    ['a severity that is not one', ['scan', 'x', '--fail-on', 'bad'], /Allowed choices are unknown, .*critical/],
    ['a missing option', ['db', 'build', '--from', 'x'], /required option '--out <file>'/],
    ['escape sequences in arguments', ['\u001b[31mred'], /unknown command '\\x1b\[31mred'/],
    ['a mirror that is no address', ['db', 'update', '--mirror', 'ftp://x'], /ftp:\/\/x is not a web address/],
    [
      'an ecosystem that leaves its folder',
      ['db', 'update', '--mirror', 'http://127.0.0.1:1', '--ecosystem', '../..'],
      /not the name of an ecosystem/,
    ],
    ['a platform that is not one', ['scan', 'rootfs:ROOT', '--platform', 'arm'], /arm is not a platform/],
  ])('%s', async (_, args, message) => {
    const named = args.map((arg) => arg.replace('ROOT', workspace.path('root')))
    expectFailure(await workspace.run(named), message)
  })

  it('without a command shows what there is, and fails', async () => {
    const outcome = await workspace.run([])
    expect(outcome).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(/^Usage: yagura <command>.*\n {2}scan /s),
    })
  })

  it('help that was asked for is a success on standard output', async () => {
    for (const args of [['--help'], ['scan', '--help'], ['db', '--help']]) {
      const outcome = await workspace.run(args)
      expect(outcome).toMatchObject({ code: 0, stderr: '', stdout: expect.stringMatching(/^Usage: yagura/) })
    }
  })
})

describe('targets', () => {
  it('an archive that is cut short', async () => {
    const members = [
      { name: 'manifest.json', content: '[{"Config":"config.json","Layers":["layer.tar"]}]' },
      { name: 'config.json', content: 'x'.repeat(5000) },
    ]
    const path = workspace.write('short.tar', tarArchive(members))
    truncateSync(path, 3000)
    expectFailure(await scan(path), /short\.tar/)
  })

  it('a compressed archive that is cut short', async () => {
    const path = workspace.write('short.tar.gz', '')
    const tar = workspace.write(
      'whole.tar',
      tarArchive([{ name: 'manifest.json', content: '['.padEnd(90_000, 'abcdefg') }]),
    )
    writeFileSync(path, execFileSync('gzip', ['-c', tar]).subarray(0, 100))
    expectFailure(await scan(`docker-archive:${path}`), /short\.tar\.gz/)
  })

  it('a file that is no archive', async () => {
    expectFailure(await scan(workspace.write('text.tar', 'just text')), /text\.tar/)
    expectFailure(await scan(workspace.write('empty.tar', '')), /empty\.tar/)
  })

  it('a JSON that is not one', async () => {
    const manifest = tarArchive([{ name: 'manifest.json', content: '{"Config": ' }])
    expectFailure(await scan(workspace.write('broken.tar', manifest)), /manifest\.json/)
    workspace.write('layout/oci-layout', '{"imageLayoutVersion":"1.0.0"}')
    workspace.write('layout/index.json', '<html>')
    expectFailure(await scan(`oci:${workspace.path('layout')}`), /index\.json/)
  })

  it('what is not there', async () => {
    expectFailure(await scan('/no/such/file'), /\/no\/such\/file/)
    expectFailure(await scan('rootfs:/no/such/directory'), /\/no\/such\/directory/)
    expectFailure(await scan('oci:/no/such/layout'), /\/no\/such\/layout/)
    expectFailure(
      await scan('containerd:no/such:image', '--containerd-root', workspace.path('none')),
      /such:image|none/,
    )
    expectFailure(await scan('podman:no-such', '--podman-root', workspace.path('none')), /no-such|none/)
  })

  it('what is of the wrong kind', async () => {
    expectFailure(await scan(`docker-archive:${workspace.path('root')}`), /root/)
    expectFailure(await scan(`rootfs:${database}`), /good\.ydb/)
    execFileSync('mkfifo', [workspace.path('pipe')])
    expectFailure(await scan(`docker-archive:${workspace.path('pipe')}`), /pipe/)
    symlinkSync('loop', workspace.path('loop'))
    expectFailure(await scan(`docker-archive:${workspace.path('loop')}`), /loop/)
  })
})

describe('advisory databases', () => {
  const scanWith = (path: string) => scan(`rootfs:${workspace.path('root')}`, '--db', path)
  const copy = (name: string, change: (bytes: Buffer) => Buffer) =>
    workspace.write(name, change(readFileSync(database)))

  it('of another version', async () => {
    const other = copy('other.ydb', (bytes) => {
      bytes.writeUInt32LE(99, 8)
      return bytes
    })
    expectFailure(
      await scanWith(other),
      /other\.ydb has format 99, and this version of Yagura reads format \d+\..*yagura db/,
    )
    expectFailure(await workspace.run(['db', 'info', other]), /format 99/)
  })

  it('that are cut short, damaged, something else or not there', async () => {
    expectFailure(
      await scanWith(copy('short.ydb', (bytes) => bytes.subarray(0, -1))),
      /short\.ydb should have \d+ bytes/,
    )
    expectFailure(
      await scanWith(copy('tiny.ydb', (bytes) => bytes.subarray(0, 20))),
      /tiny\.ydb is not an advisory database/,
    )
    expectFailure(await scanWith(workspace.path('root/etc/os-release')), /is not an advisory database/)
    expectFailure(await scanWith(workspace.path('root')), /root/)
    expectFailure(await scanWith('/no/such.ydb'), /no advisory database at \/no\/such\.ydb/)
    const flipped = copy('flipped.ydb', (bytes) => {
      bytes[bytes.length - 20] = (bytes[bytes.length - 20] ?? 0) ^ 1
      return bytes
    })
    expectFailure(await workspace.run(['db', 'verify', flipped]), /flipped\.ydb is damaged/)
  })

  it('that cannot be built', async () => {
    const build = (from: string, out: string) => workspace.run(['db', 'build', '--from', from, '--out', out])
    expectFailure(await build('/no/such', workspace.path('x.ydb')), /\/no\/such does not exist/)
    expectFailure(await build(workspace.path('root'), workspace.path('x.ydb')), /holds no advisories/)
    workspace.write('cut/Alpine/all.zip', readFileSync(workspace.path('osv/Alpine/all.zip')).subarray(0, -5))
    expectFailure(await build(workspace.path('cut'), workspace.path('x.ydb')), /all\.zip/)
    mkdirSync(workspace.path('folder.ydb'))
    expectFailure(await build(workspace.path('osv'), workspace.path('folder.ydb')), /folder\.ydb cannot be written/)
  })

  it('that cannot be downloaded, with the way around for a network that is cut off', async () => {
    const outcome = await workspace.run(['db', 'update', '--mirror', 'http://127.0.0.1:1', '--attempts', '1'])
    expectFailure(
      outcome,
      /127\.0\.0\.1:1\/Alpine\/all\.zip could not be downloaded.*carry the folders over.*yagura db build/,
    )
  })
})

describe('a server that is down', () => {
  it('is said by what needs it', async () => {
    expectFailure(await workspace.run(['signin']), /server does not answer at .*admin\.sock.*yagura up/)
    expectFailure(await workspace.run(['agent', 'token']), /server does not answer/)
    workspace.write('data/server/run/admin.sock', 'a file where the socket should be')
    expectFailure(await workspace.run(['signin']), /server does not answer/)
  })
})

it('output that cannot be written', async () => {
  const outcome = await scan(`rootfs:${workspace.path('root')}`, '--output', '/no/such/folder/out.json')
  expectFailure(outcome, /\/no\/such\/folder\/out\.json cannot be written/)
})

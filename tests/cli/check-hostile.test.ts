// Configuration files of strangers through the real command: what leads out of the root, never ends, or is no file at all ends in an error
// verdict, in bounds, and tells nothing of the machine.
import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createWorkspace, type Workspace } from './yagura.ts'

interface Result {
  readonly check: string
  readonly verdict: string
  readonly message: string
}

let workspace: Workspace
let secret: string
beforeAll(() => {
  workspace = createWorkspace()
  workspace.write('outside/secret.conf', 'server_tokens off; # TOP-SECRET-OF-THE-HOST\n')
  secret = workspace.path('outside/secret.conf')
})
afterAll(() => workspace[Symbol.dispose]())

/** A root with nginx, whose configuration is spoilt. */
let serial = 0
function nginx(spoil: (conf: string, root: string) => void): string {
  const root = workspace.path(`root-${serial++}`)
  for (const path of ['usr/sbin/nginx', 'etc/nginx/nginx.conf', 'etc/os-release']) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), '')
  }
  chmodSync(join(root, 'usr/sbin/nginx'), 0o755)
  const conf = join(root, 'etc/nginx/nginx.conf')
  execFileSync('rm', [conf])
  spoil(conf, root)
  return root
}

async function check(target: string, root: string): Promise<{ results: Result[]; text: string; code: number | null }> {
  const { code, stdout, stderr } = await workspace.run(['check', target, '--root', root, '--format', 'json'])
  expect(stderr).not.toMatch(/^\s+at /m)
  return { results: JSON.parse(stdout).results, text: stdout + stderr, code }
}

const CASES: readonly [string, (conf: string, root: string) => void, RegExp][] = [
  ['a link out of the root', (conf) => symlinkSync(secret, conf), /./],
  ['a relative link that climbs out', (conf) => symlinkSync('../../../outside/secret.conf', conf), /./],
  ['a link to itself', (conf) => symlinkSync(conf, conf), /./],
  [
    'one gibibyte',
    (conf) => {
      writeFileSync(conf, 'user root;\n')
      truncateSync(conf, 1024 ** 3)
    },
    /larger than|too large|bytes/i,
  ],
  ['a FIFO', (conf) => void execFileSync('mkfifo', [conf]), /no regular file|not a regular|regular/i],
  ['a device', (conf) => void execFileSync('mknod', [conf, 'c', '1', '5']), /regular/i],
  ['a directory', (conf) => mkdirSync(conf), /./],
  ['a file that includes itself', (conf) => writeFileSync(conf, 'http { include /etc/nginx/*.conf; }\n'), /includes? /],
  [
    'files that include one another in a circle',
    (conf, root) => {
      writeFileSync(conf, 'include a.inc;\n')
      writeFileSync(join(root, 'etc/nginx/a.inc'), 'include b.inc;\n')
      writeFileSync(join(root, 'etc/nginx/b.inc'), 'include a.inc;\n')
    },
    /includes? /,
  ],
  ['braces without end', (conf) => writeFileSync(conf, 'a { '.repeat(200_000)), /./],
]

describe('middleware with a hostile configuration', () => {
  test.each(CASES)('%s', async (_what, spoil, why) => {
    const startedMs = performance.now()
    const { results, text, code } = await check('middleware', nginx(spoil))
    // far above what it takes, and far below what reading to the end would
    expect(performance.now() - startedMs).toBeLessThan(20_000)
    const tokens = results.find((result) => result.check === 'NG-02')
    expect(tokens, JSON.stringify(results[0])).toMatchObject({ verdict: 'error', message: expect.stringMatching(why) })
    expect(results.filter(({ check: id, verdict }) => id === 'NG-02' && verdict === 'pass')).toEqual([])
    expect(text).not.toContain('TOP-SECRET')
    expect(code).not.toBe(0)
  })
})

describe('a host with hostile files', () => {
  test.each([
    ['a FIFO', (path: string) => void execFileSync('mkfifo', [path])],
    ['a link out', (path: string) => symlinkSync(secret, path)],
    [
      'one gibibyte',
      (path: string) => {
        writeFileSync(path, 'PermitRootLogin no\n')
        truncateSync(path, 1024 ** 3)
      },
    ],
    ['a device', (path: string) => void execFileSync('mknod', [path, 'c', '1', '5'])],
  ])('sshd_config is %s', async (_what, spoil) => {
    const root = workspace.path(`host-${serial++}`)
    mkdirSync(join(root, 'etc/ssh'), { recursive: true })
    mkdirSync(join(root, 'proc'), { recursive: true })
    writeFileSync(join(root, 'etc/os-release'), 'ID=debian\n')
    spoil(join(root, 'etc/ssh/sshd_config'))
    const { results, text } = await check('host', root)
    expect(results.find((result) => result.check === 'HOST-SSH-01')?.verdict).toBe('error')
    expect(text).not.toContain('TOP-SECRET')
  })
})

// `yagura scan` against the package managers themselves: three Debian and three Alpine releases, as directory and as archive.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  defaultCacheDir,
  imageArchive,
  imageRoot,
  mustRun,
  runCommand,
  TEST_IMAGES,
  type TestImage,
} from '@yagura/testbed'
import { afterAll, expect, test } from 'vitest'
import { checkout, describeWith } from './support/requirements.ts'

interface ScanReport {
  readonly packages: readonly { readonly name: string; readonly version: string; readonly type: string }[]
}

describeWith(['node', 'data'], 'packages of real releases', () => {
  const directory = mkdtempSync(join(tmpdir(), 'yagura-e2e-scan-'))
  afterAll(() => rmSync(directory, { recursive: true, force: true }))

  test.each(TEST_IMAGES)('%s', { timeout: 300_000 }, async (image) => {
    const root = join(directory, image.replace(':', '-'))
    mkdirSync(root)
    const cacheDir = defaultCacheDir()
    await mustRun(['tar', '-C', root, '-xf', await imageRoot(image, cacheDir)])
    const expected = await installed(image, root)
    expect(expected.length).toBeGreaterThan(10)
    expect(await scanned(`rootfs:${root}`)).toEqual(expected)
    expect(await scanned(`oci:${await imageArchive(image, cacheDir)}`)).toEqual(expected)
    rmSync(root, { recursive: true })
  })
})

/** What the package manager of the root says, as `name version`. */
async function installed(image: TestImage, root: string): Promise<string[]> {
  if (image.startsWith('debian')) {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg-query's own format
    const format = '${db:Status-Status} ${Package} ${Version}\\n'
    const stdout = await mustRun(['dpkg-query', `--admindir=${root}/var/lib/dpkg`, '-W', '-f', format])
    return linesOf(stdout).flatMap((line) => (line.startsWith('installed ') ? [line.slice('installed '.length)] : []))
  }
  const stdout = await mustRun(['chroot', root, '/sbin/apk', 'info', '-v'])
  // name-version-rRELEASE: the name may hold dashes, version and release do not
  return linesOf(stdout).map((line) => line.replace(/^(.*)-([^-]+-r\d+)$/, '$1 $2'))
}

async function scanned(target: string): Promise<string[]> {
  const argv = [process.execPath, join(checkout, 'apps/cli/src/main.ts'), 'scan', target, '--format', 'json']
  const { exitCode, stdout, stderr } = await runCommand(argv, { timeoutMs: 120_000, maxOutputBytes: 64 * 2 ** 20 })
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 })
  const { packages } = JSON.parse(stdout) as ScanReport
  return packages.map((one) => `${one.name} ${one.version}`).sort()
}

function linesOf(text: string): string[] {
  return text.split('\n').filter(Boolean).sort()
}

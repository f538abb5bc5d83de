import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readWith } from '../../testing/read-file.ts'
import { layerOf, scanLayers } from '../../testing/scan-layers.ts'
import { extractor } from './index.ts'

test.each([
  ['var/lib/pacman/local/ALPM_DB_VERSION', 'pacman'],
  ['var/db/pkg/sys-libs/glibc-2.39-r9/PF', 'Portage'],
  ['usr/lib/opkg/status', 'opkg'],
  ['opt/lib/opkg/status', 'opkg'],
  ['nix/var/nix/db/db.sqlite', 'Nix'],
  ['var/lib/snapd/state.json', 'snap'],
  ['home/linuxbrew/.linuxbrew/Cellar/jq/1.7.1/INSTALL_RECEIPT.json', 'Homebrew'],
  ['usr/local/lib/R/library/base/DESCRIPTION', 'R'],
  ['usr/local/lib/luarocks/rocks-5.1/manifest', 'LuaRocks'],
  ['usr/local/lib/perl5/5.38.2/x86_64-linux/perllocal.pod', 'CPAN'],
  ['srv/app/.pnp.cjs', "Yarn Plug'n'Play"],
  ['opt/app/releases/start_erl.data', 'Erlang'],
  ['var/www/html/wp-includes/version.php', 'WordPress'],
])('%s is a gap that names %s', (path, manager) => {
  expect(extractor.wants?.(path)).toBe(true)
  expect(readWith(extractor, path, 'x')).toEqual({
    packages: [],
    problems: [`Packages of ${manager} are not read: what it installed was not seen.`],
  })
})

test('files of the same names elsewhere are none', () => {
  for (const path of [
    'home/pacman/local/ALPM_DB_VERSION',
    'srv/opkg/status',
    'usr/share/R/base/DESCRIPTION',
    'state.json',
  ])
    expect(extractor.wants?.(path)).toBe(false)
})

test('what a package of the system brought along is that package', async () => {
  const files = Object.entries({
    'etc/os-release': 'ID=debian\nVERSION_ID="12"\n',
    'var/lib/dpkg/status': 'Package: r-base-core\nStatus: install ok installed\nVersion: 4.2.2-1\n\n',
    'var/lib/dpkg/info/r-base-core.list': '/usr/lib/R/library/base/DESCRIPTION\n/usr/share/java/x.jar\n',
    'usr/lib/R/library/base/DESCRIPTION': 'Package: base\n',
    'usr/share/java/x.jar': 'PK no archive',
    'usr/local/lib/R/library/base/DESCRIPTION': 'Package: base\n',
  })
  const directory = mkdtempSync(join(tmpdir(), 'yagura-unread-'))
  try {
    const { coverageGaps } = await scanLayers(directory, [
      layerOf(...files.map(([path, content]) => ({ name: path, content }))),
    ])
    expect(coverageGaps.map(({ subject }) => subject)).toEqual(['/usr/local/lib/R/library/base/DESCRIPTION'])
  } finally {
    rmSync(directory, { recursive: true })
  }
})

// A small repository of Debian packages for /lab: a tool, and a library with what package managers do at installation (scripts,
// ldconfig, a file with setgid). Format: deb(5); index: https://wiki.debian.org/DebianRepository/Format
import { createHash } from 'node:crypto'
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { mustRun } from '../command.ts'

interface Recipe {
  readonly name: string
  readonly files: Readonly<Record<string, string>>
  readonly afterwards: string
}

const RECIPES: readonly Recipe[] = [
  {
    name: 'lab-tool',
    files: { 'usr/bin/lab-tool': '#!/bin/sh\necho lab tool\n', 'etc/lab-tool.conf': 'level = 1\n' },
    afterwards: 'chgrp mail /usr/bin/lab-tool\nchmod 2755 /usr/bin/lab-tool\n/usr/bin/lab-tool >/dev/null',
  },
  {
    name: 'lab-library',
    files: { 'usr/lib/lab/readme': 'nothing\n', 'etc/ld.so.conf.d/lab.conf': '/usr/lib/lab\n' },
    afterwards: 'ldconfig\nmkdir -p /var/lib/lab-library\ndate >/var/lib/lab-library/installed',
  },
]

/** Writes sources.list, Packages and the packages themselves into a directory that containers see as /lab. */
export async function makeLabPackages(directory: string): Promise<void> {
  await mkdir(directory, { recursive: true })
  const work = await mkdtemp(join(tmpdir(), 'yagura-lab-packages-'))
  try {
    const entries = await Promise.all(RECIPES.map((recipe) => build(recipe, work, directory)))
    await writeFile(join(directory, 'Packages'), entries.join('\n'))
    await writeFile(join(directory, 'sources.list'), 'deb [trusted=yes] file:/lab ./\n')
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}

async function build({ name, files, afterwards }: Recipe, work: string, directory: string): Promise<string> {
  const tree = join(work, name)
  for (const [path, text] of Object.entries(files)) {
    await mkdir(join(tree, path, '..'), { recursive: true })
    await writeFile(join(tree, path), text, { mode: text.startsWith('#!') ? 0o755 : 0o644 })
  }
  const control = `Package: ${name}\nVersion: 1.0\nArchitecture: all\nMaintainer: Lab <lab@example.org>\nDescription: ${name} of the bench\n`
  await mkdir(join(tree, 'DEBIAN'))
  await writeFile(join(tree, 'DEBIAN/control'), control)
  await writeFile(join(tree, 'DEBIAN/postinst'), `#!/bin/sh\nset -e\n${afterwards}\n`)
  await chmod(join(tree, 'DEBIAN/postinst'), 0o755)
  const file = `${name}_1.0_all.deb`
  await mustRun(['dpkg-deb', '--build', '--root-owner-group', '-Zgzip', tree, join(directory, file)])
  const bytes = await readFile(join(directory, file))
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  return `${control}Filename: ./${file}\nSize: ${bytes.length}\nSHA256: ${sha256}\n`
}

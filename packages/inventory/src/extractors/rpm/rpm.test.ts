import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { defaultLimits } from '@yagura/kernel'
import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { parseDatabase, parseLog } from './database.ts'
import { extractor } from './index.ts'
import { joinLog } from './table.ts'
import { type HeaderFields, makeBerkeley, makeHeader, makeNdb } from './testing.ts'

const work = mkdtempSync(join(tmpdir(), 'yagura-rpm-'))
afterAll(() => rmSync(work, { recursive: true }))

const bash: HeaderFields = {
  name: 'bash',
  version: '5.1.8',
  release: '6.el9',
  vendor: 'Example',
  license: 'GPLv3+',
  arch: 'x86_64',
  sourceRpm: 'bash-5.1.8-6.el9.src.rpm',
  files: ['/usr/bin/bash', '/usr/bin/sh', '/etc/skel/.bashrc'],
}
const perl: HeaderFields = { name: 'perl-Errno', version: '1.30', release: '481.el9', epoch: 0, arch: 'x86_64' }
const node: HeaderFields = {
  name: 'nodejs',
  version: '12.22.5',
  release: '1.module+el8',
  epoch: 1,
  arch: 'x86_64',
  sourceRpm: 'nodejs-12.22.5-1.module+el8.src.rpm',
  module: 'nodejs:12:8040020210811:522a0ee4',
}
const key: HeaderFields = { name: 'gpg-pubkey', version: 'fd431d51', release: '4ae0493b' }
/** Of several pages, whatever the format. */
const large: HeaderFields = {
  name: 'kernel-core',
  version: '5.14.0',
  release: '362.el9',
  files: Array.from({ length: 600 }, (_, at) => `/lib/modules/5.14/kernel/drivers/module-${at}.ko.xz`),
}

/** A database made by SQLite itself; with a log: that many of the last rows are not yet in the file. */
function makeSqlite(headers: readonly Buffer[], inLog = 0, pageBytes = 4096): { file: Buffer; log: Buffer } {
  const path = join(mkdtempSync(join(work, 'sqlite-')), 'rpmdb.sqlite')
  const database = new DatabaseSync(path)
  database.exec(
    `PRAGMA page_size=${pageBytes}; PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF; PRAGMA wal_autocheckpoint=0`,
  )
  database.exec("CREATE TABLE 'Packages' (hnum INTEGER PRIMARY KEY AUTOINCREMENT, blob BLOB NOT NULL)")
  database.exec("CREATE TABLE 'Name' (key TEXT NOT NULL, hnum INTEGER NOT NULL, idx INTEGER NOT NULL)")
  const insert = database.prepare('INSERT INTO Packages(blob) VALUES (?)')
  for (const [at, header] of headers.entries()) {
    if (at === headers.length - inLog) database.exec('PRAGMA wal_checkpoint(TRUNCATE)')
    insert.run(header)
  }
  if (inLog === 0) database.exec('PRAGMA wal_checkpoint(TRUNCATE)')
  const made = { file: readFileSync(path), log: readFileSync(`${path}-wal`) }
  database.close()
  return made
}

const formats: [string, (headers: readonly Buffer[]) => Buffer][] = [
  ['sqlite', (headers) => makeSqlite(headers).file],
  ['BerkeleyDB', makeBerkeley],
  ['ndb', makeNdb],
]

function parse(bytes: Buffer, log?: Buffer) {
  return parseDatabase(bytes, log)
}

function names(bytes: Buffer, log?: Buffer): string[] {
  return parse(bytes, log).packages.map((found) => found.name)
}

describe.each(formats)('%s', (_, make) => {
  test('name, epoch, version and release, architecture, source, licence, vendor, module, files', () => {
    const { packages, problems } = parse(make([bash, node].map(makeHeader)))
    expect(problems).toEqual([])
    expect(packages).toEqual([
      {
        name: 'bash',
        version: '5.1.8-6.el9',
        type: 'rpm',
        architecture: 'x86_64',
        source: { name: 'bash', version: '5.1.8-6.el9' },
        licenses: ['GPLv3+'],
        owns: ['/usr/bin/bash', '/usr/bin/sh', '/etc/skel/.bashrc'],
        vendor: 'Example',
      },
      {
        name: 'nodejs',
        version: '1:12.22.5-1.module+el8',
        type: 'rpm',
        architecture: 'x86_64',
        source: { name: 'nodejs', version: '12.22.5-1.module+el8' },
        licenses: [],
        owns: [],
        module: 'nodejs:12',
      },
    ])
  })

  test('gpg-pubkey is not a package; an epoch of 0 is none; the name of a source has no epoch', () => {
    const { packages } = parse(make([key, perl, node].map(makeHeader)))
    expect(packages.map((found) => [found.name, found.version, found.source?.version])).toEqual([
      ['perl-Errno', '1.30-481.el9', undefined],
      ['nodejs', '1:12.22.5-1.module+el8', '12.22.5-1.module+el8'],
    ])
  })

  test('headers of several pages', () => {
    const { packages, problems } = parse(make([large, bash].map(makeHeader)))
    expect(problems).toEqual([])
    expect(packages.map((found) => found.owns?.length)).toEqual([600, 3])
    expect(packages[0]?.owns?.at(-1)).toBe(large.files?.at(-1))
  })

  test('a truncated database gives what is left, and says so', () => {
    const whole = make([bash, large, node].map(makeHeader))
    for (const part of [0.2, 0.5, 0.9, 0.99]) {
      const cut = parse(whole.subarray(0, Math.floor(whole.length * part)))
      expect(cut.problems.length, `${part}`).toBeGreaterThan(0)
      for (const found of cut.packages) expect(['bash', 'kernel-core', 'nodejs']).toContain(found.name)
    }
  })

  test('a header that lies costs its own package only', () => {
    const lies = [
      [0, 0xffff_ffff], // entries
      [4, 0xffff_ffff], // bytes of data
      [16, 0xffff_fff0], // offset of the name
    ].map(([at = 0, value = 0]) => {
      const header = makeHeader({ ...perl })
      header.writeUInt32BE(value, at)
      return header
    })
    const huge = makeHeader(bash)
    // the count of the list of files
    for (let at = 8; at < huge.readUInt32BE(0) * 16; at += 16)
      if (huge.readUInt32BE(at) === 1117) huge.writeUInt32BE(0xffff_ffff, at + 12)
    const { packages, problems } = parse(make([...lies, huge, makeHeader(node)]))
    expect(packages.map((found) => [found.name, found.owns?.length])).toEqual([
      ['bash', 0],
      ['nodejs', 0],
    ])
    expect(problems).toHaveLength(3)
  })

  test('any damaged byte, anywhere: it ends, and what is found was there', () => {
    const whole = make([bash, large, node].map(makeHeader))
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 40 }),
        (changes) => {
          const damaged = Buffer.from(whole)
          for (const [at, value] of changes) damaged[at] = value
          expect(parse(damaged).packages.length).toBeLessThan(10)
        },
      ),
      { numRuns: 60 },
    )
  })
})

describe('the write-ahead log', () => {
  const { file, log } = makeSqlite([bash, perl, node, large].map(makeHeader), 2)

  test('SQLite WAL may hold rows that the database does not have yet', () => {
    expect(names(file)).toEqual(['bash', 'perl-Errno'])
    expect(names(file, log)).toEqual(['bash', 'perl-Errno', 'nodejs', 'kernel-core'])
  })

  test('by itself it gives the rows that it adds, and says that it may also take away', () => {
    const { packages, problems } = parseLog(log)
    expect(packages.map((found) => found.name)).toEqual(expect.arrayContaining(['nodejs', 'kernel-core']))
    expect(problems).toEqual([
      'The package database has a write-ahead log: packages that it removes or upgrades are listed as well.',
    ])
    expect(parseLog(Buffer.alloc(0))).toEqual({ packages: [], problems: [] })
    expect(extractor.parse?.({ path: 'var/lib/rpm/rpmdb.sqlite-wal', bytes: log }, defaultLimits).packages).toEqual(
      packages,
    )
  })

  test('read apart and joined they say what they say together, whatever was added, replaced and removed', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(2), fc.nat(39)), { maxLength: 60 }), (steps) => {
        const path = join(mkdtempSync(join(work, 'joined-')), 'rpmdb.sqlite')
        const database = new DatabaseSync(path)
        database.exec(
          'PRAGMA page_size=512; PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF; PRAGMA wal_autocheckpoint=0',
        )
        database.exec("CREATE TABLE 'Packages' (hnum INTEGER PRIMARY KEY AUTOINCREMENT, blob BLOB NOT NULL)")
        database.exec("CREATE TABLE 'Name' (key TEXT NOT NULL, hnum INTEGER NOT NULL, idx INTEGER NOT NULL)")
        const insert = database.prepare('INSERT INTO Packages(blob) VALUES (?)')
        for (let at = 0; at < 40; at++) insert.run(makeHeader({ ...bash, name: `before-${at}` }))
        database.exec('PRAGMA wal_checkpoint(TRUNCATE)')
        for (const [at, [kind, which]] of steps.entries()) {
          if (kind > 0) database.prepare('DELETE FROM Packages WHERE hnum = ?').run(which + 1)
          if (kind < 2) insert.run(makeHeader({ ...(at % 5 === 0 ? large : bash), name: `after-${at}` }))
          database.prepare("INSERT INTO Name VALUES ('x', ?, 0)").run(at)
        }
        const [bytes, logged] = [readFileSync(path), readFileSync(`${path}-wal`)]
        const stored = database.prepare('SELECT count(*) AS n FROM Packages').get()
        database.close()
        const joined = joinLog(parseDatabase(bytes, undefined), parseLog(logged))
        const apart = [...joined.database.packages, ...joined.log.packages].map((found) => found.name).sort()
        expect(apart).toEqual(names(bytes, logged).sort())
        expect(apart).toHaveLength(Number(stored?.n))
        expect([...joined.database.problems, ...joined.log.problems]).toEqual([])
      }),
      { numRuns: 40 },
    )
  })

  test('joined with a database that lacks what it builds on, it says what is missing', () => {
    const joined = joinLog(parseDatabase(Buffer.alloc(0), undefined), parseLog(makeSqliteLogOnly()))
    expect(joined.log.packages.map((found) => found.name)).toEqual(['bash'])
    const foreign = joinLog(parseDatabase(makeSqlite([bash].map(makeHeader), 0, 512).file, undefined), parseLog(log))
    expect(foreign.database.packages).toHaveLength(1)
    expect(foreign.log).toMatchObject({ packages: [], problems: [expect.stringContaining('other pages')] })
    const damaged = { packages: [], problems: ['The file is not an SQLite database.'] }
    expect(joinLog(damaged, parseLog(log)).log.problems).toEqual([expect.stringContaining('removes or upgrades')])
  })

  test('all of the database may be in it', () => {
    const fresh = makeSqlite([bash, node].map(makeHeader), 2)
    expect(names(Buffer.alloc(0), makeSqliteLogOnly())).toEqual(['bash'])
    expect(names(fresh.file, fresh.log)).toEqual(['bash', 'nodejs'])
  })

  test('a frame that was not committed, is stale or damaged ends it', () => {
    const damaged = Buffer.from(log)
    damaged[damaged.length - 100] = (damaged[damaged.length - 100] ?? 0) ^ 0xff
    const result = parse(file, damaged)
    expect(result.packages.map((found) => found.name)).toEqual(['bash', 'perl-Errno', 'nodejs'])
    expect(result.problems).toEqual([
      'The write-ahead log of the database is damaged in the middle; what follows is missing.',
    ])
    const stale = Buffer.from(log)
    stale.writeUInt32BE(1, 32 + 8)
    expect(names(file, stale)).toEqual(['bash', 'perl-Errno'])
    expect(names(file, log.subarray(0, log.length - 10))).toEqual(['bash', 'perl-Errno', 'nodejs'])
    expect(parse(file, Buffer.from('nonsense')).problems).toHaveLength(1)
  })
})

function makeSqliteLogOnly(): Buffer {
  const path = join(mkdtempSync(join(work, 'sqlite-')), 'rpmdb.sqlite')
  const database = new DatabaseSync(path)
  database.exec('PRAGMA journal_mode=WAL; PRAGMA wal_autocheckpoint=0')
  database.exec("CREATE TABLE 'Packages' (hnum INTEGER PRIMARY KEY AUTOINCREMENT, blob BLOB NOT NULL)")
  database.prepare('INSERT INTO Packages(blob) VALUES (?)').run(makeHeader(bash))
  const log = readFileSync(`${path}-wal`)
  database.close()
  return log
}

test('many packages over several levels of pages, of every size', () => {
  const headers = Array.from({ length: 300 }, (_, at) => makeHeader({ ...bash, name: `package-${at}` }))
  for (const pageBytes of [512, 4096, 65_536]) expect(names(makeSqlite(headers, 0, pageBytes).file)).toHaveLength(300)
})

test('pages full of the same row or the same child: it ends early, in the database and in its log', () => {
  const page = (kind: number) => {
    const bytes = Buffer.alloc(65_536)
    bytes[0] = kind
    bytes.writeUInt16BE(32_000, 3)
    // every pointer leads to offset 0: whatever lies there is read as a cell
    return bytes
  }
  const { file } = makeSqlite([bash].map(makeHeader), 0, 65_536)
  for (const kind of [0x05, 0x0d]) {
    const many = Buffer.concat([file, ...Array.from({ length: 300 }, () => page(kind))])
    const schema = many.subarray(0, 65_536)
    expect(parse(many).packages.length).toBeLessThanOrEqual(1)
    const frames = Array.from({ length: 300 }, (_, at) => ({ number: at + 1, page: at === 0 ? schema : page(kind) }))
    const { packages, problems } = parseLog(makeLog(frames, 65_536))
    expect(packages.length).toBeLessThanOrEqual(1)
    expect(problems).toEqual(['The database has more pages and rows than any list of packages; the rest was left out.'])
  }
})

/** A log with these pages, all of one transaction, whose checksums hold. */
function makeLog(frames: readonly { readonly number: number; readonly page: Buffer }[], pageBytes: number): Buffer {
  const sum = (bytes: Buffer, [first, second]: [number, number]): [number, number] => {
    let [a, b] = [first, second]
    for (let at = 0; at + 8 <= bytes.length; at += 8) {
      a = (a + bytes.readUInt32BE(at) + b) >>> 0
      b = (b + bytes.readUInt32BE(at + 4) + a) >>> 0
    }
    return [a, b]
  }
  const header = Buffer.alloc(32)
  header.writeUInt32BE(0x377f0683, 0)
  header.writeUInt32BE(3_007_000, 4)
  header.writeUInt32BE(pageBytes, 8)
  let last = sum(header.subarray(0, 24), [0, 0])
  header.writeUInt32BE(last[0], 24)
  header.writeUInt32BE(last[1], 28)
  const parts = frames.flatMap(({ number, page }, at) => {
    const frame = Buffer.alloc(24)
    frame.writeUInt32BE(number, 0)
    frame.writeUInt32BE(at === frames.length - 1 ? frames.length : 0, 4)
    last = sum(page, sum(frame.subarray(0, 8), last))
    frame.writeUInt32BE(last[0], 16)
    frame.writeUInt32BE(last[1], 20)
    return [frame, page]
  })
  return Buffer.concat([header, ...parts])
}

test('pages in a circle, overflow chains in a circle', () => {
  const { file } = makeSqlite(Array.from({ length: 200 }, (_, at) => makeHeader({ ...bash, name: `p${at}` })))
  const circle = Buffer.from(file)
  for (let page = 1; page < circle.length / 4096; page++) {
    if (circle[page * 4096] !== 5) continue
    circle.writeUInt32BE(page + 1, page * 4096 + 8)
  }
  expect(parse(circle).problems.length).toBeGreaterThan(0)
  const chain = makeBerkeley([makeHeader(large)])
  for (let page = 2; page < chain.length / 4096; page++) chain.writeUInt32LE(2, page * 4096 + 16)
  expect(parse(chain)).toEqual({
    packages: [],
    problems: ['A header on page 1 of the database is damaged; its package is missing.'],
  })
})

test('BerkeleyDB of a machine with the other byte order', () => {
  const file = makeBerkeley([makeHeader(bash)])
  for (const at of [12, 16, 20, 32, 96]) file.subarray(at, at + 4).swap32()
  for (let page = 1; page < file.length / 4096; page++) {
    const start = page * 4096
    if (file[start + 25] === 13) {
      const items = file.readUInt16LE(start + 20)
      for (let item = 0; item < items; item++) {
        const place = start + file.readUInt16LE(start + 26 + item * 2)
        if (file[place] === 3) for (const at of [4, 8]) file.subarray(place + at, place + at + 4).swap32()
      }
      file.subarray(start + 26, start + 26 + items * 2).swap16()
    }
    for (const at of [8, 12, 16]) file.subarray(start + at, start + at + 4).swap32()
    file.subarray(start + 20, start + 24).swap16()
  }
  expect(names(file)).toEqual(['bash'])
})

test('package URL: the epoch is a qualifier', () => {
  const [found] = parse(makeNdb([makeHeader(node)])).packages
  const os = { id: 'rhel', versionId: '8.4', prettyName: null }
  expect(found && extractor.purl(found, os)).toBe(
    'pkg:rpm/redhat/nodejs@12.22.5-1.module%2Bel8?arch=x86_64&distro=rhel-8.4&epoch=1&rpmmod=nodejs:12',
  )
  expect(extractor.files).toContain('usr/lib/sysimage/rpm/Packages.db')
})

const hasRpm = spawnSync('rpmbuild', ['--version'], { stdio: 'ignore' }).status === 0
if (!hasRpm) {
  if (process.env.CI === 'true') throw new Error('rpmbuild is missing: install rpm')
  console.warn('rpm is not installed: the databases that rpm itself writes are not tested')
}

describe.runIf(hasRpm)('as rpm itself', () => {
  const format = '%{NAME}|%{EPOCHNUM}|%{VERSION}|%{RELEASE}|%{ARCH}|%{SOURCERPM}|%{VENDOR}|%{LICENSE}|[%{FILENAMES} ]\n'

  function query(backend: string, directory: string): string[] {
    const args = ['--define', `_db_backend ${backend}`, '--dbpath', directory, '-qa', '--qf', format]
    return rpm(args).split('\n').filter(Boolean).sort()
  }
  function rpm(args: readonly string[], program = 'rpm'): string {
    const child = spawnSync(program, args, { encoding: 'utf8', timeout: 60_000 })
    if (child.status !== 0) throw new Error(`${program} ${args.join(' ')}: ${child.stderr}`)
    return child.stdout
  }
  function own(file: string, log?: Buffer): string[] {
    return parse(readFileSync(file), log)
      .packages.map((found) => {
        const [, epoch = '0', version] = /^(?:(\d+):)?(.*)$/.exec(found.version) ?? []
        const [first, release] = version?.split('-') ?? []
        const source = found.source ? `${found.source.name}-${found.source.version}.src.rpm` : '(none)'
        const files = [...(found.owns ?? [])].map((one) => `${one} `).join('')
        const { name, architecture: arch, vendor = '(none)', licenses } = found
        return [name, epoch, first, release, arch, source, vendor, licenses[0], files].join('|')
      })
      .sort()
  }

  test('a database of packages built and installed by rpm', { timeout: 120_000 }, () => {
    const packages = ['one', 'two'].map((name) => {
      const spec = join(work, `${name}.spec`)
      const epoch = name === 'one' ? 'Epoch: 3\nVendor: Somebody\n' : ''
      writeFileSync(
        spec,
        `Name: yagura-${name}\n${epoch}Version: 1.2\nRelease: 4.el9\nSummary: x\nLicense: MIT\nBuildArch: noarch\n%description\nx\n%install\nmkdir -p %{buildroot}/usr/share/${name}\ntouch %{buildroot}/usr/share/${name}/a %{buildroot}/usr/share/${name}/b\n%files\n/usr/share/${name}\n`,
      )
      rpm(['-bb', '--quiet', '--define', `_topdir ${work}/top`, spec], 'rpmbuild')
      return `${work}/top/RPMS/noarch/yagura-${name}-1.2-4.el9.noarch.rpm`
    })
    const directory = join(work, 'installed')
    mkdirSync(directory)
    rpm(['--dbpath', directory, '--justdb', '--nodeps', '--ignoreos', '-i', ...packages])
    const log = readFileSync(join(directory, 'rpmdb.sqlite-wal'))
    expect(own(join(directory, 'rpmdb.sqlite'), log)).toEqual(query('sqlite', directory))
    expect(query('sqlite', directory)).toHaveLength(2)
  })

  test('the BerkeleyDB that these tests make is one to rpm', () => {
    const directory = join(work, 'berkeley')
    mkdirSync(directory)
    const headers = [bash, node, large].map((fields) =>
      makeHeader({ vendor: 'V', license: 'MIT', arch: 'noarch', sourceRpm: 'a-1-2.src.rpm', epoch: 0, ...fields }),
    )
    writeFileSync(join(directory, 'Packages'), makeBerkeley(headers))
    writeFileSync(join(directory, 'Name'), makeBerkeley([]))
    expect(own(join(directory, 'Packages'))).toEqual(query('bdb_ro', directory))
  })
})

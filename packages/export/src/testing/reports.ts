// Reports for tests: one that has a little of everything, and one whose every text was written by an attacker. Not part of the product.
import { type ScanReport, type SoftwarePackage, scanReport, type VulnerabilityFinding } from '@yagura/schema'

const LAYER_A = `sha256:${'a'.repeat(64)}`
const LAYER_B = `sha256:${'b'.repeat(64)}`
const DEBIAN = 'distro=debian-12'

export function sampleReport(): ScanReport {
  const openssl = debian('libssl3', '3.0.11-1~deb12u2', { name: 'openssl', version: '3.0.11-1~deb12u2' }, [
    'Apache-2.0',
  ])
  const gcc = debian('libgcc-s1', '12.2.0-14+b1', { name: 'gcc-12', version: '12.2.0-14' }, [
    'GPL-3.0-only WITH GCC-exception-3.1',
    'MIT',
    'Artistic',
  ])
  const npm = language(
    'npm',
    '@scope/left-pad',
    '1.3.0',
    'pkg:npm/%40scope/left-pad@1.3.0',
    'usr/lib/node_modules/@scope/left-pad/package.json',
  )
  const again = { ...npm, locations: [{ path: '/app/node_modules/@scope/left-pad/package.json', layer: LAYER_B }] }
  const requests = {
    ...language(
      'pypi',
      'Requests',
      '2.28.1',
      'pkg:pypi/requests@2.28.1',
      'usr/lib/python3/dist-packages/requests-2.28.1.dist-info/METADATA',
    ),
    ownedBy: { name: 'libssl3', type: 'deb' },
  }
  const maven = language('maven', 'org.example:core', '1.0', 'pkg:maven/org.example/core@1.0', 'opt/app.jar')
  const packages = [gcc, openssl, maven, npm, again, requests]
  const finding: VulnerabilityFinding = {
    id: 'CVE-2023-5678',
    aliases: ['DSA-5532-1'],
    package: openssl.name,
    version: openssl.version,
    purl: openssl.purl,
    severity: 'high',
    status: 'affected',
    fixedIn: ['3.0.13-1~deb12u1'],
    reason: 'openssl 3.0.11-1~deb12u2 is older than 3.0.13-1~deb12u1, where it is fixed (CVE-2023-5678).',
  }
  const pad = {
    ...finding,
    id: 'GHSA-aaaa-bbbb-cccc',
    aliases: [],
    package: npm.name,
    version: npm.version,
    purl: npm.purl,
  }
  const report: ScanReport = {
    tool: { name: 'yagura', version: '0.1.0' },
    target: 'oci:layout',
    scannedAt: '2026-01-02T03:04:05.678Z',
    image: {
      digest: `sha256:${'c'.repeat(64)}`,
      manifestDigest: `sha256:${'d'.repeat(64)}`,
      names: ['registry.example/team/app:1.2'],
      architecture: 'amd64',
      createdAt: '2026-01-01T00:00:00.000Z',
      layers: [LAYER_A, LAYER_B].map((diffId) => ({
        digest: null,
        diffId,
        createdBy: 'RUN secret=hunter2 make',
        createdAt: null,
        sizeBytes: 1,
        mediaType: null,
      })),
      config: {
        user: '',
        entrypoint: [],
        command: [],
        environment: ['TOKEN=hunter2'],
        workingDirectory: '',
        exposedPorts: [],
        labels: {},
      },
    },
    operatingSystem: { id: 'debian', versionId: '12', prettyName: 'Debian GNU/Linux 12 (bookworm)' },
    packages,
    findings: [
      finding,
      {
        ...pad,
        severity: 'critical',
        kev: { addedOn: '2024-02-03', dueOn: '2024-02-24', isUsedByRansomware: true },
        epss: { score01: 0.942, percentile01: 0.998, scoredAt: null },
        fixedIn: ['1.3.1', '2.0.0'],
        reason: 'it is listed as affected (GHSA-aaaa-bbbb-cccc).',
      },
      { ...finding, id: 'CVE-2020-1', aliases: [], severity: 'low', status: 'fixed', reason: 'fixed in 3.0.0.' },
      {
        ...finding,
        id: 'CVE-2020-2',
        aliases: [],
        severity: 'unknown',
        status: 'undetermined',
        fixedIn: [],
        reason: 'its version cannot be read.',
      },
    ],
    suppressed: [
      {
        ...finding,
        id: 'CVE-2022-3',
        aliases: [],
        suppression: {
          kind: 'exception',
          source: '.yagura.yaml',
          line: 3,
          reason: 'Not reachable.',
          expires: '2026-06-30',
        },
      },
      {
        ...finding,
        id: 'CVE-2022-4',
        aliases: [],
        status: 'not-affected',
        suppression: {
          kind: 'vex',
          source: 'vendor.vex.json',
          line: null,
          reason: 'Code is not built in.',
          expires: null,
        },
      },
    ],
    suppressedSecrets: [
      {
        kind: 'private-key',
        path: '/etc/test.key',
        line: 1,
        layer: LAYER_A,
        createdBy: null,
        deletedIn: null,
        match: '-----BEGIN…',
        severity: 'high',
        suppression: {
          kind: 'exception',
          source: '.yagura.yaml',
          line: 7,
          reason: 'A key for tests.',
          expires: '2026-06-30',
        },
      },
    ],
    suppressedMistakes: [
      {
        check: 'no-health-check',
        severity: 'low',
        title: 'No health check',
        message: 'The image says not how to ask whether it works.',
        path: null,
        layer: null,
        remedy: 'Add HEALTHCHECK.',
        suppression: {
          kind: 'exception',
          source: '.yagura.yaml',
          line: 11,
          reason: 'The cluster asks.',
          expires: null,
        },
      },
    ],
    secrets: [
      {
        kind: 'aws-access-key',
        path: '/root/my files/credentials#1',
        line: 2,
        layer: LAYER_A,
        createdBy: 'COPY . /root',
        deletedIn: LAYER_B,
        match: 'AKIA************',
        severity: 'critical',
      },
    ],
    mistakes: [
      {
        check: 'root-user',
        severity: 'medium',
        title: 'Runs as root',
        message: 'The image sets no user.',
        path: null,
        layer: null,
        remedy: 'Add USER.',
      },
      {
        check: 'setuid-file',
        severity: 'low',
        title: 'File with the setuid bit',
        message: '/usr/bin/su runs as its owner.',
        path: '/usr/bin/su',
        layer: LAYER_A,
        remedy: 'Remove the bit.',
      },
    ],
    coverageGaps: [
      gap('FILE_INVALID', '/opt/broken.jar', 'It is no zip archive.'),
      gap('ADVISORIES_NOT_COVERED', 'maven', 'No feed.'),
    ],
    advisories: null,
    exceptions: { used: [], unused: [] },
  }
  return scanReport.parse(report)
}

/** Each text of the report is one of these, as far as the contract lets it. */
export const HOSTILE_TEXTS = [
  '<img src=x onerror=alert(1)>',
  "=cmd|' /C calc'!A0",
  'a|b\\|c`d`*e*_f_[g](javascript:h)@everyone #1 www.example.com https://example.com',
  'nul\u0000 esc\u001b[31m bell\u0007 rtl\u202e line\u2028 half\ud800 not\uffff',
  ']]></failure><!-- & "quoted" \'single\' &lt;',
  '\r\n::error::injected\r\n</details>',
  '../../etc/passwd%00?x#y',
  '__proto__',
] as const

export function hostileReport(): ScanReport {
  const report = sampleReport()
  const first = report.packages[0]
  const finding = report.findings[0]
  if (!first || !finding) throw new Error('the sample has neither package nor finding')
  const text = (index: number) => HOSTILE_TEXTS[index % HOSTILE_TEXTS.length] ?? ''
  const packages = HOSTILE_TEXTS.map((name, index) => ({
    ...first,
    name,
    version: text(index + 1),
    purl: index % 2 === 0 ? text(index + 2) : '',
    licenses: [text(index + 3)],
    vendor: text(index + 4),
    locations: [{ path: `/${text(index + 5)}`, layer: null }],
  }))
  const findings = packages.map(({ name, version, purl }, index) => ({
    ...finding,
    id: text(index + 6),
    aliases: [text(index + 7)],
    package: name,
    version,
    purl,
    fixedIn: [text(index)],
    reason: text(index + 1),
  }))
  return scanReport.parse({
    ...report,
    target: text(0),
    image: { ...report.image, names: [text(2)] },
    operatingSystem: { id: text(0), versionId: text(1), prettyName: text(2), branch: text(3) },
    packages: [...packages, ...packages],
    findings,
    suppressed: findings.map((one) => ({
      ...one,
      suppression: { kind: 'exception', source: text(4), line: null, reason: text(5), expires: null },
    })),
    secrets: HOSTILE_TEXTS.flatMap((path) =>
      report.secrets.map((secret) => ({ ...secret, path, kind: path, match: path, createdBy: path })),
    ),
    suppressedSecrets: HOSTILE_TEXTS.flatMap((path) =>
      report.suppressedSecrets.map((secret) => ({
        ...secret,
        path,
        kind: path,
        suppression: { ...secret.suppression, reason: path, source: path },
      })),
    ),
    mistakes: HOSTILE_TEXTS.flatMap((message) =>
      report.mistakes.map((mistake) => ({
        ...mistake,
        check: message,
        title: message,
        message,
        remedy: message,
        path: message,
      })),
    ),
    coverageGaps: HOSTILE_TEXTS.map((subject) => gap('FILE_INVALID', subject, subject)),
  })
}

function debian(name: string, version: string, source: SoftwarePackage['source'], licenses: string[]): SoftwarePackage {
  return {
    name,
    version,
    type: 'deb',
    purl: `pkg:deb/debian/${name}@${version.replaceAll('+', '%2B')}?arch=amd64&${DEBIAN}`,
    architecture: 'amd64',
    source,
    licenses,
    locations: [{ path: '/var/lib/dpkg/status', layer: LAYER_A }],
    layer: LAYER_A,
  }
}

function language(type: string, name: string, version: string, purl: string, path: string): SoftwarePackage {
  return {
    name,
    version,
    type,
    purl,
    architecture: null,
    source: null,
    licenses: ['MIT'],
    locations: [{ path: `/${path}`, layer: LAYER_B }],
    layer: LAYER_B,
  }
}

function gap(code: ScanReport['coverageGaps'][number]['code'], subject: string, reason: string) {
  const observedAt = '2026-01-02T03:04:05Z'
  return { code, scope: 'image:x', subject, reason, remedy: null, count: 1, observedAt, resolved: false }
}

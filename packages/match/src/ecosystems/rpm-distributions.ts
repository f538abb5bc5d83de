// Which feeds belong to a distribution of rpm packages, by ID and VERSION_ID of os-release(5), and who signs its packages.
import type { OperatingSystem } from '@yagura/schema'
import type { KnownFeeds } from './ecosystem.ts'

export interface Distribution {
  /** Vendor header of packages that its advisories speak of. */
  readonly vendor: RegExp
  /** Its advisories name source packages too. */
  readonly namesSources: boolean
  /** `branch`: of the repositories that packages come from, where the image says it. */
  feeds(versionId: string, known: KnownFeeds, branch?: string | null): readonly string[]
}

const redHat: Distribution = { vendor: /red hat|centos/i, namesSources: false, feeds: redHatFeeds }
const suse: Distribution = { vendor: /suse/i, namesSources: true, feeds: suseFeeds }

const DISTRIBUTIONS: Readonly<Record<string, Distribution>> = {
  almalinux: { vendor: /almalinux/i, namesSources: false, feeds: byMajor('AlmaLinux') },
  amzn: { vendor: /amazon/i, namesSources: false, feeds: (version) => [`Amazon Linux:${version}`] },
  azurelinux: { vendor: /microsoft/i, namesSources: false, feeds: byMajor('Azure Linux') },
  centos: redHat,
  mageia: { vendor: /mageia/i, namesSources: true, feeds: byMajor('Mageia') },
  ol: { vendor: /oracle/i, namesSources: false, feeds: byMajor('Oracle Linux') },
  'opensuse-leap': { vendor: /suse/i, namesSources: true, feeds: (version) => [`openSUSE:Leap ${version}`] },
  'opensuse-tumbleweed': { vendor: /suse/i, namesSources: true, feeds: () => ['openSUSE:Tumbleweed'] },
  photon: { vendor: /vmware|broadcom/i, namesSources: false, feeds: (version) => [`Photon OS:${version}`] },
  rhel: redHat,
  rocky: { vendor: /rocky/i, namesSources: true, feeds: byMajor('Rocky Linux') },
  sled: suse,
  sles: suse,
  sles_sap: suse,
}

export function distributionOf(operatingSystem: OperatingSystem | null): Distribution | undefined {
  const id = operatingSystem?.id ?? ''
  return Object.hasOwn(DISTRIBUTIONS, id) ? DISTRIBUTIONS[id] : undefined
}

function byMajor(family: string): Distribution['feeds'] {
  return (versionId) => [`${family}:${versionId.split('.')[0]}`]
}

/** OSV has a feed for each repository, named by its CPE: `Red Hat:enterprise_linux:8::baseos`, `Red Hat:enterprise_linux:10.0`. */
function redHatFeeds(versionId: string, known: KnownFeeds, branch?: string | null): readonly string[] {
  // the products whose content sets the image was built from: an extended release has fixes of its own
  const products = (branch ?? '').split(' ').map((product) => `Red Hat:${product}`)
  const built = known('Red Hat').filter((name) => products.includes(name))
  if (built.length > 0) return built
  const [major = ''] = versionId.split('.')
  const family = `Red Hat:enterprise_linux:${major}`
  const own = known('Red Hat').filter(
    (name) => name === family || (/^[:.]/.test(name.slice(family.length)) && name.startsWith(family)),
  )
  return [...own, family]
}

/** Each module of SUSE Linux Enterprise is a feed: `SUSE:Linux Enterprise Module for Basesystem 15 SP5`. */
function suseFeeds(versionId: string, known: KnownFeeds): readonly string[] {
  const [major, service] = versionId.split('.')
  const release = service === undefined || service === '0' ? `${major}` : `${major} SP${service}`
  const own = known('SUSE').filter(
    (name) =>
      name.endsWith(` ${release}`) && /^SUSE:Linux Enterprise (?:Server|Module for .*|Desktop) [^ ]+/.test(name),
  )
  return [...own, `SUSE:Linux Enterprise Server ${release}`]
}

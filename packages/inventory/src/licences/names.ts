// What packages call licences → their SPDX identifiers (https://spdx.org/licenses). The short names of Debian's copyright format 1.0
// ("License specification"), the classifiers of Python, the names in poms, gems and of Fedora before it took SPDX.
import identifiers from 'spdx-license-ids/index.json' with { type: 'json' }

const ALIASES: Readonly<Record<string, string>> = {
  expat: 'MIT',
  'the mit license': 'MIT',
  'mit license': 'MIT',
  'mit/x11': 'MIT',
  'mit/expat': 'MIT',
  'mit-license': 'MIT',
  'mit licence': 'MIT',
  'osi approved :: mit license': 'MIT',
  apache: 'Apache-2.0',
  'apache 2': 'Apache-2.0',
  'apache-2': 'Apache-2.0',
  'apache 2.0': 'Apache-2.0',
  apache2: 'Apache-2.0',
  'apache2.0': 'Apache-2.0',
  'asl 2.0': 'Apache-2.0',
  'apache license': 'Apache-2.0',
  'apache license 2.0': 'Apache-2.0',
  'apache license, version 2.0': 'Apache-2.0',
  'apache license version 2.0': 'Apache-2.0',
  'the apache license, version 2.0': 'Apache-2.0',
  'the apache software license, version 2.0': 'Apache-2.0',
  'apache software license': 'Apache-2.0',
  'apache software license 2.0': 'Apache-2.0',
  'apache public license 2.0': 'Apache-2.0',
  // two, three or four clauses: it does not say
  bsd: 'LicenseRef-BSD',
  'bsd license': 'LicenseRef-BSD',
  'bsd-3': 'BSD-3-Clause',
  'bsd 3-clause': 'BSD-3-Clause',
  '3-clause bsd': 'BSD-3-Clause',
  'bsd 3-clause license': 'BSD-3-Clause',
  '3-clause bsd license': 'BSD-3-Clause',
  'new bsd': 'BSD-3-Clause',
  'new bsd license': 'BSD-3-Clause',
  'modified bsd license': 'BSD-3-Clause',
  'the bsd license': 'LicenseRef-BSD',
  'bsd-2': 'BSD-2-Clause',
  'bsd 2-clause': 'BSD-2-Clause',
  'simplified bsd': 'BSD-2-Clause',
  'bsd-4': 'BSD-4-Clause',
  'isc license': 'ISC',
  'isc license (iscl)': 'ISC',
  psf: 'PSF-2.0',
  psfl: 'PSF-2.0',
  'python software foundation license': 'PSF-2.0',
  python: 'Python-2.0',
  'mpl 1.1': 'MPL-1.1',
  'mpl-2': 'MPL-2.0',
  'mpl 2.0': 'MPL-2.0',
  mplv2: 'MPL-2.0',
  'mplv2.0': 'MPL-2.0',
  'mozilla public license 2.0': 'MPL-2.0',
  'mozilla public license 2.0 (mpl 2.0)': 'MPL-2.0',
  'mozilla public license, version 2.0': 'MPL-2.0',
  'artistic 2.0': 'Artistic-2.0',
  artistic: 'Artistic-1.0-Perl',
  'artistic-1': 'Artistic-1.0',
  'artistic-2': 'Artistic-2.0',
  zlib: 'Zlib',
  'zlib/libpng': 'Zlib',
  boost: 'BSL-1.0',
  'bsl-1': 'BSL-1.0',
  cc0: 'CC0-1.0',
  'cc0-1': 'CC0-1.0',
  'cc-by-3': 'CC-BY-3.0',
  'cc-by-4': 'CC-BY-4.0',
  'cc-by-sa-3': 'CC-BY-SA-3.0',
  'cc-by-sa-4': 'CC-BY-SA-4.0',
  'the unlicense': 'Unlicense',
  'the unlicense (unlicense)': 'Unlicense',
  'eclipse public license 1.0': 'EPL-1.0',
  'eclipse public license - v 1.0': 'EPL-1.0',
  'eclipse public license 2.0': 'EPL-2.0',
  'eclipse public license v2.0': 'EPL-2.0',
  'eclipse public license - v 2.0': 'EPL-2.0',
  'cddl 1.0': 'CDDL-1.0',
  'cddl 1.1': 'CDDL-1.1',
  'common development and distribution license': 'CDDL-1.0',
  vim: 'Vim',
  openssl: 'OpenSSL',
  ruby: 'Ruby',
  wtfpl: 'WTFPL',
  'gfdl-1.3': 'GFDL-1.3-only',
  'gfdl-1.2': 'GFDL-1.2-only',
}

const BY_LOWER_CASE = new Map(identifiers.map((id) => [id.toLowerCase(), id]))

/** The GNU licences have a family, a version, and whether later ones will do. */
const GNU =
  /^(?:gnu\s+)?(agpl|lgpl|gpl|gfdl|(?:(affero|lesser|library)\s+)?general public licen[cs]e)[\s,-]*\(?(?:(?:a|l)?gpl)?\)?[\s,-]*(?:version\s*|v)?\s*([1-3](?:\.[0-3])?)(?:\.0)?\s*(\+|-or-later|\s*or\s+(?:any\s+)?(?:later|newer)(?:\s+version)?|-only|\s+only)?\s*(?:\((?:a|l)?gplv[\d.]+\+?\))?$/

/** Undefined: not known. */
export function licenceId(text: string): string | undefined {
  const name = text
    .trim()
    .toLowerCase()
    .replace(/\s+/g, ' ')
    .replace(/^license :: (?:osi approved :: )?/, '')
  const gnu = GNU.exec(name)
  if (gnu) {
    const found = gnuId(gnu)
    if (found) return found
  }
  return ALIASES[name] ?? BY_LOWER_CASE.get(name)
}

function gnuId([, family = '', kind, version = '', later]: readonly (string | undefined)[]): string | undefined {
  const short = family.includes(' ') ? (kind === 'affero' ? 'agpl' : kind ? 'lgpl' : 'gpl') : family
  const number = version.includes('.') ? version : `${version}.0`
  const isLater = later !== undefined && !later.includes('only')
  return BY_LOWER_CASE.get(`${short}-${number}-${isLater ? 'or-later' : 'only'}`)
}

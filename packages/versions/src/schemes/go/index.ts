// Go module versions (go.dev/ref/mod#versions): semantic versions with `v` in front, `v1` and `v1.2` for short, pseudo-versions,
// `+incompatible`; and those of the toolchain (`go1.21rc2`), which the vulnerability database writes as 1.21.0-rc.2.
import { MAX_VERSION_LENGTH, type VersionScheme } from '../../scheme.ts'
import { type SemanticVersion, scheme as semver } from '../semver/index.ts'

const SHORT = /^(\d+)(?:\.(\d+))?(?:\.(\d+))?((?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?)$/
const TOOLCHAIN = /^(\d+)\.(\d+)(?:\.(\d+))?(?:(alpha|beta|rc)(\d+))?(?: .*)?$/
/** What a maker adds to the name of a toolchain of its own: go1.21.3-custom. */
const MAKER = /-.*$/

function parse(text: string): SemanticVersion | undefined {
  if (text.length > MAX_VERSION_LENGTH) return undefined
  if (text.startsWith('go')) return parseToolchain(text.slice(2).replace(MAKER, ''))
  const [, major, minor, patch, rest] = SHORT.exec(text.replace(/^v/, '')) ?? []
  if (major === undefined) return parseToolchain(text)
  // a shortened version has no pre-release: v1.2-pre is none (golang.org/x/mod/semver)
  if (patch === undefined && rest !== '') return undefined
  return semver.parse(`${major}.${minor ?? 0}.${patch ?? 0}${rest}`)
}

function parseToolchain(text: string): SemanticVersion | undefined {
  const [, major, minor, patch, phase, number] = TOOLCHAIN.exec(text) ?? []
  if (major === undefined) return undefined
  return semver.parse(`${major}.${minor}.${patch ?? 0}${phase ? `-${phase}.${number}` : ''}`)
}

export const scheme: VersionScheme<SemanticVersion> = { parse, compare: semver.compare }

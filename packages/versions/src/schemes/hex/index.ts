// Elixir and Erlang packages: semantic versions, compared without build metadata (hexdocs.pm/elixir/Version.html).
import type { VersionScheme } from '../../scheme.ts'
import { type SemanticVersion, scheme as semver } from '../semver/index.ts'

export const scheme: VersionScheme<SemanticVersion> = semver

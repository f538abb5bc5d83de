// Elixir and Erlang packages: semantic versions, compared without build metadata (hexdocs.pm/elixir/Version.html).
import type { VersionScheme } from '../scheme.ts'
import { type SemanticVersion, semver } from '../semver/index.ts'

export const hex: VersionScheme<SemanticVersion> = semver

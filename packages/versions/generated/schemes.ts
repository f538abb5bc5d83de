// Generated from the folders of src/schemes by scripts/generate.ts; do not edit.
import { scheme as apk } from '../src/schemes/apk/index.ts'
import { scheme as composer } from '../src/schemes/composer/index.ts'
import { scheme as conan } from '../src/schemes/conan/index.ts'
import { scheme as dpkg } from '../src/schemes/dpkg/index.ts'
import { scheme as gem } from '../src/schemes/gem/index.ts'
import { scheme as go } from '../src/schemes/go/index.ts'
import { scheme as hex } from '../src/schemes/hex/index.ts'
import { scheme as maven } from '../src/schemes/maven/index.ts'
import { scheme as npm } from '../src/schemes/npm/index.ts'
import { scheme as nuget } from '../src/schemes/nuget/index.ts'
import { scheme as pep440 } from '../src/schemes/pep440/index.ts'
import { scheme as rpm } from '../src/schemes/rpm/index.ts'
import { scheme as semver } from '../src/schemes/semver/index.ts'

export const schemes = {
  apk,
  composer,
  conan,
  dpkg,
  gem,
  go,
  hex,
  maven,
  npm,
  nuget,
  pep440,
  rpm,
  semver,
} as const

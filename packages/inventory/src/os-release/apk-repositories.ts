// Where the packages of an Alpine image come from: /etc/apk/repositories (apk-repositories(5)). It may name another branch than os-release,
// above all `edge`, which has no release of its own.

export const APK_REPOSITORIES = 'etc/apk/repositories'

const MAX_LINES = 1000
/** Neither a comment (#) nor tagged (@). */
const REPOSITORY = /^[^#@].*\/(edge|v\d+\.\d+)\/main\/?$/

/** Of the main repositories: a tagged one serves named packages only, and of several apk takes the newest packages. */
export function parseApkRepositories(text: string): string | null {
  const branches = text.split(/\r?\n/, MAX_LINES).flatMap((line) => REPOSITORY.exec(line.trim())?.[1] ?? [])
  return branches.sort(byAge).at(-1) ?? null
}

function byAge(a: string, b: string): number {
  if (a === b) return 0
  if (a === 'edge' || b === 'edge') return a === 'edge' ? 1 : -1
  return a.localeCompare(b, 'en', { numeric: true })
}

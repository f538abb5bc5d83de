// Classes of paths. A path is what a process calls a file; where it may be a link or a mount, the inode decides elsewhere.
import { shapeHash } from '../baseline/shape.ts'
import { hashText } from '../tags/hash.ts'
import { ARCHIVE, DATA, ENVIRONMENT, TOKEN } from '../tags/marks.ts'
import { createTextCache } from '../text-cache.ts'

const TOKEN_PATH =
  /\/(?:var\/)?run\/secrets\/(?:kubernetes\.io|eks\.amazonaws\.com|azure|tokens)\/.*token|\/serviceaccount\/(?:\.\.data\/|\.\.\d[^/]*\/)?token$/
const ENVIRON_PATH = /^\/proc\/(?:\d+|self|thread-self)\/(?:task\/\d+\/)?environ$/
const SECRET_PATHS: readonly RegExp[] = [
  /^(?:\/host)?\/etc\/g?shadow-?$/,
  /\/\.aws\/(?:credentials|config)$/,
  /\/\.(?:docker|podman)\/config\.json$|\/containers\/auth\.json$/,
  /\/\.kube\/(?:config|cache\/)/,
  /\/\.config\/gcloud\/|\/\.azure\//,
  /\/\.ssh\/(?:id_[a-z0-9]+|identity)$/,
  /\/ssh_host_[a-z0-9]+_key$/,
  /\/\.(?:git-credentials|netrc|pgpass|npmrc|pypirc|my\.cnf|vault-token)$/,
  /\/(?:pki|private)\/.*\.(?:key|pem)$/,
  /\/(?:etc\/kubernetes|k8s)\/.*\.(?:conf|key)$/,
  /\/etc\/(?:rancher\/.*\.yaml|krb5\.keytab)$/,
]
const ARCHIVE_PATH = /\.(?:t?gz|tar|tgz|zip|7z|rar|bz2|xz|zst|cpio|gpg|enc)$/
const DATA_PATH =
  /\.(?:sqlite3?|db|mdb|sql|dump|bak|rdb|ibd|frm|myd)$|^\/var\/lib\/(?:postgresql|mysql|mongodb|redis|app)\/|^\/data\//
/** What is there comes and goes: caches, builds, temporary files. */
const SCRATCH =
  /^\/(?:tmp|var\/tmp|dev\/shm|run|var\/cache|var\/lib\/apt|var\/log|proc|sys)(?:\/|$)|\/(?:node_modules|\.git|__pycache__|\.cache|\.npm|\.m2|target|build|dist)(?:\/|$)/

export interface PathFacts {
  readonly isToken: boolean
  /** Environment of a process, another's or the own one. */
  readonly isEnviron: boolean
  readonly isSecret: boolean
  readonly isScratch: boolean
  /** What reading this file brings along. */
  readonly marks: number
  readonly isArchive: boolean
  /** Hash of what stays the same when the same work is done again. */
  readonly shape: number
  /** Of the whole path, and the same with another seed. */
  readonly hash: number
  readonly otherHash: number
}

const FACTS_SLOTS = 16_384
/** Each path is taken apart once. */
export const factsOf: (path: string) => PathFacts = createTextCache(FACTS_SLOTS, (path) => {
  const isToken = TOKEN_PATH.test(path)
  return {
    isToken,
    isEnviron: ENVIRON_PATH.test(path),
    isSecret: isToken || SECRET_PATHS.some((pattern) => pattern.test(path)),
    isScratch: SCRATCH.test(path),
    marks: contentMarks(path),
    isArchive: ARCHIVE_PATH.test(path),
    shape: shapeHash(path),
    hash: hashText(path),
    otherHash: hashText(path, 3),
  }
})

function isTokenPath(path: string): boolean {
  return TOKEN_PATH.test(path)
}

function isEnvironPath(path: string): boolean {
  return ENVIRON_PATH.test(path)
}

function contentMarks(path: string): number {
  if (isTokenPath(path)) return TOKEN
  if (isEnvironPath(path)) return ENVIRONMENT
  if (DATA_PATH.test(path)) return DATA
  return ARCHIVE_PATH.test(path) ? ARCHIVE : 0
}

/** An argument that names a file: the path it means. `@file` and `name=@file` are how curl is told to send one. */
export function pathOfArgument(argument: string, cwd: string | null): string | undefined {
  if (argument.length === 0 || argument.length > 4096) return undefined
  const at = argument.indexOf('@')
  const named = at >= 0 && at < 64 && !argument.includes('://') ? argument.slice(at + 1) : argument
  const equals = named.startsWith('-') ? named.indexOf('=') : -1
  const path = equals > 0 ? named.slice(equals + 1) : named
  if (path.startsWith('/')) return normalise(path)
  if (path.startsWith('-') || path.includes('://') || cwd === null) return undefined
  if (!/^[\w.]/.test(path)) return undefined
  return normalise(`${cwd}/${path}`)
}

export function normalise(path: string): string {
  if (!/\/\/|\/\.\.?(?:\/|$)/.test(path)) return path
  const parts: string[] = []
  for (const part of path.split('/')) {
    if (part === '..') parts.pop()
    else if (part !== '' && part !== '.') parts.push(part)
  }
  return `/${parts.join('/')}`
}

export function folderOf(path: string): string {
  const slash = path.lastIndexOf('/')
  return slash <= 0 ? '/' : path.slice(0, slash)
}

// What programs are for, where their name may only add to what the kernel shows: a name makes ordinary work quiet or a
// sentence clear; a renamed program is told by what it does.
import { hashText } from '../tags/hash.ts'
import { createTextCache } from '../text-cache.ts'
import type { Process } from './actor.ts'
import { baseName } from './actor.ts'

const SHELLS = new Set(['sh', 'bash', 'dash', 'ash', 'zsh', 'ksh', 'mksh', 'csh', 'tcsh', 'fish', 'rbash', 'busybox'])
const INTERPRETERS = /^(?:python|perl|ruby|node|nodejs|php|lua|tclsh|awk|gawk|mawk)[\d.-]*(?:-fpm|-cgi)?$/
/** Write programs and libraries that the distribution or a registry delivers. */
const INSTALLERS = new Set([
  'dpkg',
  'dpkg-deb',
  'dpkg-preconfigure',
  'apt',
  'apt-get',
  'apk',
  'rpm',
  'yum',
  'dnf',
  'microdnf',
  'zypper',
  'rpm2cpio',
  'update-alternatives',
  'ldconfig',
  'update-ca-certificates',
])
/** Run scripts that packages bring along. */
const SCRIPT_RUNNERS =
  /^(?:pip[\d.]*|pipx|uv|poetry|npm|npx|yarn|pnpm|bun|gem|bundle|bundler|cargo|composer|conan|easy_install[\d.-]*)$/
/** tar, zip and the like put many files into one. */
const PACKERS = /^(?:bsd|g)?tar$|^(?:zip|7z|7za|gzip|pigz|bzip2|xz|zstd|cpio|ar|rar|gpg|pg_dump|pg_dumpall|mysqldump)$/
/** Tools that write what they are told to. */
const WRITERS = /^(?:dd|tee|openssl|gpg|gpg2|shred|truncate|busybox|cat|head|tr|ccrypt|age|mcrypt|xxd|sponge)$/
const DECODERS = /^(?:base(?:16|32|64|nc)|uudecode|xxd|openssl|gpg|gunzip|zcat|xzcat|bunzip2|rev|tr)$/

/** What a program's file says. */
export interface ProgramFacts {
  /** Last part of its path. */
  readonly name: string
  readonly isShell: boolean
  readonly isBusybox: boolean
  readonly isInterpreter: boolean
  readonly isInstaller: boolean
  readonly isScriptRunner: boolean
  readonly isPacker: boolean
  readonly isWriter: boolean
  readonly isDecoder: boolean
  readonly hash: number
  /** The same with the seeds of the edges of files and of peers. */
  readonly fileHash: number
  readonly peerHash: number
}

const PROGRAM_SLOTS = 1024
/** Each path of a program is looked at once. */
export const programFacts: (exe: string) => ProgramFacts = createTextCache(PROGRAM_SLOTS, (exe) => {
  const name = baseName(exe)
  return {
    name,
    isShell: SHELLS.has(name),
    isBusybox: name === 'busybox',
    isInterpreter: INTERPRETERS.test(name),
    isInstaller: INSTALLERS.has(name),
    isScriptRunner: SCRIPT_RUNNERS.test(name),
    isPacker: PACKERS.test(name),
    isWriter: WRITERS.test(name),
    isDecoder: isDecoderName(name),
    hash: hashText(exe),
    fileHash: hashText(exe, 31),
    peerHash: hashText(exe, 21),
  }
})

/** What a process is by its program and arguments: worked out once for all that it does, and for the children that go on with both. */
export interface Role {
  readonly exe: string
  readonly args: readonly string[]
  readonly program: ProgramFacts
  readonly isShell: boolean
  /** The package manager whose scripts it may run. */
  readonly runner: string | undefined
}

export function roleOf(actor: Process): Role {
  const known = actor.role
  if (known !== undefined && known.exe === actor.exe && known.args === actor.args) return known
  const { exe, args } = actor
  const program = programFacts(exe)
  const isNamedShell = program.isBusybox
    ? SHELLS.has(baseName(args[0] ?? '')) || SHELLS.has(args[1] ?? '')
    : program.isShell
  const role: Role = { exe, args, program, isShell: isNamedShell, runner: runnerOf(program, isNamedShell, args) }
  actor.role = role
  return role
}

export function isDecoderName(name: string): boolean {
  return DECODERS.test(name)
}

export function isShell(actor: Process): boolean {
  return roleOf(actor).isShell
}

export function isInterpreter(actor: Process): boolean {
  return roleOf(actor).program.isInterpreter
}

/** The package manager whose scripts this process may run: pip is a script of Python, npm one of Node. */
export function scriptRunner(actor: Process): string | undefined {
  return roleOf(actor).runner
}

function runnerOf(
  { name, ...program }: ProgramFacts,
  isNamedShell: boolean,
  args: readonly string[],
): string | undefined {
  if (program.isScriptRunner) return name
  const argument = args[1] ?? ''
  if (argument === '-m' && SCRIPT_RUNNERS.test(args[2] ?? '')) return args[2]
  const script = baseName(argument).replace(/(?:-cli)?\.[cm]?js$/, '')
  return SCRIPT_RUNNERS.test(script) && (program.isInterpreter || isNamedShell) ? script : undefined
}

/** Scripts by which a package builds or installs itself, run by hand or by its manager. */
const BUILD_SCRIPTS =
  /^(?:Makefile\.PL|Build\.PL|setup\.py|extconf\.rb|mkrf_conf\.rb|(?:pre|post)?install\.[cm]?js|(?:pre|post)install|conanfile\.py|wscript|build\.rs)$/

export function isBuildScript(actor: Process): boolean {
  if (!isInterpreter(actor) && !isShell(actor)) return false
  return actor.args.slice(1, 4).some((one) => !one.startsWith('-') && BUILD_SCRIPTS.test(baseName(one)))
}

/** Takes its program from standard input: no `-c`, no script to run. */
export function readsCommands(actor: Process): boolean {
  const own = actor.args.slice(baseName(actor.exe) === 'busybox' ? 2 : 1)
  for (const [index, argument] of own.entries()) {
    if (argument === '-s' || argument === '-') return true
    if (argument === '--') return index === own.length - 1
    if (/^-[a-z]*c/.test(argument) && !argument.startsWith('--')) return false
    if (!argument.startsWith('-') && !argument.startsWith('+')) return false
    if (argument === '-o' || argument === '-O' || argument === '--rcfile' || argument === '--init-file') return true
  }
  return true
}

/** A shell that is told to be interactive although nobody sits before it. */
export function isInteractive(actor: Process): boolean {
  return actor.args.slice(1).some((argument) => /^-[a-z]*i[a-z]*$/.test(argument) || argument === '--login')
}

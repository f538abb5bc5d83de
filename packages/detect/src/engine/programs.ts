// What programs are for, where their name may only add to what the kernel shows: a name makes ordinary work quiet or a
// sentence clear; a renamed program is told by what it does.
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

export function isShellName(name: string): boolean {
  return SHELLS.has(name)
}

export function isShell(actor: Process): boolean {
  const name = baseName(actor.exe)
  if (name !== 'busybox') return SHELLS.has(name)
  return SHELLS.has(baseName(actor.args[0] ?? '')) || SHELLS.has(actor.args[1] ?? '')
}

export function isInterpreter(actor: Process): boolean {
  return INTERPRETERS.test(baseName(actor.exe))
}

export function isInstallerName(name: string): boolean {
  return INSTALLERS.has(name)
}

/** The package manager whose scripts this process may run: pip is a script of Python, npm one of Node. */
export function scriptRunner(actor: Process): string | undefined {
  const first = baseName(actor.exe)
  if (SCRIPT_RUNNERS.test(first)) return first
  const argument = actor.args[1] ?? ''
  if (argument === '-m' && SCRIPT_RUNNERS.test(actor.args[2] ?? '')) return actor.args[2]
  const script = baseName(argument).replace(/(?:-cli)?\.[cm]?js$/, '')
  return SCRIPT_RUNNERS.test(script) && (isInterpreter(actor) || isShell(actor)) ? script : undefined
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

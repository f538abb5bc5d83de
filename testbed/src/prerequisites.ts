// What this machine must have for a node. Tests ask first, and say aloud what is missing.
import { existsSync, readFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { cgroupMounts } from './cgroup.ts'

const PROGRAMS = ['mmdebstrap', 'unshare', 'nsenter', 'setpriv', 'clang', 'bpftool', 'tar']

/** What is missing, in words; empty when a node can be started. */
export function missingPrerequisites(env: Readonly<Record<string, string | undefined>> = process.env): string[] {
  const places = `${env.PATH ?? ''}:/usr/sbin:/sbin`.split(delimiter)
  const programs = PROGRAMS.filter((name) => !places.some((place) => existsSync(join(place, name))))
  const [unified] = cgroupMounts(readFileSync('/proc/self/mountinfo', 'utf8'))
  return [
    ...(process.getuid?.() === 0 ? [] : ['root rights']),
    ...(unified?.type === 'cgroup2' ? [] : ['a cgroup2 hierarchy']),
    ...programs.map((name) => `the program ${name}`),
  ]
}

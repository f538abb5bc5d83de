// Answers the sources of host records from the files of one machine, whose root may be another one's (/proc/PID/root of a node):
//   sysctl:net.ipv4.ip_forward        value in /proc/sys
//   file:PATH[,PATH]#mode|owner|group|exists|type
//   conf:PATH[,PATH]:KEY              `KEY value`, `KEY=value`, last one counts; * in paths; KEY may be `[section]key`
//   sshd:KEY                          first one counts, with Include and outside of Match (sshd_config(5))
//   mount:PATH#exists|type|OPTION     options of the mount at that path
//   module:NAME                       loaded | disabled | allowed
//   unit:NAME[,NAME]                  enabled | masked | present | absent, from the links of systemd
//   cmdline:NAME                      parameter of the kernel
//   accounts:uid0|empty-passwords|duplicate-uids|system-shells
//   process:NAME[,NAME]               running | absent
//   lines:PATH[,PATH]                 lines that are no remarks, as a list; * in paths
//   data:PATH[,PATH]#a/*/b            values in JSON and TOML files; * in the parts of the path
//   arg:PROCESS#FLAG                  on the command line of a running program
//   listening:PORT                    open | closed, TCP
import { closeSync, constants, fstatSync, openSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Read, Reading, Value } from '../../engine/reading.ts'
import type { ContainerRoot } from '../../reader/container-root.ts'
import { readAccounts } from './accounts.ts'
import { readArgument } from './arguments.ts'
import { readData } from './data.ts'
import { readLines } from './lines.ts'
import { readSettings } from './settings.ts'
import { readSshd } from './sshd.ts'
import { readUnit } from './units.ts'

export interface HostPlaces {
  /** Files of the machine. */
  readonly root: ContainerRoot
  /** Its /proc: of a node in a sandbox that of its root. */
  readonly procRoot: string
}

const PROC_BYTES = 1 << 20

export function hostReader(places: HostPlaces): Read {
  return (source) => {
    const colon = source.indexOf(':')
    const asked = source.slice(colon + 1)
    switch (source.slice(0, colon)) {
      case 'sysctl':
        return sysctl(asked, places)
      case 'file':
        return fileFact(asked, places)
      case 'conf': {
        const at = asked.lastIndexOf(':')
        return readSettings(places.root, asked.slice(0, at).split(','), asked.slice(at + 1))
      }
      case 'sshd':
        return readSshd(places.root, asked)
      case 'mount':
        return mount(asked, places)
      case 'module':
        return kernelModule(asked, places)
      case 'unit':
        return firstOf(asked, ['enabled', 'masked', 'present'], (name) => readUnit(places.root, name))
      case 'cmdline':
        return parameter(asked, places)
      case 'accounts':
        return readAccounts(places.root, asked)
      case 'process':
        return firstOf(asked, ['running'], (name) => running(name, places))
      case 'lines':
        return readLines(places.root, asked.split(','))
      case 'data':
        return readData(places.root, asked)
      case 'arg':
        return readArgument(
          (name) => proc(places, name),
          () => processes(places),
          asked,
        )
      case 'listening':
        return listening(asked, places)
      default:
        return { kind: 'not-asked', place: source, reason: 'this source is not known here' }
    }
  }
}

/** Undefined: there is no such file; what cannot be read for another reason throws. Another root's /proc may be made by anybody. */
export function proc({ procRoot }: Pick<HostPlaces, 'procRoot'>, name: string): string | undefined {
  let fd: number | undefined
  try {
    fd = openSync(join(procRoot, name), constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY)
    const stats = fstatSync(fd)
    if (!stats.isFile() || stats.size > PROC_BYTES) throw new Error(`/proc/${name} is no file of a kernel`)
    return readFileSync(fd, 'utf8').slice(0, PROC_BYTES)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    throw new Error(`/proc/${name} cannot be read (${code})`)
  } finally {
    if (fd !== undefined) closeSync(fd)
  }
}

function processes({ procRoot }: HostPlaces): string[] {
  try {
    return readdirSync(procRoot).filter((name) => /^\d+$/.test(name))
  } catch {
    return []
  }
}

/** Of several names the one that says most. */
function firstOf(names: string, order: readonly string[], read: (name: string) => Reading): Reading {
  const readings = names.split(',').map(read)
  for (const state of order) {
    const found = readings.find((reading) => reading.kind === 'value' && reading.value === state)
    if (found) return found
  }
  return readings.find(({ kind }) => kind === 'unreadable') ?? (readings[0] as Reading)
}

function found(source: 'kernel' | 'file', place: string, value: Value): Reading {
  return { kind: 'value', source, place, value }
}

function sysctl(name: string, places: HostPlaces): Reading {
  if (!/^[a-z0-9_][a-z0-9_.-]*$/i.test(name)) return { kind: 'unreadable', place: name, reason: 'no name of a setting' }
  const path = `sys/${name.replaceAll('.', '/')}`
  const text = proc(places, path)
  if (text === undefined) return { kind: 'absent', source: 'kernel', place: `/proc/${path}` }
  return found('kernel', `/proc/${path}`, text.trim().replace(/\s+/g, ' '))
}

function fileFact(asked: string, { root }: HostPlaces): Reading {
  const [names = '', what = 'exists'] = asked.split('#')
  const values: (string | number)[] = []
  const seen: string[] = []
  const patterns = names.split(',')
  for (const pattern of patterns) {
    const paths = pattern.includes('*') ? root.glob(pattern) : { kind: 'found' as const, value: [pattern] }
    if (paths.kind === 'unreadable') return { kind: 'unreadable', place: pattern, reason: paths.reason }
    for (const path of paths.kind === 'found' ? paths.value : []) {
      const facts = root.stat(path)
      if (facts.kind === 'unreadable') return { kind: 'unreadable', place: path, reason: facts.reason }
      if (facts.kind === 'absent') continue
      seen.push(path)
      const { mode, uid, gid, kind } = facts.value
      values.push(
        what === 'mode'
          ? `0${mode.toString(8)}`
          : what === 'owner'
            ? uid
            : what === 'group'
              ? gid
              : what === 'type'
                ? kind
                : 'present',
      )
    }
  }
  if (values.length === 0) return { kind: 'absent', source: 'file', place: patterns.join(', ') }
  return found('file', seen.slice(0, 8).join(', '), values.length === 1 ? (values[0] as string | number) : values)
}

/** proc_pid_mounts(5). A path that is no mount of its own has none of the options. */
function mount(asked: string, places: HostPlaces): Reading {
  const [path = '/', what = 'exists'] = asked.split('#')
  const lines = (proc(places, '1/mounts') ?? proc(places, 'self/mounts') ?? '')
    .split('\n')
    .map((line) => line.split(' '))
  const line = lines.findLast(([, target]) => target === path)
  const place = `mount ${path}`
  if (!line) return { kind: 'absent', source: 'kernel', place }
  const [, , type = '', options = ''] = line
  if (what === 'exists') return found('kernel', place, 'present')
  if (what === 'type') return found('kernel', place, type)
  return found('kernel', place, options.split(',').includes(what) ? what : `${options}`)
}

/** modprobe.d(5): `install NAME /bin/false` and `blacklist NAME`; a module that is loaded is loaded whatever they say. */
function kernelModule(name: string, places: HostPlaces): Reading {
  const wanted = name.replaceAll('-', '_')
  const loaded = (proc(places, 'modules') ?? '').split('\n').some((line) => line.split(' ')[0] === wanted)
  if (loaded) return found('kernel', '/proc/modules', 'loaded')
  const filesystems = (proc(places, 'filesystems') ?? '').split('\n').map((line) => line.trim().split(/\s+/).at(-1))
  if (filesystems.includes(name)) return found('kernel', '/proc/filesystems', 'loaded')
  for (const directory of ['/etc/modprobe.d', '/run/modprobe.d', '/usr/lib/modprobe.d', '/lib/modprobe.d']) {
    const files = places.root.glob(`${directory}/*.conf`)
    if (files.kind === 'unreadable') return { kind: 'unreadable', place: directory, reason: files.reason }
    for (const path of files.kind === 'found' ? files.value : []) {
      const text = places.root.read(path)
      if (text.kind === 'unreadable') return { kind: 'unreadable', place: path, reason: text.reason }
      if (text.kind === 'absent') continue
      for (const [index, line] of text.value.split('\n').entries()) {
        const [verb, what = '', program = ''] = line.trim().split(/\s+/)
        if (what.replaceAll('-', '_') !== wanted) continue
        if (verb === 'install' && /\/(true|false)$/.test(program))
          return found('file', `${path}:${index + 1}`, 'disabled')
      }
    }
  }
  return found('file', '/etc/modprobe.d', 'allowed')
}

function parameter(name: string, places: HostPlaces): Reading {
  const words = (proc(places, 'cmdline') ?? '').trim().split(/\s+/)
  const word = words.findLast((one) => one === name || one.startsWith(`${name}=`))
  if (word === undefined) return { kind: 'absent', source: 'kernel', place: '/proc/cmdline' }
  return found('kernel', '/proc/cmdline', word === name ? 'present' : word.slice(name.length + 1))
}

function running(name: string, places: HostPlaces): Reading {
  const isOne = (pid: string) => proc(places, `${pid}/comm`)?.trim() === name.slice(0, 15)
  return found('kernel', `processes named ${name}`, processes(places).some(isOne) ? 'running' : 'absent')
}

function listening(port: string, places: HostPlaces): Reading {
  const wanted = Number(port).toString(16).toUpperCase().padStart(4, '0')
  const lines = ['1/net/tcp', '1/net/tcp6'].flatMap((name) => (proc(places, name) ?? '').split('\n').slice(1))
  const isOpen = lines.some((line) => {
    const words = line.trim().split(/\s+/)
    return words[3] === '0A' && words[1]?.endsWith(`:${wanted}`)
  })
  return found('kernel', `TCP port ${port}`, isOpen ? 'open' : 'closed')
}

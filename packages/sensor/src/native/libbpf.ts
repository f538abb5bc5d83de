// libbpf.so.1 (libbpf 1.0 and later) through koffi: as much of it as loading one object with switches for its programs needs.
// Source: /usr/include/bpf/libbpf.h and bpf.h.
import { closeSync, readSync } from 'node:fs'
import { err, ok, type Result, YaguraError } from '@yagura/kernel'
import koffi from 'koffi'
import { errorText } from './libc.ts'

const LOG_BYTES = 64 * 1024

/** An opaque pointer of libbpf. */
type Pointer = object

export interface BpfMap {
  readonly fd: () => number
  readonly setMaxEntries: (entries: number) => void
  /** To be called before loading: the map of that name is used where there is one, else a new one is left there. */
  readonly setPinPath: (path: string) => void
  readonly pin: (path: string) => Result<undefined>
  /** The object's read-only data before it is loaded; writable. */
  readonly initialValue: () => Uint8Array | undefined
}

export interface BpfProgram {
  readonly name: string
  readonly fd: () => number
  /** The kernel's number for it; 0 when it is not loaded. */
  readonly id: () => number
  readonly setAutoload: (on: boolean) => void
  /** Asks for the verifier's words; to be called before loading. The result gives them after it. */
  readonly captureLog: () => () => string
  readonly attach: () => Result<BpfLink>
  /** To a control group and all below it, by an open descriptor of its directory. */
  readonly attachCgroup: (fd: number) => Result<BpfLink>
}

/** What the kernel says of a link. */
export interface LinkInfo {
  readonly type: number
  readonly programId: number
  /** Of links to a control group: 0 when it was detached. */
  readonly groupId: bigint
}

export interface BpfLink {
  /** Undefined when the kernel does not know it any more. */
  readonly info: () => LinkInfo | undefined
  readonly pin: (path: string) => Result<undefined>
  /** Runs a program that goes through objects of the kernel, once. */
  readonly iterate: () => Result<undefined>
  readonly destroy: () => void
}

export interface BpfObject {
  readonly program: (name: string) => BpfProgram | undefined
  readonly map: (name: string) => BpfMap | undefined
  readonly load: () => Result<undefined>
  readonly close: () => void
}

export interface Libbpf {
  readonly open: (path: string) => Result<BpfObject>
  readonly update: (fd: number, key: Uint8Array, value: Uint8Array) => Result<undefined>
  readonly remove: (fd: number, key: Uint8Array) => void
  readonly lookup: (fd: number, key: Uint8Array, value: Uint8Array) => boolean
  /** A map under a name in a BPF file system. */
  readonly openPinned: (path: string) => { readonly number: number; close(): void } | undefined
  /** The kernel counts runs and time of all programs until it is closed; undefined where it does not (before Linux 5.8). */
  readonly countRuns: () => { close(): void } | undefined
  readonly possibleCpus: number
}

function failure(what: string, errno: number): Result<never> {
  return err(new YaguraError('SENSOR', `${what}: ${errorText(errno)}`))
}

/** Fails with one sentence when the library is not installed. */
export function loadLibbpf(): Result<Libbpf> {
  let library: ReturnType<typeof koffi.load>
  try {
    library = koffi.load('libbpf.so.1')
  } catch {
    const hint = 'Install the Debian package libbpf1.'
    return err(new YaguraError('SENSOR', 'libbpf.so.1 is not installed', { hint }))
  }
  const f = bind(library)
  f.setPrint(null)
  return ok({
    open: (path) => {
      const object = f.open(path, null)
      return object === null ? failure(`${path} is not a BPF object`, koffi.errno()) : ok(wrapObject(f, object))
    },
    update: (fd, key, value) => {
      const status = f.update(fd, key, value, 0n)
      return status === 0 ? ok(undefined) : failure('a BPF map was not updated', status)
    },
    remove: (fd, key) => void f.remove(fd, key),
    lookup: (fd, key, value) => f.lookup(fd, key, value) === 0,
    openPinned: (path) => {
      const number = f.objectGet(path)
      return number < 0 ? undefined : { number, close: () => closeSync(number) }
    },
    countRuns: () => {
      const number = f.enableStats(0)
      return number < 0 ? undefined : { close: () => closeSync(number) }
    },
    possibleCpus: f.possibleCpus(),
  })
}

function status(code: number, what: string): Result<undefined> {
  return code === 0 ? ok(undefined) : failure(what, code)
}

type Bound = ReturnType<typeof bind>

function bind(library: ReturnType<typeof koffi.load>) {
  const f = (declaration: string) => library.func(declaration)
  return {
    setPrint: f('void *libbpf_set_print(void *print)'),
    possibleCpus: f('int libbpf_num_possible_cpus()'),
    open: f('void *bpf_object__open_file(const char *path, void *options)'),
    load: f('int bpf_object__load(void *object)'),
    close: f('void bpf_object__close(void *object)'),
    findProgram: f('void *bpf_object__find_program_by_name(void *object, const char *name)'),
    findMap: f('void *bpf_object__find_map_by_name(void *object, const char *name)'),
    setAutoload: f('int bpf_program__set_autoload(void *program, bool on)'),
    setLog: f('int bpf_program__set_log_buf(void *program, void *buffer, size_t size)'),
    attach: f('void *bpf_program__attach(void *program)'),
    attachCgroup: f('void *bpf_program__attach_cgroup(void *program, int fd)'),
    programFd: f('int bpf_program__fd(void *program)'),
    destroyLink: f('int bpf_link__destroy(void *link)'),
    mapFd: f('int bpf_map__fd(void *map)'),
    setMaxEntries: f('int bpf_map__set_max_entries(void *map, uint32_t entries)'),
    setPinPath: f('int bpf_map__set_pin_path(void *map, const char *path)'),
    pinMap: f('int bpf_map__pin(void *map, const char *path)'),
    pinLink: f('int bpf_link__pin(void *link, const char *path)'),
    initialValue: f('void *bpf_map__initial_value(void *map, _Out_ size_t *size)'),
    update: f('int bpf_map_update_elem(int fd, const void *key, const void *value, uint64_t flags)'),
    remove: f('int bpf_map_delete_elem(int fd, const void *key)'),
    objectInfo: f('int bpf_obj_get_info_by_fd(int fd, void *info, _Inout_ uint32_t *size)'),
    createIterator: f('int bpf_iter_create(int linkFd)'),
    linkFd: f('int bpf_link__fd(void *link)'),
    enableStats: f('int bpf_enable_stats(int type)'),
    objectGet: f('int bpf_obj_get(const char *path)'),
    lookup: f('int bpf_map_lookup_elem(int fd, const void *key, void *value)'),
  }
}

function wrapObject(f: Bound, object: Pointer): BpfObject {
  return {
    program: (name) => {
      const program = f.findProgram(object, name)
      return program === null ? undefined : wrapProgram(f, program, name)
    },
    map: (name) => {
      const map = f.findMap(object, name)
      return map === null ? undefined : wrapMap(f, map)
    },
    load: () => {
      const status = f.load(object)
      return status === 0 ? ok(undefined) : failure('the kernel refused the sensor', status)
    },
    close: () => f.close(object),
  }
}

function wrapProgram(f: Bound, program: Pointer, name: string): BpfProgram {
  return {
    name,
    fd: () => f.programFd(program),
    id: () => infoOf(f, f.programFd(program))?.getUint32(4, true) ?? 0,
    setAutoload: (on) => void f.setAutoload(program, on),
    captureLog: () => {
      const log = Buffer.alloc(LOG_BYTES)
      f.setLog(program, log, LOG_BYTES)
      return () => log.toString('latin1', 0, Math.max(0, log.indexOf(0)))
    },
    attach: () => wrapLink(f, f.attach(program)),
    attachCgroup: (fd) => wrapLink(f, f.attachCgroup(program, fd)),
  }
}

function wrapLink(f: Bound, link: Pointer | null): Result<BpfLink> {
  if (link === null) return failure('the kernel did not attach it', koffi.errno())
  return ok({
    info: () => {
      const about = infoOf(f, f.linkFd(link))
      if (about === undefined) return undefined
      return {
        type: about.getUint32(0, true),
        programId: about.getUint32(8, true),
        groupId: about.getBigUint64(16, true),
      }
    },
    pin: (path) => status(f.pinLink(link, path), 'a link was not pinned'),
    iterate: () => {
      const fd = f.createIterator(f.linkFd(link))
      if (fd < 0) return failure('the kernel gave no iterator', fd)
      const bytes = new Uint8Array(512)
      while (readSync(fd, bytes) > 0);
      closeSync(fd)
      return ok(undefined)
    },
    destroy: () => void f.destroyLink(link),
  })
}

const INFO_BYTES = 512

/** struct bpf_prog_info and struct bpf_link_info begin with a type and an id; a link's program follows, then what is of its kind. */
function infoOf(f: Bound, fd: number): DataView | undefined {
  const bytes = new Uint8Array(INFO_BYTES)
  return f.objectInfo(fd, bytes, [INFO_BYTES]) === 0 ? new DataView(bytes.buffer) : undefined
}

function wrapMap(f: Bound, map: Pointer): BpfMap {
  return {
    fd: () => f.mapFd(map),
    setMaxEntries: (entries) => void f.setMaxEntries(map, entries),
    setPinPath: (path) => void f.setPinPath(map, path),
    pin: (path) => status(f.pinMap(map, path), 'a map was not pinned'),
    initialValue: () => {
      const size = [0]
      const address = f.initialValue(map, size)
      return address === null ? undefined : new Uint8Array(koffi.view(address, Number(size[0])))
    },
  }
}

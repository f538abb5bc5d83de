// Compiles bpf/yagura.bpf.c to bpf/build/yagura.bpf.o when a source is newer than the object, or with --force. No dependencies.
// Exit code 0: the object is there; 1: the compiler refused the source; 3: clang or the libbpf headers are missing.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const directory = join(dirname(fileURLToPath(import.meta.url)), '..', 'bpf')
const source = join(directory, 'yagura.bpf.c')
const object = join(directory, 'build', 'yagura.bpf.o')
const TARGET_ARCH = { x64: 'x86', arm64: 'arm64' }

/** @returns {{exitCode: number, message: string}} one sentence for the user */
export function buildBpf({ force = false } = {}) {
  if (!force && isFresh()) return { exitCode: 0, message: 'the sensor is already compiled' }
  const arch = TARGET_ARCH[process.arch]
  if (arch === undefined) {
    return { exitCode: 3, message: `the sensor cannot be compiled for ${process.arch}: only x64 and arm64 are known` }
  }
  mkdirSync(dirname(object), { recursive: true })
  const target = `${object}.${process.pid}`
  const args = ['-O2', '-g', '-Wall', '-target', 'bpf', `-D__TARGET_ARCH_${arch}`, '-c', source, '-o', target]
  const clang = spawnSync('clang', args, { encoding: 'utf8', timeout: 120_000 })
  if (clang.error?.code === 'ENOENT') {
    return { exitCode: 3, message: 'the sensor was not compiled because clang is missing (Debian package clang)' }
  }
  if (clang.status !== 0) {
    rmSync(target, { force: true })
    const output = clang.stderr || String(clang.error ?? 'no output')
    if (output.includes("'bpf/bpf_helpers.h' file not found")) {
      return {
        exitCode: 3,
        message: 'the sensor was not compiled because the libbpf headers are missing (Debian package libbpf-dev)',
      }
    }
    return { exitCode: 1, message: `clang refused the sensor's source: ${firstError(output)}` }
  }
  renameSync(target, object)
  return { exitCode: 0, message: 'the sensor is compiled' }
}

function isFresh() {
  if (!existsSync(object)) return false
  const builtMs = statSync(object).mtimeMs
  return sources().every((path) => statSync(path).mtimeMs <= builtMs)
}

function sources() {
  return [directory, join(directory, 'generated')].flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => /\.[ch]$/.test(name))
      .map((name) => join(folder, name)),
  )
}

function firstError(output) {
  return output.split('\n').find((line) => line.includes('error:')) ?? output.split('\n')[0]
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { exitCode, message } = buildBpf({ force: process.argv.includes('--force') })
  const print = exitCode === 0 ? console.log : console.error
  print(message)
  process.exitCode = exitCode
}

// The BPF program of the sensor, compiled on this machine by scripts/build-bpf.mjs.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { node24, root } from './platform.mjs'
import { lastLines, run } from './run.mjs'
import { hashOf, isFresh, writeStamp } from './stamp.mjs'

const SCRIPT = 'scripts/build-bpf.mjs'

/** @returns {Promise<string[]>} why there is no BPF program, as sentences */
export async function bpfStep(report) {
  const hash = hashOf(['bpf', SCRIPT], process.arch)
  if (isFresh('bpf', hash) && existsSync(join(root, 'bpf/build/yagura.bpf.o'))) return []
  report('compiling')
  const { code, output } = await run(node24(), [SCRIPT])
  if (code !== 0) {
    return [
      `The BPF program could not be compiled; processes are watched through /proc instead:\n${lastLines(output, 5)}`,
    ]
  }
  writeStamp('bpf', hash)
  return []
}

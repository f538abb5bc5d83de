// Load that keeps its own book: a loop in a container writes a number and the time down, then executes a program with that
// number as its argument. What the server has at the end is compared with the book.
import type { Node } from '@yagura/testbed'
import { until } from '../e2e/support/until.ts'

export interface Entry {
  readonly marker: string
  /** Seconds since boot at which the exec was about to happen, as /proc/uptime says it. */
  readonly atSeconds: number
}

/** $1: prefix of the markers. `read` and `echo` are part of the shell: the book itself executes nothing. */
const LOOP = `exec 3>/tmp/book; i=0
while [ ! -e /tmp/stop ]; do
  read up rest </proc/uptime; echo "$1-$i $up" >&3; /bin/true "$1-$i"; /bin/sleep 0.02; i=$((i + 1))
done
echo end >&3; exec /bin/sleep 600`

export async function startLoad(node: Node, image: string, name: string): Promise<void> {
  await node.run({ image, name, command: ['/bin/sh', '-c', LOOP, 'sh', name] })
}

/** Ends the loop, waits for its last line and gives its book. */
export async function stopLoad(node: Node, name: string): Promise<Entry[]> {
  await node.exec(name, ['/bin/touch', '/tmp/stop'])
  const lines = await until(`the book of ${name} is closed`, async () => {
    const { stdout } = await node.exec(name, ['/bin/cat', '/tmp/book'], { maxOutputBytes: 64 * 2 ** 20 })
    const read = stdout.trim().split('\n')
    return read.at(-1) === 'end' ? read.slice(0, -1) : undefined
  })
  return lines.map((line) => {
    const [marker = '', seconds] = line.split(' ')
    return { marker, atSeconds: Number(seconds) }
  })
}

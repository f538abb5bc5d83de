// Nodes by hand: `up` keeps one in the foreground, the other commands work on it from another terminal.
import { parseArgs } from 'node:util'
import { defaultCacheDir } from './cache.ts'
import { imageName, TEST_IMAGES } from './image.ts'
import { enterNode, makeNode, type Node, openNode } from './node.ts'
import { readNodeState } from './state.ts'

const USAGE = `usage: node testbed/src/main.ts [--name NODE] COMMAND
  up                                  start a node and keep it until Ctrl-C
  run IMAGE CONTAINER COMMAND…        start a container and leave it running
  exec CONTAINER COMMAND…             run a program in it
  rm CONTAINER                        remove it
  shell COMMAND…                      run a program on the node itself
options: --name NODE (default: bench)  --privileged  --network none|bridge|host
images: ${TEST_IMAGES.join(' ')}`

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    name: { type: 'string', default: 'bench' },
    network: { type: 'string', default: 'bridge' },
    privileged: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})

try {
  process.exitCode = await main(positionals)
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 2
}

async function main([command, ...rest]: readonly string[]): Promise<number> {
  if (command === undefined || values.help) {
    console.log(USAGE)
    return values.help ? 0 : 2
  }
  if (command === 'up') return up()
  const node = await running()
  if (command === 'run') return run(node, rest)
  if (command === 'exec') return print(await node.exec(rest[0] ?? '', rest.slice(1)))
  if (command === 'shell') return print(await node.command(rest))
  if (command === 'rm') {
    await node.remove(rest[0] ?? '')
    return 0
  }
  console.error(USAGE)
  return 2
}

async function up(): Promise<number> {
  const node = await makeNode({ name: values.name })
  console.log(`Node ${node.name} is up. For an agent: YAGURA_RUNTIME_ROOT=${node.root}`)
  const keepAlive = setInterval(() => {}, 2 ** 30)
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve())
  })
  clearInterval(keepAlive)
  await node.close()
  return 0
}

async function running(): Promise<Node> {
  const cacheDir = defaultCacheDir()
  const state = await readNodeState(cacheDir, values.name)
  if (state?.pid === undefined || state.inner === undefined)
    throw new Error(
      `No node named ${values.name} is up. Start it with: node testbed/src/main.ts --name ${values.name} up`,
    )
  const handle = {
    name: state.name,
    pid: state.pid,
    cacheDir,
    enter: enterNode(state.pid, state.inner),
    cgroupPath: `/${state.cgroupName}/node`,
  }
  return openNode(handle, async () => {})
}

async function run(node: Node, [image, name, ...command]: readonly string[]): Promise<number> {
  const known = TEST_IMAGES.find((one) => one === image)
  if (known === undefined || name === undefined) throw new Error(USAGE)
  const present = await node.command(['ctr', 'image', 'ls', '-q'])
  if (!present.stdout.split('\n').includes(imageName(known))) await node.importImage(known)
  const { privileged, network } = values
  if (network !== 'none' && network !== 'bridge' && network !== 'host') throw new Error(USAGE)
  await node.run({
    image: imageName(known),
    name,
    command: command.length > 0 ? command : ['sleep', '86400'],
    privileged,
    network,
  })
  return 0
}

function print(output: { exitCode: number; stdout: string; stderr: string }): number {
  process.stdout.write(output.stdout)
  process.stderr.write(output.stderr)
  return output.exitCode
}

// Finds the components that run on this machine, or on a node whose /proc is elsewhere.
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { defaultRootLimits, openContainerRoot } from '../../reader/container-root.ts'
import { type Component, componentOf } from './component.ts'

const BYTES = 256 * 1024
/** The component is asked over its port before its files are read. */
const LIMITS = { ...defaultRootLimits, durationMs: 20_000 }

export function findComponents(procRoot = '/proc'): Component[] {
  const found: Component[] = []
  for (const pid of readdirSync(procRoot)) {
    if (!/^\d+$/.test(pid)) continue
    const directory = join(procRoot, pid)
    const commandLine = words(directory)
    if (commandLine.length === 0) continue
    const name = componentOf(executable(directory), commandLine)
    if (name === undefined) continue
    found.push({
      name,
      pid: Number(pid),
      commandLine,
      root: openContainerRoot(join(directory, 'root'), LIMITS),
      version: null,
    })
  }
  return found
}

function words(directory: string): string[] {
  try {
    const text = readFileSync(join(directory, 'cmdline'), 'utf8').slice(0, BYTES)
    return text.split('\0').filter((word, index, all) => word !== '' || index < all.length - 1)
  } catch {
    return []
  }
}

function executable(directory: string): string {
  try {
    return readlinkSync(join(directory, 'exe'))
  } catch {
    return ''
  }
}

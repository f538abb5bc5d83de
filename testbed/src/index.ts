// Real containerd nodes for tests, each a machine of its own in namespaces.
export { defaultCacheDir } from './cache.ts'
export { type CommandOutput, mustRun, runCommand } from './command.ts'
export type { RunOptions } from './container.ts'
export { imageArchive, imageName, imageRoot, TEST_IMAGES, type TestImage } from './image.ts'
export { MACHINE_PROGRAMS, makeMachineRuntime } from './machine.ts'
export { makeNode, type Node, type NodeOptions } from './node.ts'
export { writeOciArchive } from './oci-archive.ts'
export { missingPrerequisites } from './prerequisites.ts'

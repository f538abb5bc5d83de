// The policy under which the bench lets the agent act.
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'

export async function writePolicy(directory: string): Promise<string> {
  const path = join(directory, 'policy.yaml')
  await writeFile(path, '')
  return path
}

// Attacks and ordinary work for real, in containers of a sandboxed node, under the eyes of the agent.
//   npm run bench -- efficacy [--attacks FILE] [--benign FILE] [--block] [--only ID,…] [--sample] [--json FILE] [--page FILE]
// docs/efficacy.md is its page; bench/efficacy/README.md says how actions, effects and ordinary work are written down.
import { runEfficacy } from './efficacy/run.ts'

export const about =
  'attacks and ordinary work in real containers: what is found, placed and stopped, and false alarms (root)'

export async function run(args: readonly string[]): Promise<void> {
  await runEfficacy(args)
}

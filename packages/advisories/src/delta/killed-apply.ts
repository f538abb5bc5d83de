// A process of its own for killed.test.ts: says that it starts, and applies a delta.
import { applyDelta } from './apply.ts'
import { readTrustedKeys } from './keys.ts'

const [path = '', deltaPath = '', keys = ''] = process.argv.slice(2)
const trusted = await readTrustedKeys(keys)
if (!trusted.ok) throw trusted.error
process.stdout.write('start\n')
const applied = await applyDelta({ path, deltaPath, trusted: trusted.value })
if (!applied.ok) throw applied.error

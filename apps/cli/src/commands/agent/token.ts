// Prints an enrolment token, alone on standard output: `yagura agent token > FILE`, then YAGURA_ENROLMENT_TOKEN_FILE=FILE.
import { dataPaths, YaguraError } from '@yagura/kernel'
import { postToServer } from '../../admin/request.ts'

export async function token(): Promise<void> {
  const answer = await postToServer(dataPaths().server.adminSocket, '/enrolment-tokens', {})
  if (typeof answer.token !== 'string') throw new YaguraError('UNAVAILABLE', 'The server gave no token.')
  process.stdout.write(`${answer.token}\n`)
}

// Prints a sign-in link, alone on standard output so that scripts can use it.
import { dataPaths, YaguraError } from '@yagura/kernel'
import { postToServer } from '../../admin/request.ts'

export async function signin(user: string): Promise<void> {
  const { url, expiresAt } = await postToServer(dataPaths().server.adminSocket, '/sign-in-links', { user })
  if (typeof url !== 'string') throw new YaguraError('UNAVAILABLE', 'The server gave no link.')
  process.stdout.write(`${url}\n`)
  if (process.stderr.isTTY && typeof expiresAt === 'string')
    process.stderr.write(`It works once, until ${new Date(expiresAt).toLocaleString('sv-SE')}.\n`)
}

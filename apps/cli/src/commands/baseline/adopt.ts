// Puts a baseline in force on the server of this machine: whoever may open its admin socket signs in with a link of that socket.
import { dataPaths, YaguraError } from '@yagura/kernel'
import type { Baseline } from '@yagura/schema'
import { ApiError, createClient } from '@yagura/schema/client'
import { postToServer } from '../../admin/request.ts'
import { readBaselines } from '../check/baselines.ts'

export async function adopt(file: string, { checkOnly = false }: { readonly checkOnly?: boolean }): Promise<void> {
  const [first, ...others] = await readBaselines(file)
  if (!first || others.length > 0)
    throw new YaguraError('INPUT_INVALID', `${file} must hold one baseline to adopt.`, {
      hint: 'Adopt each layer by itself, the general ones first.',
    })
  const endless = first.overrides.find(({ expires }) => expires === null)
  if (endless)
    throw new YaguraError('INPUT_INVALID', `${file}: the override of ${endless.check} has no day on which it ends.`)
  if (checkOnly) {
    process.stdout.write(`${first.name}: ${first.checks.length} checks, ${first.overrides.length} overrides.\n`)
    return
  }
  const { name, version } = await send(first)
  process.stdout.write(`${name} is in force as version ${version}.\n`)
}

async function send({ adoptedBy: _by, adoptedAt: _at, ...body }: Baseline): Promise<Baseline> {
  const { url } = await postToServer(dataPaths().server.adminSocket, '/sign-in-links', { user: 'admin' })
  const link = typeof url === 'string' ? URL.parse(url) : null
  if (!link) throw new YaguraError('UNAVAILABLE', 'The server gave no link.')
  let cookie = ''
  let csrf = ''
  const client = createClient({
    baseUrl: link.origin,
    headers: () => ({ cookie, 'x-yagura-csrf': csrf }),
    async fetch(input, init) {
      const answer = await fetch(input, init)
      cookie =
        answer.headers
          .getSetCookie()
          .map((one) => one.split(';', 1)[0])
          .join('; ') || cookie
      return answer
    },
  })
  try {
    csrf = (await client('signIn', { body: { token: link.hash.slice(1) } })).csrfToken
    const adopted = await client('adoptBaseline', { body })
    await client('signOut')
    return adopted
  } catch (error) {
    if (error instanceof ApiError) throw new YaguraError('INPUT_INVALID', `The server refuses it: ${error.message}`)
    throw new YaguraError('SERVER_UNREACHABLE', `The server does not answer at ${link.origin}.`, { cause: error })
  }
}

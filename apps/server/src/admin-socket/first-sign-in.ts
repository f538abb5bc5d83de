// The sign-in link of the first start: there until somebody has signed in once, made new when the last one has ended.
import { anyoneSignedIn, findUser } from '@yagura/store'
import { type Context, nowOf } from '../context.ts'
import { createLink, type SignInLink } from '../sign-in/links.ts'

export interface FirstSignIn {
  /** Null when somebody has signed in already. */
  url(): Promise<string | null>
}

export function createFirstSignIn(context: Context): FirstSignIn {
  let link: SignInLink | undefined
  let isOver = false
  return {
    url: () =>
      context.database.store.inTenant(context.tenantId, async (tx) => {
        isOver ||= await anyoneSignedIn(tx)
        if (isOver) return null
        if (link && Date.parse(link.expiresAt) > nowOf(context).getTime()) return link.url
        const user = await findUser(tx, { name: 'admin' })
        if (!user) return null
        link = await createLink(context, tx, context.tenantId, user.id)
        return link.url
      }),
  }
}

// Sign-in by a one-time link: the token is in the fragment, which browsers never send. It is read once and cleared.
import { getRouteApi, useRouter } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { innerPath } from '../../app/search.ts'
import { isRefusal } from '../../data/query-client.ts'
import { signIn, useSession } from '../../data/session.ts'
import { Button } from '../../design/button.tsx'
import { Command } from '../../design/copy.tsx'
import { Logo } from '../../design/logo.tsx'
import { useTitle } from '../../design/page.tsx'
import { useErrorText } from '../../design/states.tsx'

const route = getRouteApi('/signin')

type Step = 'waiting' | 'working' | 'done' | 'refused' | 'failed'

function takeToken(): string {
  const token = window.location.hash.slice(1)
  if (token) window.history.replaceState(window.history.state, '', window.location.pathname + window.location.search)
  return token
}

export function SignInPage() {
  const { t } = useTranslation()
  const { next } = route.useSearch()
  const session = useSession()
  const router = useRouter()
  const errorText = useErrorText()
  const [token] = useState(takeToken)
  const [step, setStep] = useState<Step>('waiting')
  const [error, setError] = useState<unknown>(null)
  useTitle(t('signIn.title'))

  async function exchange(): Promise<void> {
    setStep('working')
    try {
      await signIn(token)
      setStep('done')
    } catch (thrown) {
      setError(thrown)
      setStep(isRefusal(thrown, 'UNAUTHENTICATED') || isRefusal(thrown, 'INPUT_INVALID') ? 'refused' : 'failed')
    }
  }

  // biome-ignore lint/correctness/useExhaustiveDependencies: a token is used once, when the page opens
  useEffect(() => {
    if (token) void exchangeOnce(token, exchange)
  }, [])

  const signedIn = step === 'done' || (session.data && !token)
  useEffect(() => {
    if (signedIn) void router.navigate({ href: innerPath(next), replace: true })
  }, [signedIn, next, router])
  if (signedIn) return null
  return (
    <main className="grid min-h-full place-items-center p-4">
      <div className="pane w-full max-w-md p-6 sm:p-8">
        <div className="mb-6 flex items-center gap-2.5">
          <Logo size={28} />
          <span className="text-lg font-semibold tracking-tight">Yagura</span>
        </div>
        <h1 className="text-xl font-semibold">{t(step === 'refused' ? 'signIn.refused' : 'signIn.title')}</h1>
        <div aria-live="polite" className="mt-2 flex flex-col gap-4 text-soft">
          {step === 'working' ? <p>{t('signIn.working')}</p> : null}
          {step === 'failed' ? (
            <>
              <p role="alert">{errorText(error)}</p>
              <Button look="solid" onClick={() => void exchange()}>
                {t('common.retry')}
              </Button>
            </>
          ) : null}
          {step === 'waiting' || step === 'refused' ? (
            <>
              <p>{t(step === 'refused' ? 'signIn.refusedText' : 'signIn.text')}</p>
              <Command text="yagura signin" />
              <p className="text-sm text-faint">{t('signIn.afterwards')}</p>
            </>
          ) : null}
        </div>
      </div>
    </main>
  )
}

const used = new Set<string>()

/** A development build runs effects twice; the token works once. */
async function exchangeOnce(token: string, exchange: () => Promise<void>): Promise<void> {
  if (used.has(token)) return
  used.add(token)
  await exchange()
}

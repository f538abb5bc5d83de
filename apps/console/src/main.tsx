// Start of the console.
import './styles.css'
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { router } from './app/router.tsx'
import { listenToKeys } from './app/shortcuts.ts'
import { queryClient } from './data/query-client.ts'
import { startTexts } from './i18n/index.ts'
import { applyTheme } from './preferences/preferences.ts'

async function start(): Promise<void> {
  applyTheme()
  window.matchMedia('(prefers-color-scheme: dark)').addEventListener('change', applyTheme)
  listenToKeys()
  await startTexts()
  createRoot(document.getElementById('root') as HTMLElement).render(
    <StrictMode>
      <QueryClientProvider client={queryClient}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </StrictMode>,
  )
}

void start()

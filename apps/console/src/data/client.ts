// The one API client of the console. Writes carry the CSRF token of the session.
import { createClient } from '@yagura/schema/client'

let csrfToken = ''

export function setCsrfToken(token: string): void {
  csrfToken = token
}

export const api = createClient({
  baseUrl: '',
  headers: (): Record<string, string> => (csrfToken ? { 'x-yagura-csrf': csrfToken } : {}),
})

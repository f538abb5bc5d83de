// What every list takes.
import type { PageRequest } from './page.ts'

export interface ListRequest extends PageRequest {
  readonly filter?: string | undefined
}

// Secrets that the server must be able to read again are kept sealed: AES-256-GCM under a key that never enters the database. Each is
// bound to what it belongs to, so that it opens nowhere else.
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { YaguraError } from '@yagura/kernel'
import { makeDirectory } from '../settings/directory.ts'

const ALGORITHM = 'aes-256-gcm'
const KEY_BYTES = 32
const NONCE_BYTES = 12
const TAG_BYTES = 16

export interface Sealing {
  seal(text: string, belongsTo: string): Buffer
  /** Errors: INPUT_INVALID, where it was sealed under another key or for something else. */
  open(sealed: Uint8Array, belongsTo: string): string
}

/** The key lies beside that of the authority; it is made where there is none. */
export async function openSealing(directory: string): Promise<Sealing> {
  await makeDirectory(directory)
  const path = join(directory, 'sealing.key')
  const key = (await readKey(path)) ?? (await makeKey(path))
  return {
    seal(text, belongsTo) {
      const nonce = randomBytes(NONCE_BYTES)
      const cipher = createCipheriv(ALGORITHM, key, nonce).setAAD(Buffer.from(belongsTo))
      return Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()])
    },
    open(sealed, belongsTo) {
      const bytes = Buffer.from(sealed)
      try {
        const decipher = createDecipheriv(ALGORITHM, key, bytes.subarray(0, NONCE_BYTES))
          .setAAD(Buffer.from(belongsTo))
          .setAuthTag(bytes.subarray(-TAG_BYTES))
        return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]).toString()
      } catch (cause) {
        throw new YaguraError('INPUT_INVALID', 'A secret was sealed with another key than this server has.', {
          cause,
          hint: `Restore ${path} from a backup, or enter the secret again.`,
        })
      }
    },
  }
}

async function readKey(path: string): Promise<Buffer | undefined> {
  const key = await readFile(path).catch(() => undefined)
  if (key === undefined || key.length === KEY_BYTES) return key
  throw new YaguraError('INPUT_INVALID', `The file ${path} is damaged.`, { hint: 'Restore it from a backup.' })
}

async function makeKey(path: string): Promise<Buffer> {
  const key = randomBytes(KEY_BYTES)
  await writeFile(`${path}.new`, key, { mode: 0o600, flush: true })
  await rename(`${path}.new`, path)
  return key
}

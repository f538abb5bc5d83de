// Keys that sign deltas and keys that are trusted: Ed25519 (RFC 8032) in PEM (RFC 8410).
import { createPrivateKey, createPublicKey, generateKeyPairSync, hash, type KeyObject } from 'node:crypto'
import { open } from 'node:fs/promises'
import { err, ok, type Result, toYaguraError, YaguraError } from '@yagura/kernel'
import { openRegularFile, readSmallFile, readWhole } from '@yagura/safe-io'

const MAX_KEY_BYTES = 64 * 1024

export interface TrustedKey {
  /** sha256 of the key in DER, hexadecimal. */
  readonly id: string
  readonly key: KeyObject
}

export function keyId(publicKey: KeyObject): string {
  return hash('sha256', publicKey.export({ type: 'spki', format: 'der' }), 'hex')
}

/** Writes FILE (0600) and FILE.pub. Errors: CONFLICT where one is there already, PERMISSION. Returns the id of the key. */
export async function generateSigningKey(path: string): Promise<Result<string, YaguraError>> {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  try {
    await writeNew(path, privateKey.export({ type: 'pkcs8', format: 'pem' }), 0o600)
    await writeNew(`${path}.pub`, publicKey.export({ type: 'spki', format: 'pem' }), 0o644)
    return ok(keyId(publicKey))
  } catch (error) {
    return err(toYaguraError(error))
  }
}

async function writeNew(path: string, text: string | Buffer, mode: number): Promise<void> {
  try {
    await using file = await open(path, 'wx', mode)
    await file.chmod(mode)
    await file.writeFile(text)
    await file.sync()
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST')
      throw new YaguraError('CONFLICT', `${path} is there already, and a key is never written over.`, { cause: error })
    throw new YaguraError('PERMISSION', `${path} cannot be written.`, { cause: error })
  }
}

/** Errors: those of reading a file, PERMISSION where others may read it, INPUT_INVALID where it is no Ed25519 key. */
export async function readSigningKey(path: string): Promise<Result<KeyObject, YaguraError>> {
  const opened = await openRegularFile(path)
  if (!opened.ok) return opened
  await using file = opened.value
  if (((await file.handle.stat()).mode & 0o077) !== 0)
    return err(
      new YaguraError('PERMISSION', `${path} may be read by others, so it is not used for signing.`, {
        hint: `Run chmod 600 ${path}, or make another key with \`yagura db keygen\`.`,
      }),
    )
  const text = await readWhole(file.handle, path, MAX_KEY_BYTES)
  return text.ok ? parseKey(() => createPrivateKey(text.value), path, 'a private') : text
}

/** One or several public keys in PEM. Errors: those of reading a file, INPUT_INVALID. */
export async function readTrustedKeys(path: string): Promise<Result<TrustedKey[], YaguraError>> {
  const text = await readSmallFile(path, MAX_KEY_BYTES)
  if (!text.ok) return text
  const blocks = text.value.toString('latin1').match(/-----BEGIN PUBLIC KEY-----[^-]+-----END PUBLIC KEY-----/g)
  if (!blocks) return err(new YaguraError('INPUT_INVALID', `${path} holds no public key in PEM.`))
  const keys: TrustedKey[] = []
  for (const block of blocks) {
    const key = parseKey(() => createPublicKey(block), path, 'a public')
    if (!key.ok) return key
    keys.push({ id: keyId(key.value), key: key.value })
  }
  return ok(keys)
}

function parseKey(parse: () => KeyObject, path: string, kind: string): Result<KeyObject, YaguraError> {
  try {
    const key = parse()
    if (key.asymmetricKeyType === 'ed25519') return ok(key)
  } catch {
    // The message of the library could quote the key.
  }
  return err(new YaguraError('INPUT_INVALID', `${path} does not hold ${kind} key of Ed25519 in PEM.`))
}

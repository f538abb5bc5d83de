// Makes a key that signs deltas.
import { generateSigningKey } from '@yagura/advisories/delta'
import { escapeForTerminal, unwrap } from '@yagura/kernel'

export async function keygen(out: string): Promise<void> {
  const id = unwrap(await generateSigningKey(out))
  const path = escapeForTerminal(out)
  process.stdout.write(
    `${path} is the private key: keep it where deltas are made.\n` +
      `${path}.pub is the public key ${id}: append it to trusted-keys.pem beside each database, or name it with --trust.\n`,
  )
}

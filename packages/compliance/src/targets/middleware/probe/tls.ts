// Which versions of TLS a port accepts: one handshake each.
import { connect, type SecureVersion } from 'node:tls'

const VERSIONS: readonly SecureVersion[] = ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3']
const TIMEOUT_MS = 400

export async function tlsProtocols(address: string, port: number): Promise<string[]> {
  const accepted: string[] = []
  for (const version of VERSIONS) if (await isAccepted(address, port, version)) accepted.push(version)
  if (accepted.length === 0) throw new Error('the port does not speak TLS')
  return accepted
}

function isAccepted(host: string, port: number, version: SecureVersion): Promise<boolean> {
  return new Promise((resolve) => {
    // Old versions need a security level that allows them on our side.
    const socket = connect({
      host,
      port,
      minVersion: version,
      maxVersion: version,
      rejectUnauthorized: false,
      ciphers: 'ALL:@SECLEVEL=0',
    })
    const end = (isAnswered: boolean) => {
      socket.destroy()
      resolve(isAnswered)
    }
    socket.setTimeout(TIMEOUT_MS, () => end(false))
    socket.once('secureConnect', () => end(true))
    socket.once('error', () => end(false))
  })
}

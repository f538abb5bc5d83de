// The agent's own key: EC P-256, made here, and never sent. The server sees the certificate request only (PKCS#10, RFC 2986).
import 'reflect-metadata' // must come before @peculiar/x509, which looks for it
import { webcrypto } from 'node:crypto'
import { Pkcs10CertificateRequestGenerator } from '@peculiar/x509'

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const

export interface KeyAndRequest {
  /** PKCS#8, PEM. */
  readonly privateKey: string
  /** PKCS#10, PEM. */
  readonly csr: string
}

/** A new key, and a certificate request for it. The name is a wish: the server decides what the certificate says. */
export async function makeKeyAndRequest(machineId: string): Promise<KeyAndRequest> {
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify'])
  const request = await Pkcs10CertificateRequestGenerator.create({
    name: [{ CN: [machineId] }],
    keys,
    signingAlgorithm: ALGORITHM,
  })
  const pkcs8 = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)).toString('base64')
  const lines = pkcs8.match(/.{1,64}/g) ?? []
  return {
    privateKey: `-----BEGIN PRIVATE KEY-----\n${lines.join('\n')}\n-----END PRIVATE KEY-----\n`,
    csr: request.toString('pem'),
  }
}

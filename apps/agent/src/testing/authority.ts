// For tests: a certificate authority, so that enrolment and mutual TLS are real in tests without a server of ours.
import 'reflect-metadata'
import { webcrypto } from 'node:crypto'
import * as x509 from '@peculiar/x509'

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const

export interface TestAuthority {
  readonly caPem: string
  /** Certificate and key of a server on 127.0.0.1. */
  readonly server: { readonly cert: string; readonly key: string }
  issue(csrPem: string, lifeMs: number): Promise<string>
}

export async function makeTestAuthority(): Promise<TestAuthority> {
  const caKeys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify'])
  const ca = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: '01',
    name: 'CN=Test authority',
    notBefore: new Date(Date.now() - 60_000),
    notAfter: new Date(Date.now() + 3_600_000),
    signingAlgorithm: ALGORITHM,
    keys: caKeys,
    extensions: [new x509.BasicConstraintsExtension(true, 0, true)],
  })
  let serial = 1

  async function sign(
    publicKey: x509.PublicKeyType,
    name: string,
    lifeMs: number,
    extensions: x509.Extension[],
  ): Promise<string> {
    serial += 1
    const certificate = await x509.X509CertificateGenerator.create({
      serialNumber: serial.toString(16).padStart(2, '0'),
      subject: name,
      issuer: ca.subject,
      notBefore: new Date(Date.now() - 60_000),
      notAfter: new Date(Date.now() + lifeMs),
      signingAlgorithm: ALGORITHM,
      publicKey,
      signingKey: caKeys.privateKey,
      extensions,
    })
    return certificate.toString('pem')
  }

  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify'])
  const cert = await sign(keys.publicKey, 'CN=listener', 3_600_000, [
    new x509.SubjectAlternativeNameExtension([{ type: 'ip', value: '127.0.0.1' }]),
  ])
  const caPem = ca.toString('pem')
  return {
    caPem,
    server: { cert: `${cert}\n${caPem}`, key: await privatePem(keys.privateKey) },
    async issue(csrPem, lifeMs) {
      const request = new x509.Pkcs10CertificateRequest(csrPem)
      if (!(await request.verify())) throw new Error('the request is not signed by its key')
      return sign(request.publicKey, request.subject, lifeMs, [])
    },
  }
}

async function privatePem(key: webcrypto.CryptoKey): Promise<string> {
  const base64 = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', key)).toString('base64')
  return `-----BEGIN PRIVATE KEY-----\n${base64}\n-----END PRIVATE KEY-----\n`
}

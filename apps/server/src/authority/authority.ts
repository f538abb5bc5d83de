// The installation's own certificate authority: it signs the agent listener's certificate and those of agents, nothing else.
// EC P-256; the key never leaves the authority directory (mode 0700, files 0600).
import 'reflect-metadata'
import { createHash, webcrypto } from 'node:crypto'
import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as x509 from '@peculiar/x509'
import { type Clock, YaguraError } from '@yagura/kernel'
import { makeDirectory } from '../settings/directory.ts'
import { type AgentIdentity, identityToUri } from './agent-identity.ts'

x509.cryptoProvider.set(webcrypto)

const KEY = { name: 'ECDSA', namedCurve: 'P-256' }
const SIGNING = { name: 'ECDSA', hash: 'SHA-256' }
const DAY_MS = 86_400_000
const AUTHORITY_DAYS = 3650
const LISTENER_DAYS = 365
export const AGENT_DAYS = 30
const LISTENER_RENEW_DAYS = 60
/** Certificates begin in the past, for agents whose clock is behind. */
const BACKDATE_MS = DAY_MS + 3_600_000

export interface IssuedCertificate {
  readonly pem: string
  readonly serial: string
  readonly expiresAt: Date
}

export interface Authority {
  readonly caPem: string
  /** SHA-256 of the DER, lower-case hexadecimal: what enrolment tokens carry. */
  readonly caFingerprint: string
  readonly listener: { readonly certPem: string; readonly keyPem: string }
  /** A certificate for this agent out of its request; the request's own names are ignored. */
  issueAgentCertificate(csrPem: string, identity: AgentIdentity): Promise<IssuedCertificate>
}

export async function openAuthority(directory: string, hosts: readonly string[], clock: Clock): Promise<Authority> {
  await makeDirectory(directory)
  const ca = (await readPair(directory, 'ca')) ?? (await makeAuthority(directory, clock))
  const listener = await listenerPair(directory, ca, hosts, clock)
  return {
    caPem: ca.certificate.toString('pem'),
    caFingerprint: createHash('sha256').update(new Uint8Array(ca.certificate.rawData)).digest('hex'),
    listener: {
      certPem: `${listener.certificate.toString('pem')}\n${ca.certificate.toString('pem')}`,
      keyPem: await exportKey(listener.key),
    },
    issueAgentCertificate: (csrPem, identity) => issueAgentCertificate(ca, csrPem, identity, clock),
  }
}

interface Pair {
  readonly certificate: x509.X509Certificate
  readonly key: webcrypto.CryptoKey
}

async function makeAuthority(directory: string, clock: Clock): Promise<Pair> {
  const keys = await newKeys()
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: randomSerial(),
    name: [{ CN: ['Yagura installation authority'] }],
    notBefore: new Date(clock.nowMs() - BACKDATE_MS),
    notAfter: new Date(clock.nowMs() + AUTHORITY_DAYS * DAY_MS),
    signingAlgorithm: SIGNING,
    keys: keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  })
  return writePair(directory, 'ca', { certificate, key: keys.privateKey })
}

async function listenerPair(directory: string, ca: Pair, hosts: readonly string[], clock: Clock): Promise<Pair> {
  const found = await readPair(directory, 'listener')
  if (found && (await isStillGood(found, ca, hosts, clock))) return found
  const keys = await newKeys()
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: randomSerial(),
    subject: [{ CN: ['Yagura agent listener'] }],
    issuer: ca.certificate.subjectName.toJSON(),
    notBefore: new Date(clock.nowMs() - BACKDATE_MS),
    notAfter: new Date(clock.nowMs() + LISTENER_DAYS * DAY_MS),
    signingAlgorithm: SIGNING,
    publicKey: keys.publicKey,
    signingKey: ca.key,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(
        hosts.map((value) => ({ type: isAddress(value) ? ('ip' as const) : ('dns' as const), value })),
      ),
      await x509.AuthorityKeyIdentifierExtension.create(ca.certificate),
    ],
  })
  return writePair(directory, 'listener', { certificate, key: keys.privateKey })
}

async function issueAgentCertificate(
  ca: Pair,
  csrPem: string,
  identity: AgentIdentity,
  clock: Clock,
): Promise<IssuedCertificate> {
  const request = await readRequest(csrPem)
  const expiresAt = new Date(Math.floor((clock.nowMs() + AGENT_DAYS * DAY_MS) / 1000) * 1000)
  const serial = randomSerial()
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: serial,
    subject: [{ CN: [identity.agentId] }],
    issuer: ca.certificate.subjectName.toJSON(),
    notBefore: new Date(clock.nowMs() - BACKDATE_MS),
    notAfter: expiresAt,
    signingAlgorithm: SIGNING,
    publicKey: request.publicKey,
    signingKey: ca.key,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.clientAuth]),
      new x509.SubjectAlternativeNameExtension([{ type: 'url', value: identityToUri(identity) }]),
      await x509.AuthorityKeyIdentifierExtension.create(ca.certificate),
    ],
  })
  return { pem: certificate.toString('pem'), serial, expiresAt }
}

/** The request, when its signature proves that the sender has the key and the key is EC P-256. */
async function readRequest(pem: string): Promise<x509.Pkcs10CertificateRequest> {
  try {
    const request = new x509.Pkcs10CertificateRequest(pem)
    const { name, namedCurve } = request.publicKey.algorithm as { name: string; namedCurve?: string }
    if (name === 'ECDSA' && namedCurve === 'P-256' && (await request.verify())) return request
  } catch {}
  throw new YaguraError(
    'INPUT_INVALID',
    'The certificate request is not a signed PKCS#10 request with an EC P-256 key.',
  )
}

async function isStillGood(pair: Pair, ca: Pair, hosts: readonly string[], clock: Clock): Promise<boolean> {
  const { certificate } = pair
  if (certificate.notAfter.getTime() - clock.nowMs() < LISTENER_RENEW_DAYS * DAY_MS) return false
  const names = certificate.getExtension(x509.SubjectAlternativeNameExtension)?.names.toJSON() ?? []
  const covered = new Set(names.map((name) => name.value))
  return hosts.every((host) => covered.has(host)) && certificate.verify({ publicKey: ca.certificate.publicKey })
}

function newKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(KEY, true, ['sign', 'verify']) as Promise<webcrypto.CryptoKeyPair>
}

/** 127 random bits with the first byte above zero, so that every program writes it the same way. */
function randomSerial(): string {
  const bytes = webcrypto.getRandomValues(new Uint8Array(16))
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40
  return Buffer.from(bytes).toString('hex')
}

function isAddress(host: string): boolean {
  return host.includes(':') || /^\d{1,3}(\.\d{1,3}){3}$/.test(host)
}

async function exportKey(key: webcrypto.CryptoKey): Promise<string> {
  const der = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', key))
  return `-----BEGIN PRIVATE KEY-----\n${der.toString('base64').replace(/.{64}/g, '$&\n')}\n-----END PRIVATE KEY-----\n`
}

async function readPair(directory: string, name: string): Promise<Pair | undefined> {
  const text = await readFile(join(directory, `${name}.pem`), 'utf8').catch(() => undefined)
  if (text === undefined) return undefined
  try {
    const [certificate, key] = ['CERTIFICATE', 'PRIVATE KEY'].map((label) => blockOf(text, label))
    const der = Buffer.from((key ?? '').replace(/-----[^-]+-----|\s/g, ''), 'base64')
    return {
      certificate: new x509.X509Certificate(certificate ?? ''),
      key: await webcrypto.subtle.importKey('pkcs8', der, KEY, true, ['sign']),
    }
  } catch (cause) {
    throw new YaguraError('INPUT_INVALID', `The file ${join(directory, `${name}.pem`)} is damaged.`, {
      cause,
      hint: 'Restore it from a backup; without it every agent has to enrol again.',
    })
  }
}

function blockOf(text: string, label: string): string | undefined {
  const begin = text.indexOf(`-----BEGIN ${label}-----`)
  const end = `-----END ${label}-----`
  return begin < 0 ? undefined : text.slice(begin, text.indexOf(end, begin) + end.length)
}

/** Certificate and key in one file, put in place whole, so that they always belong together. */
async function writePair(directory: string, name: string, pair: Pair): Promise<Pair> {
  const path = join(directory, `${name}.pem`)
  const text = `${pair.certificate.toString('pem')}\n${await exportKey(pair.key)}`
  await writeFile(`${path}.new`, text, { mode: 0o600, flush: true })
  await rename(`${path}.new`, path)
  return pair
}

// Pieces that several contracts share.
import { z } from 'zod'
import { SEVERITIES } from './severities.ts'

/** Text from outside: bounded, so that no field can be used to fill memory. */
export const shortText = z.string().max(512)
export const longText = z.string().max(16_384)

export const ulid = z
  .string()
  .regex(/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/)
  .meta({ description: 'ULID' })
export const digest = z
  .string()
  .regex(/^(sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/)
  .meta({ description: 'OCI content digest' })
/** RFC 3339 in UTC. */
export const timestamp = z.iso.datetime({ offset: false, precision: undefined }).meta({ description: 'RFC 3339, UTC' })

export { SEVERITIES, type Severity, severityRank } from './severities.ts'
export const severity = z.enum(SEVERITIES)

/** One sentence in the languages of the console. English is always there. */
export const localisedText = z.object({ en: longText, ja: longText.optional(), zh: longText.optional() })

export const stringMap = z.record(z.string().max(256), z.string().max(4096))

export type Ulid = z.infer<typeof ulid>
export type Digest = z.infer<typeof digest>
export type Timestamp = z.infer<typeof timestamp>
export type LocalisedText = z.infer<typeof localisedText>

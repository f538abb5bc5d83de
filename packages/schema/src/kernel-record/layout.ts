// Where each field of a record lies. Fields must be naturally aligned without holes, so that C has no freedom to differ.
import { type FieldType, HEADER_FIELDS, RECORDS, type RecordName, STRUCTS, type StructName } from './records.ts'

export interface FieldPlace {
  readonly name: string
  readonly type: FieldType
  readonly offset: number
  readonly sizeBytes: number
}

export interface RecordLayout<Field extends string = string> {
  readonly type: number
  /** Bytes of header and fixed fields; the tail begins here. */
  readonly sizeBytes: number
  /** Every field, header included, from the start of the record. */
  readonly fields: readonly FieldPlace[]
  /** field → offset from the start of the record */
  readonly at: Readonly<Record<Field | HeaderField, number>>
}

export type HeaderField = keyof typeof HEADER_FIELDS
type FieldOf<Name extends RecordName> = Extract<keyof (typeof RECORDS)[Name]['fields'], string>

const INTEGER_BYTES: Readonly<Record<string, number>> = { u8: 1, u16: 2, u32: 4, u64: 8 }

/** Bytes of the header that all records begin with. */
export const HEADER_SIZE_BYTES = placed(HEADER_FIELDS, 0, 'header').sizeBytes

export function headerFields(): readonly FieldPlace[] {
  return placed(HEADER_FIELDS, 0, 'header').fields
}

export interface StructLayout<Field extends string = string> {
  readonly sizeBytes: number
  readonly fields: readonly FieldPlace[]
  readonly at: Readonly<Record<Field, number>>
}

export function structLayout<Name extends StructName>(
  name: Name,
): StructLayout<Extract<keyof (typeof STRUCTS)[Name], string>> {
  const { fields, sizeBytes } = placed(STRUCTS[name], 0, name)
  const at = Object.fromEntries(fields.map((field) => [field.name, field.offset])) as StructLayout<
    Extract<keyof (typeof STRUCTS)[Name], string>
  >['at']
  return { sizeBytes, fields, at }
}

const layouts = new Map<RecordName, RecordLayout>()

export function recordLayout<Name extends RecordName>(name: Name): RecordLayout<FieldOf<Name>> {
  const known = layouts.get(name) ?? layOut(name)
  layouts.set(name, known)
  return known as RecordLayout<FieldOf<Name>>
}

function layOut(name: RecordName): RecordLayout {
  const record = RECORDS[name]
  const own = placed(record.fields, HEADER_SIZE_BYTES, name)
  const fields = [...headerFields(), ...own.fields]
  const at = Object.fromEntries(fields.map((field) => [field.name, field.offset])) as RecordLayout['at']
  return { type: record.type, sizeBytes: own.sizeBytes, fields, at }
}

/** A number that differs when any field of any record lies elsewhere (FNV-1a over all places). */
export function layoutNumber(): number {
  const names = Object.keys(RECORDS) as RecordName[]
  const places: unknown[] = names.map((name) => {
    const { type, fields } = recordLayout(name)
    return [name, type, RECORDS[name].ring, ...fields.map((field) => [field.name, field.type, field.offset])]
  })
  for (const name of Object.keys(STRUCTS) as StructName[]) {
    places.push([name, 0, '', ...structLayout(name).fields.map((field) => [field.name, field.type, field.offset])])
  }
  let hash = 0x811c9dc5
  for (const char of JSON.stringify(places)) hash = Math.imul(hash ^ char.charCodeAt(0), 0x01000193)
  return hash >>> 0
}

function placed(
  shape: Readonly<Record<string, FieldType>>,
  start: number,
  owner: string,
): { fields: readonly FieldPlace[]; sizeBytes: number } {
  const fields: FieldPlace[] = []
  let offset = start
  for (const [name, type] of Object.entries(shape)) {
    const integer = INTEGER_BYTES[type]
    const sizeBytes = integer ?? Number(type.slice('bytes'.length))
    if (offset % (integer ?? 1) !== 0)
      throw new Error(`field ${name} of record ${owner} is not aligned: reorder or pad`)
    fields.push({ name, type, offset, sizeBytes })
    offset += sizeBytes
  }
  if (offset % 8 !== 0) throw new Error(`record ${owner} is ${offset} bytes, not a multiple of 8: pad it`)
  return { fields, sizeBytes: offset }
}

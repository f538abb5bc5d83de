// The C header of the records. Sizes and offsets are asserted at compile time, so kernel and decoder cannot drift apart.
import { callClassNames } from './call-classes.ts'
import { type FieldPlace, HEADER_SIZE_BYTES, headerFields, layoutNumber, recordLayout, structLayout } from './layout.ts'
import { RECORD_CONSTANTS, RECORDS, type RecordName, RINGS, STRUCTS, type StructName } from './records.ts'

/** Content of bpf/generated/yagura_events.h. */
export function bpfHeader(): string {
  const names = Object.keys(RECORDS) as RecordName[]
  return [
    '/* Made from packages/schema/src/kernel-record by `npm run generate`: do not edit. */',
    '#pragma once',
    '',
    ...Object.entries(RECORD_CONSTANTS).map(([name, value]) => `#define YAGURA_${name} ${value}`),
    ...callClassNames().map(([name, number]) => `#define YAGURA_CLASS_${name.toUpperCase()} ${number}`),
    `#define YAGURA_LAYOUT ${layoutNumber()}u`,
    '',
    ...RINGS.map((ring, index) => `#define YAGURA_RING_${ring.toUpperCase()} ${index}`),
    `#define YAGURA_RINGS ${RINGS.length}`,
    '',
    ...names.map((name) => `#define YAGURA_TYPE_${snake(name).toUpperCase()} ${RECORDS[name].type}`),
    '',
    ...(Object.keys(STRUCTS) as StructName[]).flatMap((name) => {
      const { fields, sizeBytes } = structLayout(name)
      return struct(snake(name), fields, sizeBytes)
    }),
    ...struct('header', headerFields(), HEADER_SIZE_BYTES),
    ...names.flatMap((name) => recordStruct(name)),
  ].join('\n')
}

function recordStruct(name: RecordName): string[] {
  const layout = recordLayout(name)
  const own = layout.fields.filter((field) => field.offset >= HEADER_SIZE_BYTES)
  const { tail } = RECORDS[name] as { tail?: string }
  return struct(snake(name), own, layout.sizeBytes, 'struct yagura_header header;', tail)
}

function struct(name: string, fields: readonly FieldPlace[], sizeBytes: number, first?: string, tail?: string) {
  const type = `struct yagura_${name}`
  return [
    `${type} {`,
    ...(first === undefined ? [] : [`\t${first}`]),
    ...fields.map((field) => `\t${declaration(field)};`),
    ...(tail === undefined ? [] : [`\t/* followed by: ${tail} */`]),
    '};',
    `_Static_assert(sizeof(${type}) == ${sizeBytes}, "size of ${name}");`,
    ...fields.map(
      (field) =>
        `_Static_assert(__builtin_offsetof(${type}, ${snake(field.name)}) == ${field.offset}, "${name}.${field.name}");`,
    ),
    '',
  ]
}

function declaration({ name, type, sizeBytes }: FieldPlace): string {
  return type.startsWith('bytes') ? `__u8 ${snake(name)}[${sizeBytes}]` : `__${type} ${snake(name)}`
}

function snake(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}

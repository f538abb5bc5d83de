// A static ELF that prints one line and ends: what a download that is run leaves to be seen (numbers of the calls: Linux
// arch/x86/entry/syscalls and asm-generic/unistd.h).
import { staticElf } from '../static-elf.ts'

export const HELLO = 'hello from the lab\n'

export function helloElf(arch: NodeJS.Architecture = process.arch): Buffer {
  const text = Buffer.from(HELLO)
  return staticElf(arch === 'arm64' ? arm64(text.length) : amd64(text.length), text, arch)
}

/** write(1, text, n); exit(0) */
function amd64(size: number): Buffer {
  const code = Buffer.from(
    'b801000000' + 'bf01000000' + '488d3510000000' + 'ba00000000' + '0f05' + 'b83c000000' + '31ff' + '0f05',
    'hex',
  )
  // lea rsi, [rip + what is left of the code]
  code.writeInt32LE(code.length - 17, 13)
  code.writeUInt32LE(size, 18)
  return code
}

function arm64(size: number): Buffer {
  const movz = (register: number, value: number) => (0xd2800000 | (value << 5) | register) >>> 0
  const words = [movz(0, 1), 0, movz(2, size), movz(8, 64), 0xd4000001, movz(0, 0), movz(8, 93), 0xd4000001]
  const distance = (words.length - 1) * 4
  words[1] = (0x10000001 | ((distance & 3) << 29) | ((distance >> 2) << 5)) >>> 0 // adr x1, text
  const code = Buffer.alloc(words.length * 4)
  for (const [index, word] of words.entries()) code.writeUInt32LE(word, index * 4)
  return code
}

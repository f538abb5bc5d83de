// Flags of a program that runs, from its command line (proc_pid_cmdline(5)).
import type { Reading } from '../../engine/reading.ts'

/** `PROGRAM#FLAG`. `--flag=value`, `--flag value`, `--flag`; a flag that is there several times has several values. */
export function readArgument(
  proc: (name: string) => string | undefined,
  processes: () => readonly string[],
  asked: string,
): Reading {
  const [program = '', flags = ''] = asked.split('#')
  const wanted = new Set(flags.split(','))
  const pid = processes().find((one) => proc(`${one}/comm`)?.trim() === program.slice(0, 15))
  const place = `command line of ${program}`
  if (pid === undefined) return { kind: 'not-asked', place, reason: `${program} does not run` }
  const words = (proc(`${pid}/cmdline`) ?? '').split('\0').filter((word) => word !== '')
  const values = words.flatMap((word, at) => {
    const [name = '', ...rest] = word.replace(/^--?/, '').split('=')
    if (at === 0 || !word.startsWith('-') || !wanted.has(name)) return []
    const next = words[at + 1]
    return rest.length > 0 ? [rest.join('=')] : [next === undefined || next.startsWith('-') ? 'true' : next]
  })
  const [only, ...others] = values
  if (only === undefined) return { kind: 'absent', source: 'argument', place }
  return { kind: 'value', source: 'argument', place, value: others.length > 0 ? values : only }
}

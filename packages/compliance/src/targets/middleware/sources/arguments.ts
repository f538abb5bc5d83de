// Flags of a command line in the usual ways: `--flag=value`, `--flag value`, `--flag`, `-Dname=value`.

/** The last one counts, as in nearly every program; `true` for a flag without a value. */
export function flagOf(words: readonly string[], flag: string): string | undefined {
  let found: string | undefined
  for (let index = 1; index < words.length; index++) {
    const word = words[index] as string
    for (const form of flag.startsWith('-') ? [flag] : [`--${flag}`, `-${flag}`]) {
      if (word === form) {
        const next = words[index + 1]
        found = next === undefined || next.startsWith('-') ? 'true' : next
      } else if (word.startsWith(`${form}=`)) found = word.slice(form.length + 1)
    }
  }
  return found
}

/** As MySQL reads them: `-` and `_` are one, `skip-x` needs no value, and words that follow are never values. */
export function mysqlFlagOf(words: readonly string[], flag: string): string | undefined {
  const wanted = flag.replaceAll('_', '-')
  let found: string | undefined
  for (const word of words.slice(1)) {
    const [name = '', ...rest] = word.replace(/^--/, '').split('=')
    if (word.startsWith('--') && name.replace(/^loose[-_]/, '').replaceAll('_', '-') === wanted)
      found = rest.length > 0 ? rest.join('=') : 'true'
  }
  return found
}

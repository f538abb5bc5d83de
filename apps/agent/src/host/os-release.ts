// os-release(5): shell-like assignments; only the pretty name is needed here.

/** PRETTY_NAME, or NAME, or undefined. */
export function osReleaseName(text: string): string | undefined {
  return assignment(text, 'PRETTY_NAME') ?? assignment(text, 'NAME')
}

function assignment(text: string, name: string): string | undefined {
  for (const line of text.split('\n')) {
    if (!line.startsWith(`${name}=`)) continue
    const value = line.slice(name.length + 1).trim()
    const quoted = /^(["'])(.*)\1$/.exec(value)
    return (quoted ? (quoted[2] ?? '').replace(/\\([\\"$`])/g, '$1') : value).slice(0, 512) || undefined
  }
  return undefined
}

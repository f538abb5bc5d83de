// Identifiers and other people's text, made fit to read.
// biome-ignore-all lint/suspicious/noControlCharactersInRegex: control characters are what is written out here

/** `sha256:4f5e…` → `4f5e6a7b8c9d`, as container tools show it. */
export function shortDigest(digest: string): string {
  return digest.replace(/^sha\d+:/, '').slice(0, 12)
}

/** An image name without its registry, which is the same for most: `registry.example/shop/web:1` → `shop/web:1`. */
export function shortImageName(name: string): string {
  return visibleText(name.replace(/^[\w-]+(\.[\w.-]+|:\d+)+\/(?=.)/, ''))
}

/** What the tags of one image have in common: `registry.example:5000/shop/web:1@sha256:…` → `registry.example:5000/shop/web`. */
export function imageRepository(name: string): string {
  return name.replace(/@.*$/, '').replace(/:[^:/]*$/, '')
}

/** A scope of a coverage gap without what no eye reads: `image:sha256:4f5e…` → `image 4f5e6a7b8c9d`. */
export function shortScope(scope: string): string {
  return visibleText(scope.replace(/^image:sha256:([0-9a-f]{12})[0-9a-f]*/, 'image $1'))
}

/**
 * Characters that could make a name look like another one (control, bidirectional override, zero-width) are written out.
 * React escapes markup; this is about what the eye is told. See Unicode TR36 on bidirectional spoofing.
 */
export function visibleText(text: string): string {
  return text.replace(
    /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g,
    (char) => {
      const code = char.charCodeAt(0)
      return code < 256 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`
    },
  )
}

/** A command line as one could paste it: words with anything special in single quotes. */
export function commandLine(args: readonly string[]): string {
  return args
    .map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`))
    .join(' ')
}

/** The address when a browser may follow it: http and https only. */
export function webAddress(text: string): string | null {
  try {
    const url = new URL(text)
    return url.protocol === 'https:' || url.protocol === 'http:' ? url.href : null
  } catch {
    return null
  }
}

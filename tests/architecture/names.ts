// What no file of the project names: package registries (npm's own settings choose them) and paths of one developer's machine.

const FORBIDDEN: readonly RegExp[] = [
  /\bregistry\.(?:npmjs|yarnpkg|npmmirror)\.\w+/,
  /\b(?:npm\.pkg\.github|npmmirror)\.com/,
  /(?<![\w.-]|\/\w+)\/work\/(?:main|shared|\.library)\b/,
  /\/tmp\/brief\b/,
]

export function forbiddenNames(text: string): string[] {
  return FORBIDDEN.flatMap((pattern) => text.match(pattern)?.[0] ?? [])
}

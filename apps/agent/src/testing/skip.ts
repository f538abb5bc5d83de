// For tests: what is missing on this machine is said, and is a failure where nothing may be missing (CI=true).

export function sayWhatIsMissing(part: string, missing: string | undefined): boolean {
  if (missing === undefined) return false
  const sentence = `${part} is left out: ${missing}`
  if (process.env.CI === 'true') throw new Error(sentence)
  console.warn(sentence)
  return true
}

// Names as a program gave them, made whole: relative to the directory that the kernel resolved, without `.`, `..` and doubled
// slashes. Symbolic links in the name itself are not followed, because that could only be guessed afterwards.

export function wholePath(base: string, given: string): string {
  if (given === '') return base
  const path = given.startsWith('/') ? given : `${base}/${given}`
  if (!path.includes('//') && !path.includes('/.') && !path.endsWith('/')) return path
  const names: string[] = []
  for (const name of path.split('/')) {
    if (name === '' || name === '.') continue
    if (name === '..') names.pop()
    else names.push(name)
  }
  return `/${names.join('/')}`
}

import { describe, expect, test } from 'vitest'
import type { LayerEntry } from '../layer/source.ts'
import { createFileView, type FileView } from './view.ts'

const file = (path: string): LayerEntry => ({ path, kind: 'file', link: '', sizeBytes: 0 })
const directory = (path: string): LayerEntry => ({ path, kind: 'directory', link: '', sizeBytes: 0 })
const symlink = (path: string, link: string): LayerEntry => ({ path, kind: 'symlink', link, sizeBytes: 0 })
const hardlink = (path: string, link: string): LayerEntry => ({ path, kind: 'hardlink', link, sizeBytes: 0 })
const whiteout = (path: string): LayerEntry => ({ path, kind: 'whiteout', link: '', sizeBytes: 0 })
const opaque = (path: string): LayerEntry => ({ path, kind: 'opaque', link: '', sizeBytes: 0 })

function viewOf(...layers: LayerEntry[][]): FileView {
  const view = createFileView(8)
  for (const layer of layers) view.apply(layer)
  return view
}

/** `layer:path in that layer` of a file, or what else is there. */
function at(view: FileView, path: string, upTo?: number): string {
  const resolution = view.resolve(path, upTo)
  if (resolution.kind !== 'file') return resolution.kind
  return `${resolution.file.content.layer}:${resolution.file.content.path}`
}

describe('overlay', () => {
  test('the upper layer wins, and each state can be asked for', () => {
    const view = viewOf([file('a'), file('b')], [file('a')])
    expect([at(view, 'a'), at(view, 'b'), at(view, 'a', 0), at(view, 'c')]).toEqual(['1:a', '0:b', '0:a', 'absent'])
  })

  test('the last of one name in a layer wins', () => {
    const view = viewOf([file('a'), symlink('a', 'b'), file('b')])
    expect(at(view, 'a')).toBe('0:b')
    expect(at(viewOf([symlink('a', 'b'), file('a'), file('b')]), 'a')).toBe('0:a')
  })

  test('a whiteout deletes a file, a directory with all in it, and comes back to life', () => {
    const view = viewOf([file('d/x'), file('d/e/y'), file('f')], [whiteout('d'), whiteout('f')], [file('d/z')])
    expect(at(view, 'd/x', 1)).toBe('absent')
    expect(at(view, 'f')).toBe('absent')
    expect(at(view, 'd/e/y')).toBe('absent')
    expect(at(view, 'd/z')).toBe('2:d/z')
    expect(view.list('d')).toEqual(['z'])
  })

  test.each([
    ['before', [whiteout('d'), file('d/new')]],
    ['after', [file('d/new'), whiteout('d')]],
    ['opaque before', [opaque('d'), file('d/new')]],
    ['opaque after', [directory('d'), file('d/new'), opaque('d')]],
  ])('a whiteout hides lower layers only, wherever it stands in its layer: %s', (_, layer) => {
    const view = viewOf([file('d/old'), directory('d/sub'), file('d/sub/deep')], layer)
    expect(view.list('d')).toEqual(['new'])
    expect(at(view, 'd/sub/deep')).toBe('absent')
    expect(at(view, 'd/old', 0)).toBe('0:d/old')
  })

  test('an opaque root hides everything below', () => {
    const view = viewOf([file('a'), file('b/c')], [opaque(''), file('x')])
    expect(view.list('')).toEqual(['x'])
    expect(at(view, 'b/c')).toBe('absent')
  })

  test('a file in place of a directory hides what was in it, and a directory in place of that starts empty', () => {
    const view = viewOf([file('d/x')], [file('d')], [directory('d'), file('d/y')])
    expect(at(view, 'd/x', 1)).toBe('absent')
    expect(view.list('d')).toEqual(['y'])
  })
})

describe('odd layers', () => {
  test('a file in place of a directory of its own layer hides what that had', () => {
    const view = viewOf([file('d/x'), file('d')])
    expect([at(view, 'd'), at(view, 'd/x')]).toEqual(['0:d', 'absent'])
    expect(at(viewOf([file('d/x'), file('d'), directory('d'), file('d/y')]), 'd/x')).toBe('absent')
  })

  test('directories that no entry names are there', () => {
    const view = viewOf([file('a/b/c')], [whiteout('a/b')], [file('a/b/d')])
    expect([at(view, 'a'), at(view, 'a/b', 0), at(view, 'a/b', 1), at(view, 'a/b')]).toEqual([
      'directory',
      'directory',
      'absent',
      'directory',
    ])
    expect(view.list('a')).toEqual(['b'])
    expect(view.list('a/b')).toEqual(['d'])
  })

  test('a link that a directory replaces half-way through a layer', () => {
    const layer = [file('lib/a'), directory('lib'), file('lib/b'), symlink('lib', 'opt'), file('lib/c')]
    const view = viewOf([symlink('lib', 'usr/lib'), directory('usr/lib'), directory('opt')], layer)
    expect([at(view, 'usr/lib/a'), at(view, 'usr/lib/b'), at(view, 'opt/c')]).toEqual(['1:lib/a', 'absent', '1:lib/c'])
  })

  test('an opaque mark in a file does nothing', () => {
    expect(at(viewOf([file('f')], [opaque('f')]), 'f')).toBe('0:f')
  })
})

describe('links', () => {
  test('symbolic links are followed inside the image, absolute and upward ones too', () => {
    const view = viewOf([
      symlink('etc/os-release', '../usr/lib/os-release'),
      symlink('abs', '/usr/lib/os-release'),
      symlink('out', '../../../usr/lib/os-release'),
      symlink('lib', 'usr/lib'),
      file('usr/lib/os-release'),
    ])
    for (const path of ['etc/os-release', 'abs', 'out', 'lib/os-release', 'lib/../lib/os-release'])
      expect(at(view, path), path).toBe('0:usr/lib/os-release')
  })

  test('`..` behind a link goes up from where the link leads', () => {
    const view = viewOf([
      symlink('a', 'deep/down/here'),
      directory('deep/down/here'),
      symlink('b', 'a/../file'),
      file('deep/down/file'),
    ])
    expect(at(view, 'b')).toBe('0:deep/down/file')
  })

  test('circles and long chains end', () => {
    const chain = Array.from({ length: 41 }, (_, step) => symlink(`c${step}`, `c${step + 1}`))
    const view = viewOf([symlink('a', 'b'), symlink('b', 'a'), symlink('self', 'self'), ...chain, file('c41')])
    expect([at(view, 'a'), at(view, 'self'), at(view, 'c0'), at(view, 'c34')]).toEqual([
      'loop',
      'loop',
      'loop',
      '0:c41',
    ])
  })

  test('names of an upper layer go through links of a lower one', () => {
    const view = viewOf([symlink('lib', 'usr/lib'), file('usr/lib/a')], [file('lib/b'), whiteout('lib/a')])
    expect(at(view, 'usr/lib/b')).toBe('1:lib/b')
    expect(at(view, 'usr/lib/a')).toBe('absent')
  })

  test('hard links share content, also with a lower layer and with what is deleted later', () => {
    const view = viewOf([file('a')], [hardlink('b', 'a')], [whiteout('a'), hardlink('c', 'b')], [hardlink('d', 'a')])
    expect([at(view, 'b'), at(view, 'c'), at(view, 'a'), at(view, 'd')]).toEqual(['0:a', '0:a', 'absent', 'other'])
  })

  test('a hard link to a symbolic link is that link', () => {
    expect(at(viewOf([file('x'), symlink('s', 'x'), hardlink('h', 's')]), 'h')).toBe('0:x')
  })
})

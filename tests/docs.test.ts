// The guide says what is there: every setting and every coverage gap, the same pages in every language, links that lead somewhere.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { COVERAGE_GAP_CODES } from '@yagura/schema'
import { describe, expect, it } from 'vitest'
import { filesUnder, ROOT, readRepository } from './architecture/repository.ts'

const LANGUAGES = ['en', 'ja', 'zh'] as const

/** Read by tests, by tools of developers, or handed on by ourselves. */
const NOT_FOR_USERS = ['YAGURA_DATA', 'YAGURA_TEST_REPORT', 'YAGURA_ENROLMENT_TOKEN']

function read(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8')
}

/** `env.NAME` or 'NAME' in code. */
function settingsRead(code: string): string[] {
  return [...code.matchAll(/\benv\.(YAGURA_[A-Z_]+)|'(YAGURA_[A-Z_]+[A-Z])'/g)].map(
    ([, property, text]) => property ?? text ?? '',
  )
}

function settingsIn(text: string): string[] {
  return [...new Set(text.match(/\bYAGURA_[A-Z][A-Z_]*[A-Z]\b/g) ?? [])]
}

describe.each(LANGUAGES)('guide in %s', (language) => {
  it('has the same pages as the others', () => {
    expect(readdirSync(join(ROOT, 'docs/guide', language)).sort()).toEqual(
      readdirSync(join(ROOT, 'docs/guide/en')).sort(),
    )
  })

  it('names every setting that programs read, and no other', () => {
    const sources = readRepository().workspaces.flatMap(({ dir, files }) =>
      files
        .filter((file) => !file.isTest && file.path.startsWith(`${dir}/src/`) && dir !== 'testbed')
        .map(({ text }) => text),
    )
    const bootstrap = filesUnder('scripts/bootstrap').map(read)
    const known = [...sources, ...bootstrap].flatMap(settingsRead).filter((name) => !NOT_FOR_USERS.includes(name))
    expect(settingsIn(read(`docs/guide/${language}/settings.md`)).sort()).toEqual([...new Set(known)].sort())
  })

  it('explains every coverage gap', () => {
    const page = read(`docs/guide/${language}/coverage-gaps.md`)
    expect(COVERAGE_GAP_CODES.filter((code) => !page.includes(`\`${code}\``))).toEqual([])
  })
})

it('has no dead link', () => {
  const pages = [
    'README.md',
    'CONTRIBUTING.md',
    'SECURITY.md',
    ...filesUnder('docs').filter((path) => path.endsWith('.md')),
  ]
  const dead = pages.flatMap((page) =>
    [...read(page).matchAll(/\]\((?!https?:|#)([^)#\s]+)[^)]*\)/g)].flatMap(([, target = '']) =>
      existsSync(join(ROOT, dirname(page), target)) ? [] : [`${page}: ${target}`],
    ),
  )
  expect(dead).toEqual([])
})

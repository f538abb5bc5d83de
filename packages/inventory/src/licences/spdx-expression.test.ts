import fc from 'fast-check'
import parseExpression from 'spdx-expression-parse'
import { expect, test } from 'vitest'
import { spdxExpression, spdxExpressions } from './spdx-expression.ts'

test.each([
  ['MIT', 'MIT'],
  ['mit', 'MIT'],
  ['Expat', 'MIT'],
  ['(MIT OR Apache-2.0)', '(MIT OR Apache-2.0)'],
  ['MIT/Apache-2.0', 'MIT OR Apache-2.0'],
  ['Apache License, Version 2.0', 'Apache-2.0'],
  ['License :: OSI Approved :: MIT License', 'MIT'],
  ['GPL-2', 'GPL-2.0-only'],
  ['GPL-2+', 'GPL-2.0-or-later'],
  ['GPLv2+', 'GPL-2.0-or-later'],
  ['GPL-2.0', 'GPL-2.0-only'],
  ['GPL2+', 'GPL-2.0-or-later'],
  ['LGPLv2.1', 'LGPL-2.1-only'],
  ['GNU Lesser General Public License v3 or later', 'LGPL-3.0-or-later'],
  ['GNU General Public License v3 (GPLv3)', 'GPL-3.0-only'],
  ['AGPL-3.0-or-later', 'AGPL-3.0-or-later'],
  ['GPLv2+ and LGPLv2+', 'GPL-2.0-or-later AND LGPL-2.0-or-later'],
  ['GPL-2+ and (BSD-3-clause or Expat)', 'GPL-2.0-or-later AND (BSD-3-Clause OR MIT)'],
  ['GPL-2.0-or-later WITH Classpath-exception-2.0', 'GPL-2.0-or-later WITH Classpath-exception-2.0'],
  ['MIT BSD GPL2+', 'MIT AND LicenseRef-BSD AND GPL-2.0-or-later'],
  ['ASL 2.0', 'Apache-2.0'],
  ['public-domain', 'LicenseRef-public-domain'],
  ['GPLv2 and Foo Bar', 'GPL-2.0-only AND LicenseRef-Foo-Bar'],
  ['Our own © licence!', 'LicenseRef-Our-own-licence'],
])('%s is %s', (text, expected) => {
  expect(spdxExpression(text)).toBe(expected)
})

test('what says nothing is nothing, and the same is said once', () => {
  expect(spdxExpressions(['', 'UNKNOWN', 'MIT', 'Expat', 'See LICENSE file'])).toEqual(['MIT'])
})

test('whatever is written, the answer is an expression, and it is its own answer', () => {
  const words = fc.constantFrom(
    'MIT',
    'GPL-2+',
    'and',
    'or',
    '(',
    ')',
    'with',
    ',',
    '/',
    'Apache 2',
    'é',
    'LicenseRef-x',
    'x y',
  )
  const texts = fc.oneof(
    fc.string(),
    fc.array(words, { maxLength: 10 }).map((list) => list.join(' ')),
  )
  fc.assert(
    fc.property(texts, (text) => {
      const made = spdxExpression(text)
      if (made === null) return
      parseExpression(made)
      expect(spdxExpression(made)).toBe(made)
    }),
  )
})

import { expect, test } from 'vitest'
import { parseOsRelease } from './os-release.ts'

test.each([
  [
    'ID=debian\nVERSION_ID="12"\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n',
    { id: 'debian', versionId: '12', prettyName: 'Debian GNU/Linux 12 (bookworm)' },
  ],
  ["# comment\nID='alpine'\nVERSION_ID=3.18.9\r\n", { id: 'alpine', versionId: '3.18.9', prettyName: null }],
  ['ID="a\\"b\\$c"\n', { id: 'a"b$c', versionId: null, prettyName: null }],
  ['NAME=x\n', null],
  ['', null],
  ['ID=\n', null],
])('%j', (text, expected) => {
  expect(parseOsRelease(text)).toEqual(expected)
})

import { expect, test } from 'vitest'
import { parseApkRepositories } from './apk-repositories.ts'

test.each([
  ['https://mirror.example/alpine/v3.18/main\nhttps://mirror.example/alpine/v3.18/community\n', 'v3.18'],
  ['https://mirror.example/alpine/edge/main\r\nhttps://mirror.example/alpine/edge/testing\r\n', 'edge'],
  ['https://mirror.example/alpine/v3.9/main\nhttps://mirror.example/alpine/v3.18/main/\n', 'v3.18'],
  ['https://mirror.example/alpine/v3.18/main\n/media/edge/main\n', 'edge'],
  ['https://mirror.example/alpine/v3.18/main\n@edge https://mirror.example/alpine/edge/main\n', 'v3.18'],
  ['https://mirror.example/alpine/v3.18/main\nhttps://mirror.example/alpine/edge/testing\n', 'v3.18'],
  ['# https://mirror.example/alpine/edge/main\n', null],
  ['https://mirror.example/alpine/latest-stable/main\n', null],
  ['/media/cdrom/apks\n', null],
  ['', null],
])('the branch of %j is %s', (text, branch) => {
  expect(parseApkRepositories(text)).toBe(branch)
})

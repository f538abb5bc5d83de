import { expect, test } from 'vitest'
import { readWith } from '../../testing/read-file.ts'
import { extractor } from './index.ts'

const JSON_PATH = 'app/vendor/composer/installed.json'
const PHP_PATH = 'app/vendor/composer/installed.php'

test.each([
  [JSON_PATH, true],
  ['composer/installed.json', true],
  [PHP_PATH, true],
  ['app/installed.json', false],
  ['app/mycomposer/installed.json', false],
  ['app/composer.json', false],
])('%s: %s', (path, wanted) => expect(extractor.wants?.(path)).toBe(wanted))

const monolog = { name: 'monolog/monolog', version: '3.5.0', license: ['MIT'], require: { php: '>=8.1' } }

test.each([
  ['Composer 1', [monolog]],
  ['Composer 2', { packages: [monolog], dev: false }],
])('installed.json of %s', (_, document) => {
  const { packages, problems } = readWith(extractor, JSON_PATH, JSON.stringify(document))
  expect(problems).toEqual([])
  expect(packages).toEqual([
    {
      name: 'monolog/monolog',
      version: '3.5.0',
      type: 'composer',
      architecture: null,
      source: null,
      licenses: ['MIT'],
    },
  ])
  expect(packages[0] && extractor.purl(packages[0], null)).toBe('pkg:composer/monolog/monolog@3.5.0')
})

test('installed.php: neither the application nor what is only provided', () => {
  const text = `<?php return array(
    'root' => array(
        'name' => 'me/app',
        'pretty_version' => 'dev-main',
    ),
    'versions' => array(
        'me/app' => array(
            'pretty_version' => 'dev-main',
        ),
        'psr/log' => array(
            'pretty_version' => '3.0.0',
            'version' => '3.0.0.0',
        ),
        'psr/log-implementation' => array(
            'dev_requirement' => false,
            'provided' => array(
                0 => '3.0.0',
            ),
        ),
    ),
);
`
  const { packages } = readWith(extractor, PHP_PATH, text)
  expect(packages.map((found) => `${found.name} ${found.version}`)).toEqual(['psr/log 3.0.0'])
})

test.each([
  ['no JSON', '{', [], 'The file is not JSON.'],
  ['no list', '{"packages": {"a": 1}}', [], 'The file holds no list of packages.'],
  [
    'a bad entry',
    '[{"name": 7}, {"name": "a/b", "version": "1"}]',
    ['a/b'],
    '1 entries have no usable name and version.',
  ],
])('hostile: %s', (_, text, names, problem) => {
  const { packages, problems } = readWith(extractor, JSON_PATH, text)
  expect(packages.map((found) => found.name)).toEqual(names)
  expect(problems).toEqual([problem])
})

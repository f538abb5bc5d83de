// Writes every file that is made from another: OpenAPI, the client's operations, the schema of scan reports, the BPF header, tsconfig references.
// `npm run generate` writes; `npm run generate -- --check` only says what is stale (exit 1). tests/generated.test.ts uses staleFiles().
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readRecords } from '@yagura/compliance'
import { secretRulesJson } from '@yagura/inventory/generate'
import { COVERAGE_LANGUAGES, coveragePage, loadManifestChecks } from '@yagura/policy'
import { parseYamlDocuments } from '@yagura/safe-io/yaml'
import { openApiDocument, operationsModule, scanReportSchema } from '@yagura/schema'
import { bpfHeader } from '@yagura/schema/kernel-record'
import { lazyRegistryModule, namedRegistryModule, registryModule } from './registry.ts'
import { tsconfigFiles } from './tsconfig-references.mjs'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')

/** Extractors that nobody asks of an image need not be loaded to read one. */
const SOURCE_ONLY = /^ {2}scope: 'source',$/m

/** path in the repository → content it must have */
export function generatedFiles(): Map<string, string> {
  return new Map<string, string>([
    ...(tsconfigFiles() as Map<string, string>),
    ['packages/schema/generated/openapi.json', `${JSON.stringify(openApiDocument(), null, 1)}\n`],
    ['packages/schema/generated/operations.ts', operationsModule()],
    ['packages/schema/generated/scan-report.schema.json', `${JSON.stringify(scanReportSchema(), null, 1)}\n`],
    ['bpf/generated/yagura_events.h', bpfHeader()],
    ['packages/versions/generated/schemes.ts', namedRegistryModule(root, 'packages/versions', 'src/schemes', 'scheme')],
    ['packages/advisories/generated/feeds.ts', registryModule(root, 'packages/advisories', 'src/sources', 'feed')],
    ['packages/export/generated/formats.ts', lazyRegistryModule(root, 'packages/export', 'src/formats', 'format')],
    [
      'packages/inventory/generated/extractors.ts',
      registryModule(root, 'packages/inventory', 'src/extractors', 'extractor'),
    ],
    [
      'packages/inventory/generated/image-extractors.ts',
      registryModule(root, 'packages/inventory', 'src/extractors', 'extractor', (index) => !SOURCE_ONLY.test(index)),
    ],
    ['apps/console/src/attack/techniques.json', techniqueNames()],
    ...coveragePages(),
    ['packages/inventory/generated/secrets.json', secretRulesJson(read(join(root, 'content/secrets.yaml')) ?? '')],
  ])
}

/** Pages of the guide that say what the checks of manifests cover. */
function coveragePages(): [string, string][] {
  const { checks } = loadManifestChecks(readRecords(join(root, 'content/checks/kubernetes')).records)
  const tools = readYaml(join(root, 'content/controls/kubernetes-tools.yaml'))
  return COVERAGE_LANGUAGES.map((language) => [
    `docs/guide/${language}/manifest-checks.md`,
    coveragePage(
      checks.map(({ check }) => check),
      tools as Parameters<typeof coveragePage>[1],
      language,
    ),
  ])
}

function readYaml(path: string): unknown {
  const [document] = parseYamlDocuments(readFileSync(path), path)
  return document?.value.ok ? document.value.value : {}
}

/** What the console calls techniques: id → name, of the ATT&CK version that the rules speak of. */
function techniqueNames(): string {
  const { techniques } = JSON.parse(read(join(root, 'content/attack/attack.json')) ?? '{"techniques":[]}') as {
    techniques: readonly { id: string; name: string }[]
  }
  return `${JSON.stringify(Object.fromEntries(techniques.map(({ id, name }) => [id, name])), null, 2)}\n`
}

export function staleFiles(): string[] {
  return [...generatedFiles()].filter(([path, content]) => read(join(root, path)) !== content).map(([path]) => path)
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const stale = staleFiles()
  if (process.argv.includes('--check')) {
    for (const path of stale) console.error(`stale: ${path} (run npm run generate)`)
    process.exitCode = stale.length > 0 ? 1 : 0
  } else {
    const files = generatedFiles()
    for (const path of stale) {
      mkdirSync(dirname(join(root, path)), { recursive: true })
      writeFileSync(join(root, path), files.get(path) ?? '')
      console.log(`wrote ${path}`)
    }
  }
}

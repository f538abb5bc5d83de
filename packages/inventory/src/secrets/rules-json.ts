// content/secrets.yaml as JSON, for scripts/generate.ts: to parse YAML takes longer than to search many an image.
import { parse } from 'yaml'

export function secretRulesJson(yaml: string): string {
  return `${JSON.stringify(parse(yaml), null, 1)}\n`
}

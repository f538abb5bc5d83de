// An image's configuration as it may leave the node: variables that are named like secrets keep their names only, and build
// commands lose the values of password-like flags.
import type { ImageReport } from '@yagura/schema'
import { redactArguments, redactValue } from '../runtimes/redact.ts'

export function withoutSecrets(report: ImageReport): ImageReport {
  const { image } = report
  return {
    ...report,
    image: {
      ...image,
      layers: image.layers.map((layer) => ({
        ...layer,
        createdBy: layer.createdBy === null ? null : redactValue('', layer.createdBy).slice(0, 16_384),
      })),
      config: {
        ...image.config,
        entrypoint: redactArguments(image.config.entrypoint),
        command: redactArguments(image.config.command),
        environment: image.config.environment.map(withoutSecretValue),
        labels: Object.fromEntries(
          Object.entries(image.config.labels).map(([name, value]) => [name, redactValue(name, value).slice(0, 4096)]),
        ),
      },
    },
  }
}

function withoutSecretValue(variable: string): string {
  const equals = variable.indexOf('=')
  if (equals < 0) return variable
  const name = variable.slice(0, equals)
  return `${name}=${redactValue(name, variable.slice(equals + 1))}`.slice(0, 16_384)
}

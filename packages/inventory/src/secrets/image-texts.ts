// The texts of an image's configuration and history, in which people leave secrets. What is a secret by its looks is for the patterns,
// which `replace` asks; what stands under a name like PASSWORD is taken out here, whatever it looks like.
import { REMOVED, redactArguments, redactValue } from '@yagura/kernel'
import type { Image } from '@yagura/schema'

const MAX_TEXT = 16_384
const MAX_LABEL = 4096

export function mapTexts(image: Image, replace: (text: string) => string): Image {
  const command = (plain: string) => withoutPipedPassword(redactValue('', replace(plain))).slice(0, MAX_TEXT)
  const { config, layers, history } = image
  const args = (given: readonly string[]) => redactArguments(given.map(replace))
  return {
    ...image,
    layers: layers.map((layer) => ({
      ...layer,
      createdBy: layer.createdBy === null ? null : command(layer.createdBy),
    })),
    config: {
      ...config,
      entrypoint: args(config.entrypoint),
      command: args(config.command),
      environment: config.environment.map((line) => withoutNamedSecret(replace(line)).slice(0, MAX_TEXT)),
      labels: Object.fromEntries(
        Object.entries(config.labels).map(([name, value]) => [name, label(name, value, replace).slice(0, MAX_LABEL)]),
      ),
      ...(config.onBuild && { onBuild: config.onBuild.map(command) }),
    },
    ...(history && { history: history.map((step) => ({ ...step, createdBy: command(step.createdBy) })) }),
  }
}

function withoutNamedSecret(line: string): string {
  const equals = line.indexOf('=')
  const name = line.slice(0, Math.max(0, equals))
  return equals < 0 ? line : `${name}=${redactValue(name, line.slice(equals + 1))}`
}

/** With its name, which patterns look at. */
function label(name: string, value: string, replace: (text: string) => string): string {
  const line = replace(`${name}=${value}`)
  return line.startsWith(`${name}=`) ? redactValue(name, line.slice(name.length + 1)) : REMOVED
}

/** `echo root:… | chpasswd` */
function withoutPipedPassword(command: string): string {
  return /\bchpasswd\b/.test(command)
    ? command.replace(/(["']?[\w.-]{1,64}:)[^\s"'|]+(?=["']?\s*\|)/g, `$1${REMOVED}`)
    : command
}

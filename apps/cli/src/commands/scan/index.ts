// `yagura scan TARGET`

import { FORMAT_NAMES } from '@yagura/export'
import { SEVERITIES } from '@yagura/schema/severities'
import { type Command, Option } from 'commander'
import { addPlaceOptions } from './places.ts'

export function registerScan(program: Command): void {
  addPlaceOptions(program.command('scan'))
    .description('list the packages of an image and the vulnerabilities known in them')
    .argument(
      '<target>',
      'docker-archive:FILE, oci:DIR[:TAG], rootfs:DIR, dir:DIR, containerd:[NAMESPACE/]NAME, podman:NAME, docker:NAME, container:ID, registry:HOST/NAME[:TAG], sbom:FILE, a path, or the name of an image',
    )
    .addOption(
      new Option('--format <format>', 'how to print the result')
        .choices(['table', 'json', ...FORMAT_NAMES])
        .default('table'),
    )
    .addOption(
      new Option('--fail-on <severity>', 'exit with 1 when a finding is this severe or worse').choices(SEVERITIES),
    )
    .option('--all', 'also list what is fixed or not affected, with the reason')
    .option(
      '--comprehensive',
      'also judge language packages that the operating system brings by what is said of them upstream',
    )
    .option('--vex <file...>', 'OpenVEX or CSAF documents that say what is not affected')
    .option('--config <file>', 'exceptions, with reason and last day (default: .yagura.yaml of this folder)')
    .option('--db <file>', 'advisory database (default: $YAGURA_ADVISORY_DB, or that of this installation)')
    .option('--output <file>', 'write the result to a file')
    .option('--only <what>', 'look for these only: packages, secrets, mistakes (with commas between them)')
    .option('--skip <what>', 'do not look for these: packages, secrets, mistakes')
    .addOption(
      new Option('--language <language>', 'of the titles of mistakes, and of what to do')
        .choices(['en', 'ja', 'zh'])
        .default('en'),
    )
    .option('--no-cache', 'read every layer again, and keep nothing of it')
    .addHelpText(
      'after',
      '\nExit codes: 0 nothing at or above --fail-on, 1 findings at or above it, 2 the scan failed.',
    )
    .action(async (target: string, options) => {
      const { scan } = await import('./scan.ts')
      await scan(target, options)
    })
}

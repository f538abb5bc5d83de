// `yagura policy eval`
import { type Command, Option } from 'commander'

export const POLICY_FORMATS = ['table', 'json', 'junit', 'sarif'] as const
export type PolicyFormat = (typeof POLICY_FORMATS)[number]

export function registerPolicy(program: Command): void {
  const policy = program.command('policy').description('policies in CEL')
  policy
    .command('eval')
    .description(
      'judge manifests by policies: ValidatingAdmissionPolicy with bindings and parameters, Kyverno and Gatekeeper in CEL',
    )
    .requiredOption('--policies <path>', 'file or directory with policies, bindings and parameters')
    .requiredOption('--resources <path>', 'file or directory with manifests')
    .addOption(new Option('--format <format>', 'how to print the result').choices(POLICY_FORMATS).default('table'))
    .option('--all', 'also list what no policy is for')
    .addHelpText('after', '\nExit codes: 0 nothing fails, 1 something fails, 2 something could not be judged.')
    .action(async (options) => {
      const { evaluatePolicies } = await import('./eval.ts')
      await evaluatePolicies(options)
    })
}

// `yagura policy eval`
import { type Command, Option } from 'commander'

export const POLICY_FORMATS = ['table', 'json', 'junit', 'sarif'] as const
/** Of admission requests (admission.k8s.io/v1). */
const OPERATION_NAMES = ['CREATE', 'UPDATE', 'DELETE', 'CONNECT'] as const
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
    .addOption(
      new Option('--operation <operation>', 'what happens to the manifests, where they do not say it').choices(
        OPERATION_NAMES,
      ),
    )
    .option('--before <path>', 'the manifests as they were, for UPDATE and DELETE')
    .option('--user <name>', 'who asks')
    .option('--group <name...>', 'groups of who asks')
    .option('--as-written', 'judge manifests without the defaults that the API server would fill in')
    .option('--all', 'also list what no policy is for')
    .addHelpText('after', '\nExit codes: 0 nothing fails, 1 something fails, 2 something could not be judged.')
    .action(async (options) => {
      const { evaluatePolicies } = await import('./eval.ts')
      await evaluatePolicies(options)
    })
}

// Compliance: how things are set up, against a baseline of the company's own.

export { type BaselineChange, diffBaselines, type Transition, transitions } from './baselines/diff.ts'
export { type Proposal, type ProposedCheck, proposeBaseline } from './baselines/propose.ts'
export { applyBaseline, baselineFor, type ResolvedBaseline, resolveBaseline } from './baselines/resolve.ts'
export {
  type Controls,
  type ControlTable,
  coverageOf,
  readControls,
  type SectionCoverage,
} from './content/controls.ts'
export { type RecordFiles, readRecords } from './content/read.ts'
export { fits } from './engine/expect.ts'
export { judge, maskSecrets, type Subject } from './engine/judge.ts'
export type { Read, Reading, Scalar, Value } from './engine/reading.ts'
export {
  type CheckRecord,
  type CompiledCheck,
  checkRecord,
  type Expectation,
  loadChecks,
  VARIABLES,
} from './engine/record.ts'
export { compareVersions, type Unset, type UnsetFacts, unsetOf } from './engine/unset.ts'
export { type ContainerRoot, openContainerRoot } from './reader/container-root.ts'
export {
  type CheckContainersOptions,
  type ContainerSettings,
  checkContainers,
  isOfContainer,
} from './targets/docker/containers.ts'
export { type DockerState, readDockerState } from './targets/docker/state.ts'
export { type CheckHostOptions, checkHost } from './targets/host/check.ts'
export { type ImageMistakes, imageResults } from './targets/image/results.ts'
export { configuredAccess, judgeAnonymousAccess, judgeStatus } from './targets/kubernetes/anonymous.ts'
export { type ClusterObjects, readCluster, readPods } from './targets/kubernetes/api/cluster.ts'
export { type ClusterAccess, readKubeconfig } from './targets/kubernetes/api/kubeconfig.ts'
export { type OwnCluster, ownCluster, type PodIdentity } from './targets/kubernetes/api/service-account.ts'
export { speaksForCluster } from './targets/kubernetes/api/spokesman.ts'
export { type CheckComponentsOptions, checkComponents } from './targets/kubernetes/check.ts'
export {
  type Component,
  type ComponentName,
  componentOf,
  flagOf,
  type LiveAnswers,
} from './targets/kubernetes/component.ts'
export { askedComponents } from './targets/kubernetes/node.ts'
export { askKubelet, type KubeletAddress } from './targets/kubernetes/probe.ts'
export { findComponents } from './targets/kubernetes/processes.ts'
export * from './targets/middleware/index.ts'

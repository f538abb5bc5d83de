// Whose event it is: what the agent knows of a container at the time of the event.
export interface ContainerIdentity {
  readonly containerId: string
  readonly assetKey: string
  readonly name: string
  /** Reference the container was started from; null while it is not known. */
  readonly imageName: string | null
  readonly imageDigest: string | null
  /** Name without tag and digest: profiles are inherited along it. */
  readonly repository: string | null
  readonly labels: Readonly<Record<string, string>>
  readonly pod: {
    readonly namespace: string
    readonly name: string
    readonly uid: string
    readonly container: string
  } | null
  /** Kind and name of the controller where it is known, else the pod or container: replicas share it. */
  readonly workload: string | null
  readonly privileged: boolean
  readonly hostNamespaces: readonly string[]
  /** Command of the image, as the runtime was told. */
  readonly commandLine: readonly string[]
  readonly initPid: number | null
  readonly startedAtMs: number | null
}

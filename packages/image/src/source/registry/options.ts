// What a user may say about registries. Lists hold `host` or `host:port`.
export interface RegistryOptions {
  /** `[REGISTRY=]HOST[:PORT][/PREFIX]`, tried in this order before the registry itself; without REGISTRY it is for Docker Hub. */
  readonly mirrors?: readonly string[] | undefined
  /** Registries, and hosts that they redirect to, which may be at a private address. */
  readonly allowPrivate?: readonly string[] | undefined
  /** Registries that are asked over plain HTTP. */
  readonly insecure?: readonly string[] | undefined
  /** Hosts that give tokens for registries, beside the registry itself. */
  readonly authHosts?: readonly string[] | undefined
  /** PEM file with further certificate authorities. */
  readonly caFile?: string | undefined
  /** Directory with config.json; default $DOCKER_CONFIG or ~/.docker. */
  readonly dockerConfig?: string | undefined
}

// Short names of images, completed as docker and podman do it.

/** `alpine` → `docker.io/library/alpine:latest`, and what else may be meant, the name itself first. */
export function completeName(name: string): readonly string[] {
  const tagged = /[:@][^/]*$/.test(name) ? name : `${name}:latest`
  return [...new Set([name, tagged, `docker.io/library/${tagged}`, `docker.io/${tagged}`, `localhost/${tagged}`])]
}

// The part of an OCI runtime configuration (config.json, opencontainers/runtime-spec) that is read. Whoever starts a container
// writes it, so every field is checked and may be absent. Environment variables are left out on purpose: they hold secrets.
import { z } from 'zod'

const text = z.string().catch('')
const texts = z.array(z.string()).catch([])

export const ociSpec = z.object({
  process: z
    .object({
      args: texts.optional(),
      user: z
        .object({ uid: z.int().catch(0), gid: z.int().catch(0) })
        .partial()
        .optional(),
      capabilities: z.object({ effective: texts }).partial().optional(),
      noNewPrivileges: z.boolean().optional(),
    })
    .optional(),
  root: z
    .object({ path: text, readonly: z.boolean().catch(false) })
    .partial()
    .optional(),
  mounts: z.array(z.object({ destination: text, type: text, source: text, options: texts }).partial()).optional(),
  annotations: z.record(z.string(), z.string()).optional(),
  linux: z
    .object({
      namespaces: z.array(z.object({ type: z.string(), path: z.string().optional() })).optional(),
      seccomp: z.unknown().optional(),
      cgroupsPath: z.string().optional(),
      maskedPaths: texts.optional(),
    })
    .optional(),
})

export type OciSpec = z.infer<typeof ociSpec>

/** The specification in this text, or undefined when it is not one. */
export function parseOciSpec(json: string): OciSpec | undefined {
  try {
    return ociSpec.safeParse(JSON.parse(json)).data
  } catch {
    return undefined
  }
}

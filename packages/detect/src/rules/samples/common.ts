// What every sketch of a sample may say. What one kind of event needs besides is read in events.ts.
import { z } from 'zod'
import { TAGS } from '../../contract/tags.ts'

const words = z.union([z.string(), z.array(z.string())])
const tags = z.array(z.enum(TAGS))

const ancestor = z.union([
  z.string(),
  z.strictObject({
    exe: z.string(),
    args: words.optional(),
    layer: z.string().optional(),
    tags: tags.optional(),
    init: z.boolean().optional(),
    pid: z.int().optional(),
  }),
])

export const common = z.object({
  by: z.string().default('/usr/bin/app'),
  command: z.string().optional(),
  args: words.optional(),
  exelayer: z.string().default('image'),
  parent: ancestor.default('/usr/bin/app'),
  grand: ancestor.optional(),
  pid: z.int().default(100),
  uid: z.int().default(0),
  host: z.boolean().default(false),
  unknown: z.boolean().default(false),
  tags: tags.default([]),
  filetags: tags.default([]),
  stdio: z.array(z.string()).max(3).default([]),
  env: z.array(z.string()).default([]),
  terminal: z.boolean().default(false),
  init: z.boolean().default(false),
  age: z.number().default(3600),
  rarity: z.number().default(1),
  learning: z.boolean().default(false),
  expected: z.boolean().default(false),
  counts: z.record(z.string(), z.number()).default({}),
  image: z.string().default('shop/web:1'),
  labels: z.record(z.string(), z.string()).default({}),
  privileged: z.boolean().default(false),
  /** The same again, so often. */
  times: z.int().min(1).max(1000).default(1),
  /** Seconds after the sketch before. */
  after: z.number().min(0).default(0.1),
})
export type Common = z.infer<typeof common>

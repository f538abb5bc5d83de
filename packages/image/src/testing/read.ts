// Opens a target and reads named files of it, for tests.
import { defaultLimits, type Limits, type Result, unwrap, type YaguraError } from '@yagura/kernel'
import { openImage } from '../open.ts'
import type { OpenedImage } from '../source/opened.ts'
import { parseTarget } from '../target.ts'
import { type ImageFiles, readFiles } from '../view/read-files.ts'

export function openText(text: string, limits: Limits = defaultLimits): Promise<Result<OpenedImage, YaguraError>> {
  return openImage(unwrap(parseTarget(text)), { limits })
}

export async function readNamed(
  opened: OpenedImage,
  files: readonly string[],
  directories: readonly string[] = [],
  limits: Limits = defaultLimits,
): Promise<ImageFiles> {
  return readFiles(opened.layers, { files: new Set(files), directories: new Set(directories) }, { limits })
}

/** path → content after the top layer */
export function contentsOf(files: ImageFiles): Record<string, string> {
  return Object.fromEntries(files.filesAt(files.layerCount - 1).map((file) => [file.path, file.bytes.toString()]))
}

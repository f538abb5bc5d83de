// A root file system in a directory, read in place.
import { stat } from 'node:fs/promises'
import { err, ok, type Result, YaguraError } from '@yagura/kernel'
import { fileError } from '@yagura/safe-io'
import { directoryLayer } from '../../layer/directory-layer.ts'
import { imageWithoutConfig } from '../../manifest/image.ts'
import type { OpenedImage, OpenOptions } from '../opened.ts'

export async function openRootfs(path: string, _options: OpenOptions): Promise<Result<OpenedImage, YaguraError>> {
  try {
    if (!(await stat(path)).isDirectory()) return err(new YaguraError('INPUT_INVALID', `${path} is not a directory.`))
  } catch (error) {
    return err(fileError(error, path))
  }
  return ok({
    image: imageWithoutConfig(),
    layers: [directoryLayer(path, 'plain', null)],
    gaps: [],
    close: async () => {},
  })
}

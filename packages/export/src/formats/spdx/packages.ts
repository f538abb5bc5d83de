// Packages of an SPDX document.
import type { SoftwarePackage } from '@yagura/schema'
import { joinedExpression } from '../../content/licences.ts'

/** Nobody has said it: not the same as there being none. */
export const UNSTATED = {
  downloadLocation: 'NOASSERTION',
  filesAnalyzed: false,
  licenseConcluded: 'NOASSERTION',
  licenseDeclared: 'NOASSERTION',
  copyrightText: 'NOASSERTION',
} as const

interface Signature {
  readonly annotator: string
  readonly created: string
}

export interface Licences {
  expression(licences: readonly string[]): string | undefined
  extracted(): { licenseId: string; extractedText: string; name: string }[]
}

/** Licences of one document; those that SPDX does not know are defined at its end. */
export function createLicences(): Licences {
  const unknown = new Map<string, string>()
  return {
    expression: (licences) => joinedExpression(licences, (id, text) => unknown.set(id, text)),
    extracted: () => [...unknown].map(([licenseId, text]) => ({ licenseId, extractedText: text, name: text })),
  }
}

export function packageOf(item: SoftwarePackage, id: string, licences: Licences, signature: Signature) {
  const { type, architecture, source, layer, locations, ownedBy, vendor, module } = item
  return {
    name: item.name,
    SPDXID: id,
    versionInfo: item.version,
    ...UNSTATED,
    ...(vendor ? { supplier: `Organization: ${vendor.replaceAll(/[\r\n]/g, ' ')}` } : {}),
    licenseDeclared: licences.expression(item.licenses) ?? UNSTATED.licenseDeclared,
    ...(source === null ? {} : { sourceInfo: `built package from: ${source.name} ${source.version}` }),
    ...(item.purl === ''
      ? {}
      : {
          externalRefs: [{ referenceCategory: 'PACKAGE-MANAGER', referenceType: 'purl', referenceLocator: item.purl }],
        }),
    primaryPackagePurpose: 'LIBRARY',
    annotations: [
      annotation(
        { type, architecture, source, licenses: item.licenses, layer, locations, ownedBy, vendor, module },
        signature,
      ),
    ],
  }
}

export function annotation(value: unknown, { annotator, created }: Signature) {
  return {
    annotationDate: created,
    annotationType: 'OTHER',
    annotator,
    comment: `yagura:${JSON.stringify(value)}`,
  }
}

// Frameworks that controls are mapped to, apart from the contracts, so that code without zod can use them. One table each in content/controls.

export const FRAMEWORKS = [
  'cis-kubernetes',
  'cis-docker',
  'cis-linux',
  'cis-middleware',
  'nist-800-190',
  'nsa-cisa',
  'pci-dss-4',
  'gbt-22239',
  'pss-baseline',
  'pss-restricted',
] as const

// Asking servers that are not trusted. Apart from the rest of the package: most scans need no network, and its parts take time to load.
export * from './address.ts'
export * from './client.ts'
export * from './policy.ts'
export * from './resume.ts'
export * from './whole.ts'

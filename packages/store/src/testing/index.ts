// For tests of this package and of the server; nothing here is part of the product.
export * from './postgres.ts'
export * from './samples.ts'

export * from './resources.ts'
export * from './route.ts'
export * from './routes.ts'

// Contract between the BPF program and the sensor.
export * from './call-classes.ts'
export * from './header.ts'
export * from './layout.ts'
export * from './records.ts'

import { createLogger, systemClock } from '@yagura/kernel'
import { openSensor } from '../sensor.ts'
const sensor = await openSensor({ mode: 'auto', objectPath: "/work/main/bpf/build/yagura.bpf.o", withoutHooks: [], clock: systemClock, logger: createLogger('t', { level: 'silent' }), handoverDirectory: "/tmp/yg-handover-B5Mj34/agent" })
sensor.poll(() => {})
console.log(sensor.mode)
setInterval(() => sensor.poll(() => {}), 20)
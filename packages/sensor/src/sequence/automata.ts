// The patterns of calls that the kernel half follows, by number (bpf/automaton.h); 0 is none.
export const AUTOMATA: readonly (string | null)[] = [
  null,
  'reverse-shell',
  'relay-shell',
  'memory-exec',
  'pipe-splice-write',
  'user-namespace-escalation',
  'trace-injection',
  'handle-sweep',
  'release-agent',
  'runtime-reopen',
  'mass-rewrite',
]

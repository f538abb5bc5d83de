// The patterns of calls that the kernel half follows (bpf/sequence.h), by number.
import { RECORD_CONSTANTS as C } from '@yagura/schema/kernel-record'

export const AUTOMATA: (string | undefined)[] = []
AUTOMATA[C.AUTOMATON_REVERSE_SHELL] = 'reverse-shell'
AUTOMATA[C.AUTOMATON_RELAY_SHELL] = 'relay-shell'
AUTOMATA[C.AUTOMATON_MEMORY_EXEC] = 'memory-exec'
AUTOMATA[C.AUTOMATON_PIPE_SPLICE_WRITE] = 'pipe-splice-write'
AUTOMATA[C.AUTOMATON_USER_NAMESPACE_ESCALATION] = 'user-namespace-escalation'
AUTOMATA[C.AUTOMATON_TRACE_INJECTION] = 'trace-injection'
AUTOMATA[C.AUTOMATON_HANDLE_SWEEP] = 'handle-sweep'
AUTOMATA[C.AUTOMATON_MASS_REWRITE] = 'mass-rewrite'

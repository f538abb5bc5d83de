// A condition as text that parses to the same condition.
import type { Condition, FieldUse, Scalar } from './ast.ts'
import { RESERVED } from './parser.ts'

const BARE = /^[^\s(),"'=!<>]+$/

export function printCondition(condition: Condition): string {
  switch (condition.kind) {
    case 'and':
    case 'or':
      return condition.operands.map(printOperand).join(` ${condition.kind} `)
    case 'not':
      return `not ${printOperand(condition.operand)}`
    case 'exists':
      return `${printField(condition)} exists`
    case 'membership':
      return `${printField(condition)} ${condition.operator} (${condition.values.map(printValue).join(', ')})`
    case 'comparison':
      return `${printField(condition)} ${condition.operator} ${
        condition.against ? `val(${printField(condition.against)})` : printValue(condition.value)
      }`
  }
}

function printField({ field, argument, transforms = [] }: FieldUse): string {
  const named = argument === undefined ? field : `${field}[${argument}]`
  return transforms.reduce((inner, transform) => `${transform}(${inner})`, named)
}

function printOperand(condition: Condition): string {
  const text = printCondition(condition)
  return condition.kind === 'and' || condition.kind === 'or' ? `(${text})` : text
}

/** Bare where that is unambiguous, else in double quotes. Also what the console writes when a value is clicked. */
export function printValue(value: Scalar): string {
  const text = String(value)
  if (BARE.test(text) && !RESERVED.has(text.toLowerCase())) return text
  return `"${text.replace(/[\\"]/g, '\\$&')}"`
}

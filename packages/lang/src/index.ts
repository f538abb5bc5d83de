// The languages people write rules and filters in. Nothing here needs Node or re2js, so the console can use it;
// the linear-time regular expressions are in '@yagura/lang/regex'.
export * from './condition/index.ts'

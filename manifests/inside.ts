// Everything here that looks inside documents, and with it the YAML library (10 ms to load).
// Import this file with `await import`: a run in which no document matters never pays for it.
export { editDocument } from './edit.ts'
export { objectsOf } from './objects.ts'
export { parse } from './parse.ts'

// Texts that a repository may hold to fool a reader: for terminals, Markdown and HTML.
import fc from 'fast-check'

export const HOSTILE_TEXTS = [
  '\x1b[2J\x1b]0;title\x07',
  '\x9b31m',
  'a\nerror: b',
  'a\r\n\r\n/approve',
  '/merge',
  '\u202egpj.exe',
  'zero\u200bwidth',
  'a | b',
  'a\\|b\\',
  '|',
  '`',
  '``` ',
  '`a``b```c',
  '`'.repeat(90),
  ` ${'`'.repeat(280)}`,
  '~~~',
  '<script>alert(1)</script>',
  '</details></summary><img src=x onerror=alert(1)>',
  '--> <b>',
  '@octocat and @org/team',
  '#123 org/repo#1 GH-12 !45 $6',
  '](javascript:alert(1))',
  '![x](https://evil.example/x.png)',
  'https://evil.example www.evil.example evil@mail.example',
  ':rocket:',
  '# heading',
  '- item',
  '---',
  '***bold*** __x__ ~~y~~',
  '&lt;b&gt; &#64;octocat',
  'deadbeef 3f2a1c9e0d4b',
  '$`x`$ $$y$$',
  '[^1] [x]: https://evil.example',
  '',
  ' ',
  '\t',
  'x'.repeat(5000),
  '\ud83d',
  '👨‍👩‍👧 鍵',
  '__proto__',
] as const

/** One of them, a few in a row, or anything at all. */
export const hostileText: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(...HOSTILE_TEXTS),
  fc.array(fc.constantFrom(...HOSTILE_TEXTS), { maxLength: 3 }).map((texts) => texts.join('')),
  fc
    .array(fc.constantFrom('`', '|', '\\', '\n', ' ', '<', '@a', '#1', '/', 'x'), { maxLength: 12 })
    .map((parts) => parts.join('')),
  fc.string({ unit: 'binary', maxLength: 400 }),
)

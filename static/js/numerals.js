// Digits in the script that the reader has chosen; what is read and sent by programs stays with 0 to 9.
const OF_PAGE = [...(document.documentElement.dataset.digits ?? "0123456789")];
const ZEROS = [0x30, 0x660, 0x6f0, 0x966, 0x9e6, 0xae6, 0xbe6, 0xc66, 0xce6]; // a script's ten follow each other

export const shown = (text) => String(text).replace(/[0-9]/g, (digit) => OF_PAGE[digit]);

// The value of one typed digit of any of our scripts, as "0" to "9"; undefined for anything else.
export function typedDigit(key) {
  if ([...key].length !== 1) return undefined;
  const value = ZEROS.map((zero) => key.codePointAt(0) - zero).find((from) => from >= 0 && from <= 9);
  return value === undefined ? undefined : String(value);
}

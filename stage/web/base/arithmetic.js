/** A number as it is typed: what the formula language reads without its variables, in any script's digits. */

const LONGEST = 200;
const CONSTANTS = { pi: Math.PI, "π": Math.PI, e: Math.E };
const FUNCTIONS = new Set("sqrt exp log log2 log10 abs sin cos tan asin acos atan sinh cosh tanh floor ceil".split(" "));
const RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹";
const TOKEN = /\s*((?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|[A-Za-zπ]\w*|\*\*|[-+*/^()])/y;

/** The value of `text`, or NaN if it is no arithmetic of numbers. @param {string} text */
export function evaluate(text) {
  const tokens = tokensOf(text);
  if (!tokens?.length) return NaN;
  let at = 0;
  const take = (...some) => some.includes(tokens[at]) && tokens[at++];
  const sum = () => {
    let value = product();
    for (let sign = take("+", "-"); sign; sign = take("+", "-")) value = sign === "+" ? value + product() : value - product();
    return value;
  };
  const product = () => {
    let value = signed();
    for (let sign = take("*", "/"); sign; sign = take("*", "/")) value = sign === "*" ? value * signed() : value / signed();
    return value;
  };
  const signed = () => {
    const sign = take("+", "-");
    if (sign) return sign === "-" ? -signed() : signed();
    return power();
  };
  const power = () => {
    const base = operand();
    return take("^", "**") ? base ** signed() : base; // from the right, and above a minus before it: -2^2 is -4
  };
  const operand = () => {
    const token = tokens[at++] ?? "";
    if (/^[\d.]/.test(token)) return Number(token);
    if (Object.hasOwn(CONSTANTS, token)) return CONSTANTS[token];
    if (FUNCTIONS.has(token) && take("(")) return Math[token](closed());
    return token === "(" ? closed() : NaN;
  };
  const closed = () => {
    const value = sum();
    return take(")") ? value : NaN;
  };
  const value = sum();
  return at === tokens.length ? value : NaN;
}

/** @returns {string[] | null} null where a character has no meaning */
function tokensOf(text) {
  if (text.length > LONGEST) return null;
  const plain = text.trim().replace(/([⁺⁻]?)([⁰¹²³⁴⁵⁶⁷⁸⁹]+)/g, (_, sign, digits) => `^(${sign === "⁻" ? "-" : ""}${[...digits].map((digit) => RAISED.indexOf(digit)).join("")})`)
    .replace(/\p{Nd}/gu, digitOf).replace(/[−–﹣－]/g, "-").replace(/[×·⋅]/g, "*").replace(/[÷⁄∕]/g, "/").replace(/[,٫]/g, ".");
  const tokens = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < plain.length) {
    const found = TOKEN.exec(plain);
    if (!found) return null;
    tokens.push(found[1]);
  }
  return tokens;
}

/** A digit of any script as 0 to 9: Unicode has each script's ten in a row. @param {string} letter */
function digitOf(letter) {
  let zero = letter.codePointAt(0);
  while (/\p{Nd}/u.test(String.fromCodePoint(zero - 1))) zero -= 1;
  return String((letter.codePointAt(0) - zero) % 10);
}

import { parse } from "@babel/parser";
import type { Node } from "@babel/types";

/** One small change of a source file. */
export interface Mutant {
  /** First character that is replaced, and the one after the last. */
  start: number;
  end: number;
  /** What takes its place. */
  to: string;
  /** Where that is, from 1. */
  line: number;
  column: number;
  /** The line with the change in it, `const t = [1 → 2] / n;`: names the mutant, wherever the line moves to. */
  change: string;
}

/** Calls that have a partner with the same arguments. */
const partners = new Map(
  [
    ["tf.add", "tf.sub"],
    ["tf.mul", "tf.div"],
    ["tf.maximum", "tf.minimum"],
    ["tf.max", "tf.min"],
    ["tf.sum", "tf.mean"],
    ["tf.greater", "tf.greaterEqual"],
    ["tf.less", "tf.lessEqual"],
    ["tf.sigmoid", "tf.softplus"],
    ["tf.relu", "tf.step"],
    ["Math.max", "Math.min"],
    ["Math.floor", "Math.ceil"],
    ["Math.sin", "Math.cos"],
    ["some", "every"],
  ].flatMap(([a, b]) => [[a, b], [b, a]]),
);

/** Functions of one number, or of each element: without them their argument is left. */
const droppable = new Set([
  ...["abs", "neg", "exp", "log", "square", "sqrt", "softplus", "sigmoid", "relu"].map((name) =>
    `tf.${name}`
  ),
  ...["abs", "exp", "expm1", "log", "log1p", "sqrt", "sign", "floor"].map((name) => `Math.${name}`),
]);

/** Of a binary operator: what it becomes. */
const operators: Record<string, string[]> = {
  "+": ["-"],
  "-": ["+"],
  "*": ["/"],
  "/": ["*"],
  "%": ["*"],
  "**": ["*"],
  "<<": [">>"],
  ">>": ["<<"],
  "<": ["<=", ">="],
  "<=": ["<", ">"],
  ">": [">=", "<="],
  ">=": [">", "<"],
  "===": ["!=="],
  "!==": ["==="],
  "&&": ["||"],
  "||": ["&&"],
  "+=": ["-="],
  "-=": ["+="],
  "*=": ["/="],
  "/=": ["*="],
};

/** Operators of which one side can be left out. */
const sums = new Set(["+", "-", "&&", "||"]);

/**
 * All mutants of a TypeScript source, in its order: an operator, comparison or call becomes its partner, a number or truth
 * value another one, a condition is settled, or a term, function or statement is left out.
 *
 * Types, imports, strings, comments and the texts of errors are left alone, and the steps of `for` loops, without which
 * they only never end.
 */
export function listMutants(source: string): Mutant[] {
  const mutants: Mutant[] = [];

  const replace = (start: number, end: number, to: string) => {
    const from = source.slice(start, end), before = source.slice(0, start);
    const first = before.lastIndexOf("\n") + 1, last = source.indexOf("\n", end);
    const rest = source.slice(end, last < 0 ? undefined : last);
    mutants.push({
      start,
      end,
      to,
      line: before.split("\n").length,
      column: start - first + 1,
      change: `${source.slice(first, start)}[${brief(from)} → ${brief(to)}]${rest}`.replace(/\s+/g, " ")
        .trim(),
    });
  };
  const text = ({ start, end }: Node) => source.slice(start!, end!);
  const become = (node: Node, part: Node) => {
    const kept = text(part);
    replace(node.start!, node.end!, /^[\w.]+$/.test(kept) ? kept : `(${kept})`);
  };
  const swapOperator = (operator: string, left: Node, right: Node) => {
    const start = source.indexOf(operator, left.end!);
    if (start + operator.length > right.start!) throw new Error(`Cannot find ${operator} in ${text(left)} …`);
    for (const to of operators[operator] ?? []) replace(start, start + operator.length, to);
  };

  const mutate = (node: Node) => {
    switch (node.type) {
      case "BinaryExpression":
      case "LogicalExpression":
      case "AssignmentExpression":
        swapOperator(node.operator, node.left, node.right);
        if (sums.has(node.operator)) {
          become(node, node.left);
          if (node.operator !== "-") become(node, node.right);
        }
        if (node.operator === "??") become(node, node.right);
        break;
      case "UnaryExpression":
        if (node.operator === "-" || node.operator === "!") become(node, node.argument);
        break;
      case "BooleanLiteral":
        replace(node.start!, node.end!, String(!node.value));
        break;
      case "NumericLiteral":
        for (const to of otherNumbers(node.value)) replace(node.start!, node.end!, String(to));
        break;
      case "IfStatement":
        for (const to of ["true", "false"]) replace(node.test.start!, node.test.end!, to);
        break;
      case "ConditionalExpression":
        become(node, node.consequent);
        become(node, node.alternate);
        break;
      case "CallExpression": {
        const { callee, arguments: given } = node;
        if (callee.type !== "MemberExpression" || callee.property.type !== "Identifier") break;
        const { name } = callee.property;
        const called = [text(callee), name].find((known) => partners.has(known));
        if (called) {
          replace(callee.property.start!, callee.property.end!, partners.get(called)!.split(".").at(-1)!);
        }
        if (
          given.length === 2 && /^(tf\.(add|sub|mul|div|maximum|minimum)|Math\.(max|min))$/.test(text(callee))
        ) {
          become(node, given[0]);
        }
        if (droppable.has(text(callee))) become(node, given[0]);
        break;
      }
      case "ExpressionStatement":
        replace(node.start!, node.end!, ";");
    }
  };

  const walk = (node: Node) => {
    if (isLeftAlone(node)) return;
    mutate(node);
    for (const [key, value] of Object.entries(node)) {
      if (node.type === "ForStatement" && key === "update") continue;
      if (!key.endsWith("omments")) { for (const child of [value].flat()) if (isNode(child)) walk(child); }
    }
  };
  walk(parse(source, { sourceType: "module", plugins: ["typescript"] }).program);
  return mutants.sort((a, b) => a.start - b.start || a.end - b.end);
}

/** The source with the change in it. */
export function mutated(source: string, { start, end, to }: Mutant): string {
  return source.slice(0, start) + to + source.slice(end);
}

/** A text in one line of at most 100 characters, without its middle if need be. */
function brief(text: string): string {
  const line = text.replace(/\s+/g, " ");
  return line.length > 100 ? `${line.slice(0, 60)} … ${line.slice(-37)}` : line;
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && typeof (value as Node).type === "string";
}

function isLeftAlone({ type, ...node }: Node): boolean {
  // Types, but not the expressions that one is written beside.
  if (type.startsWith("TS")) return !("expression" in node);
  if (type === "NewExpression") {
    return "callee" in node && "name" in node.callee && /Error$/.test(node.callee.name);
  }
  return ["ImportDeclaration", "ThrowStatement", "TemplateLiteral"].includes(type);
}

/** 1 for 0, 0 and 2 for 1, the next integer, or twice a fraction. */
function otherNumbers(value: number): number[] {
  if (value === 1) return [0, 2];
  return [Number.isInteger(value) && value < 1e9 ? value + 1 : 2 * value];
}

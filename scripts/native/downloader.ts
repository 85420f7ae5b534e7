import { spawn } from "node:child_process";
import { linesOf } from "./child.ts";
import { type Wheels, wheelTags } from "./wheels.ts";

/** The program that downloads and unpacks wheels; mirrors, proxies and caches are those it is set up with. */
export interface Downloader {
  tool: "uv" | "pip";
  /** Program and first arguments. */
  command: readonly string[];
  version: string;
}

/** Ways to start the tools, in the order they are tried: uv downloads side by side and unpacks once for all uses. */
const candidates: readonly Omit<Downloader, "version">[] = [
  { tool: "uv", command: ["uv"] },
  { tool: "pip", command: ["python3", "-m", "pip"] },
  { tool: "pip", command: ["python", "-m", "pip"] },
  { tool: "pip", command: ["pip3"] },
  { tool: "pip", command: ["pip"] },
];

// The first uv that installs into a folder without a virtual environment; the first pip that knows manylinux_2_27.
const oldest = { uv: "0.5.8", pip: "20.3.4" };

/**
 * Finds uv or pip.
 *
 * @param tool the one that it has to be; `auto`: the first there is
 * @throws {Error} if there is none; the message says where it was looked for
 */
export async function findDownloader(tool: "auto" | "uv" | "pip"): Promise<Downloader> {
  const reasons: string[] = [];
  for (const candidate of candidates) {
    if (tool !== "auto" && tool !== candidate.tool) continue;
    const answer = await versionOf(candidate);
    if ("version" in answer) return { ...candidate, version: answer.version };
    reasons.push(`${candidate.command.join(" ")}: ${answer.reason}`);
  }
  const tools = tool === "auto" ? ["uv", "pip"] as const : [tool];
  const needed = tools.map((name) => `${name} (${oldest[name]} or newer)`).join(" or ");
  throw new Error(
    `Cannot download TensorFlow as ${needed} must be on the PATH: received ${reasons.join(", ")}. ` +
      "Install one of them, for instance the package python3-pip of Debian, Ubuntu or Fedora",
  );
}

async function versionOf(
  { tool, command }: Omit<Downloader, "version">,
): Promise<{ version: string } | { reason: string }> {
  let output: Deno.CommandOutput;
  try {
    const [program, ...args] = command;
    output = await new Deno.Command(program, {
      args: [...args, "--version"],
      stdin: "null",
    }).output();
  } catch {
    return { reason: "not found" };
  }
  if (output.code !== 0) return { reason: linesOf(output.stderr).at(-1) ?? `exit code ${output.code}` };
  const version = linesOf(output.stdout)[0]?.match(/^\w+ (\d+(\.\d+)+)/)?.[1];
  if (!version) return { reason: "does not say its version" };
  return isOlder(version, oldest[tool]) ? { reason: `version ${version} is too old` } : { version };
}

function isOlder(a: string, b: string): boolean {
  return a.localeCompare(b, "en", { numeric: true }) < 0;
}

/**
 * Downloads the wheels and unpacks them into `folder`.
 *
 * @param temporary folder for what is needed meanwhile, best on the same disk
 * @throws {Error} with the tool's last words if it fails
 */
export async function downloadInto(
  folder: string,
  { requirements }: Wheels,
  { tool, command, version }: Downloader,
  { temporary, signal }: { temporary: string; signal: AbortSignal },
): Promise<void> {
  signal.throwIfAborted();
  const { python, implementation, abi, platforms, uvPlatform } = wheelTags;
  const pinned = ["--require-hashes", "--no-deps", "--only-binary=:all:", "--python-version", python];
  const [program, ...start] = command;
  const args = tool === "uv"
    ? [...start, "pip", "install", "--target", folder, ...pinned, "--python-platform", uvPlatform]
    : [
      ...start,
      ...["install", "--target", folder, ...pinned, "--implementation", implementation, "--abi", abi],
      ...platforms.flatMap((platform) => ["--platform", platform]),
      // The wheel's Python counts, not the one here.
      ...["--ignore-requires-python", "--no-compile"],
    ];
  const env = {
    ...Deno.env.toObject(),
    TMPDIR: temporary,
    // These would refuse, or warn of, what has nothing to do with a folder.
    PIP_USER: "0",
    PIP_REQUIRE_VIRTUALENV: "0",
    PIP_ROOT_USER_ACTION: "ignore",
    PIP_DISABLE_PIP_VERSION_CHECK: "1",
  };
  // A terminal shows the tool's own progress; elsewhere its errors are kept for the message.
  const terminal = Deno.stderr.isTerminal();
  const child = spawn(program, [...args, "-r", requirements], {
    env,
    stdio: ["ignore", 2, terminal ? 2 : "pipe"],
  });
  const stop = () => child.kill();
  signal.addEventListener("abort", stop);
  let errors = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => errors += text);
  const end = await new Promise<string>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, by) => resolve(by ?? `exit code ${code}`));
  }).finally(() => signal.removeEventListener("abort", stop));
  signal.throwIfAborted();
  if (end === "exit code 0") return;
  const said = terminal ? "as it says above" : lastWords(errors);
  throw new Error(
    `Cannot download TensorFlow as ${tool} ${version} must bring the pinned wheels: received ${end}, ${said}`,
  );
}

const LAST_LINES = 6;

/** The error a tool ended with, and of the warnings before it the last: of pip's retries one says enough. */
function lastWords(errors: string): string {
  const lines = linesOf(errors).slice(-LAST_LINES);
  const first = lines.findIndex((line) => /^error/i.test(line));
  const start = first > 0 && lines[first - 1].startsWith("WARNING") ? first - 1 : Math.max(0, first);
  return lines.slice(start).join(" ") || "not a word";
}

/** Where an environment variable is read: `Deno.env.get` or a table in a test. */
export type ReadVariable = (name: string) => string | undefined;

/**
 * The places where a Chromium or Chrome may be, best first: the path in CHROME_PATH, the folders of PATH, then where
 * the installers of the system put it.
 *
 * @param os the system, as in `Deno.build.os`
 * @param variable reads an environment variable
 * @returns absolute paths (CHROME_PATH as it is), whether they exist or not
 */
export function browserCandidates(os: string, variable: ReadVariable): string[] {
  const windows = os === "windows";
  const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge"];
  const folders = (variable("PATH") ?? "").split(windows ? ";" : ":").filter((folder) => folder !== "");
  const chosen = variable("CHROME_PATH");
  return [
    ...(chosen ? [chosen] : []),
    ...names.flatMap((name) =>
      folders.map((folder) => windows ? `${folder}\\${name}.exe` : `${folder.replace(/\/$/, "")}/${name}`)
    ),
    ...usualPlaces(os, variable),
  ];
}

function usualPlaces(os: string, variable: ReadVariable): string[] {
  if (os === "darwin") {
    const apps = ["Google Chrome", "Chromium", "Microsoft Edge"];
    const folders = ["/Applications", `${variable("HOME") ?? ""}/Applications`];
    return folders.flatMap((folder) => apps.map((app) => `${folder}/${app}.app/Contents/MacOS/${app}`));
  }
  if (os === "windows") {
    const programs = [
      "Google\\Chrome\\Application\\chrome.exe",
      "Chromium\\Application\\chrome.exe",
      "Microsoft\\Edge\\Application\\msedge.exe",
    ];
    return ["ProgramFiles", "ProgramFiles(x86)", "LocalAppData"]
      .flatMap((name) => variable(name) ?? [])
      .flatMap((folder) => programs.map((program) => `${folder}\\${program}`));
  }
  return ["/snap/bin/chromium", "/usr/lib/chromium/chromium", "/opt/google/chrome/chrome"];
}

/**
 * The first Chromium or Chrome that is installed, or `undefined`. Needs permission to read the places it looks at;
 * one that may not be read counts as absent.
 *
 * @throws {RangeError} if CHROME_PATH is set to something that is not a file
 */
export function findBrowser(
  os: string = Deno.build.os,
  variable: ReadVariable = readVariable,
  isFile: (path: string) => boolean = isReadableFile,
): string | undefined {
  const chosen = variable("CHROME_PATH");
  if (chosen && !isFile(chosen)) {
    throw new RangeError(
      `Cannot use CHROME_PATH as it must be a browser's path: received ${JSON.stringify(chosen)}`,
    );
  }
  return browserCandidates(os, variable).find(isFile);
}

function readVariable(name: string): string | undefined {
  try {
    return Deno.env.get(name);
  } catch {
    return undefined;
  }
}

function isReadableFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}

/**
 * A JSR on this machine: takes what `deno publish` uploads and serves it as JSR does, so that a test imports the very
 * files that users would get.
 */
import { createHash } from "node:crypto";
import { join } from "node:path";

/** A running registry. */
export interface Registry {
  /** Its address, for the environment variable JSR_URL. */
  url: string;
  /** The files of the version that was published, by path. */
  files: ReadonlyMap<string, Uint8Array>;
  /** Ends it. */
  close(): Promise<void>;
}

const scope = "hscl", name = "hscl";

/** Starts a registry on a free port of this machine. */
export function startRegistry(): Registry {
  const files = new Map<string, Uint8Array>();
  let version = "";

  async function publish(request: Request, to: string): Promise<Response> {
    version = to;
    for (const [path, content] of await unpack(await request.bytes())) files.set(path, content);
    return Response.json({ id: "1", status: "success", error: null });
  }

  function metadata(): unknown {
    const { exports } = JSON.parse(new TextDecoder().decode(files.get("deno.json")));
    const manifest = Object.fromEntries(
      [...files].map(([path, content]) => {
        const checksum = `sha256-${createHash("sha256").update(content).digest("hex")}`;
        return [`/${path}`, { size: content.length, checksum }];
      }),
    );
    return { exports, manifest };
  }

  function answer(path: string): Response {
    const folder = `/@${scope}/${name}`;
    if (path === `${folder}/meta.json`) {
      return Response.json({ scope, name, latest: version, versions: { [version]: {} } });
    }
    if (path === `${folder}/${version}_meta.json`) return Response.json(metadata());
    const file = files.get(path.slice(`${folder}/${version}/`.length));
    if (file === undefined) return new Response("not found", { status: 404 });
    const type = path.endsWith(".ts") ? "text/typescript" : "application/octet-stream";
    return new Response(file as BodyInit, { headers: { "content-type": type } });
  }

  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, (request) => {
    const path = decodeURIComponent(new URL(request.url).pathname);
    const api = path.match(/^\/api\/scopes\/\w+\/packages\/\w+(?:\/versions\/(.+))?$/);
    if (api && request.method === "POST") return publish(request, api[1]);
    // Before publishing, Deno asks whether the package exists and this version does not.
    if (api) return api[1] ? new Response("{}", { status: 404 }) : Response.json({ scope, name });
    if (path.startsWith("/api/")) return Response.json({ id: "1", status: "success", error: null });
    return answer(path);
  });
  return {
    url: `http://127.0.0.1:${(server.addr as Deno.NetAddr).port}`,
    files,
    close: () => server.shutdown(),
  };
}

/** The files of a compressed tar archive, by path. */
async function unpack(archive: Uint8Array): Promise<[path: string, content: Uint8Array][]> {
  const folder = await Deno.makeTempDir({ prefix: "hscl-registry-" });
  try {
    await Deno.writeFile(join(folder, "archive.tgz"), archive);
    await Deno.mkdir(join(folder, "files"));
    const { success } = await new Deno.Command("tar", {
      args: ["-xzf", "archive.tgz", "-C", "files"],
      cwd: folder,
    }).output();
    if (!success) throw new Error("Cannot publish as tar must unpack what was uploaded");
    return await Array.fromAsync(filesBelow(join(folder, "files"), ""));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function* filesBelow(folder: string, prefix: string): AsyncGenerator<[string, Uint8Array]> {
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    const path = join(folder, name);
    if (isDirectory) yield* filesBelow(path, `${prefix}${name}/`);
    else yield [prefix + name, await Deno.readFile(path)];
  }
}

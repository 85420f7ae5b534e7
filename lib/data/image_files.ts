import { denoFor } from "../core/platform.ts";
import { DataError } from "./data_error.ts";

/** An image file in a folder. */
export interface ImageFile {
  /** Where it is. */
  readonly path: string;
  /** Its path from the folder that it was looked for in, with slashes. */
  readonly name: string;
}

/** What is in one folder, sorted by name, whatever order the disk lists it in. */
export interface FolderContent {
  readonly folders: ImageFile[];
  readonly images: ImageFile[];
}

const READ = /\.(png|jpe?g|webp)$/i;
/** Images that people have, too, and would miss if they were passed over. */
const OTHER_IMAGES = /\.(gif|bmp|tiff?|avif|heic|heif|jp2|jfif|svg|pgm|ppm|pbm|tga|ico|exr|dcm)$/i;
/** What systems and archives leave in folders. */
const LEFT_BEHIND = /^(\..*|__MACOSX|Thumbs\.db|desktop\.ini)$/i;

/** How messages call the images that are read. */
export const IMAGE_KINDS = ".png, .jpg, .jpeg or .webp";

/**
 * The folders and images in a folder. Links lead to where they point; hidden files, what systems leave behind and files that are no
 * images are passed over.
 *
 * @throws {DataError} if it cannot be read, a link leads nowhere, or an image is of a kind that is not read
 */
export async function folderContent({ path, name }: ImageFile): Promise<FolderContent> {
  const { errors, readDir, stat } = denoFor("read a folder of images");
  const refuse = (path: string, requirement: string, received: string) =>
    new DataError(`Cannot read ${path} as it must be ${requirement}: received ${received}`);
  const folders: ImageFile[] = [], images: ImageFile[] = [];
  try {
    for await (const entry of readDir(path)) {
      if (LEFT_BEHIND.test(entry.name)) continue;
      const found = {
        path: `${path}/${entry.name}`,
        name: name === "" ? entry.name : `${name}/${entry.name}`,
      };
      const { isDirectory, isFile } = entry.isSymlink
        ? await stat(found.path).catch((error) => {
          if (error instanceof errors.NotCapable) throw error;
          throw refuse(found.path, "a link to a file or folder", (error as Error).message.split(":")[0]);
        })
        : entry;
      if (isDirectory) folders.push(found);
      else if (READ.test(entry.name)) {
        if (!isFile) throw refuse(found.path, "a file", "a pipe, device or socket");
        images.push(found);
      } else if (OTHER_IMAGES.test(entry.name)) {
        throw refuse(found.path, `an image of a kind that is read, ${IMAGE_KINDS}`, "one of another");
      }
    }
  } catch (error) {
    if (error instanceof DataError || error instanceof errors.NotCapable) throw error;
    const there = await stat(path).catch(() => undefined);
    const received = there === undefined
      ? "none"
      : there.isDirectory
      ? (error as Error).message.split(":")[0]
      : "a file";
    throw refuse(path, "a folder that can be read", received);
  }
  return { folders: folders.sort(byName), images: images.sort(byName) };
}

/** Of the same characters on every system, some of which take them apart. */
function byName(one: ImageFile, other: ImageFile): number {
  const [a, b] = [one.name.normalize(), other.name.normalize()];
  return a < b ? -1 : a > b ? 1 : 0;
}

/**
 * All images below a folder, in the order of their names.
 *
 * @throws {DataError} as {@linkcode folderContent}, or if a link leads back to a folder that it is in
 */
export async function imagesBelow(
  folder: ImageFile,
  above: readonly string[] = [],
): Promise<ImageFile[]> {
  const { folders, images } = await folderContent(folder);
  const own = await denoFor("read a folder of images").realPath(folder.path);
  if (above.includes(own)) {
    throw new DataError(
      `Cannot read ${folder.path} as it must not be in itself: received a link to a folder above it`,
    );
  }
  const below: ImageFile[] = [...images];
  for (const inner of folders) below.push(...await imagesBelow(inner, [...above, own]));
  return below.sort(byName);
}

/** The folder that a path names, as messages call it: without slashes at its end. */
export function folderAt(path: string): ImageFile {
  return { path: path.replace(/(?<=.)\/+$/, ""), name: "" };
}

import { type Displayable, jupyterDisplay, type MediaBundle } from "../../lib/notebook/mod.ts";

/** The formats of a shown value as text. */
export function bundleOf(shown: Displayable): Record<string, string> {
  return shown[jupyterDisplay]() as Record<string, string>;
}

interface Message {
  kind: string;
  id: string;
  text: string;
}

/** A stand-in for the kernel's way of sending messages. */
export function listener() {
  const messages: Message[] = [];
  const broadcast = (kind: string, content: Record<string, unknown>) => {
    const { data, transient } = content as { data: MediaBundle; transient: { display_id: string } };
    messages.push({ kind, id: transient.display_id, text: String(data["text/plain"]) });
    return Promise.resolve();
  };
  return { messages, broadcast };
}

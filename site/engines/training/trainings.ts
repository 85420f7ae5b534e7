import { factsOf, trainingOf } from "@hscl/hscl/experiment";
import { opened } from "./open.ts";
import { type Leg, Session, type Standing, type TrainingNews } from "./session.ts";
import { settingsOf, type TrainingRequest } from "./settings.ts";

const sessions = new Map<string, Session>();

/** Begins a training under the name of its loss. */
export async function begin(request: TrainingRequest): Promise<void> {
  if (!opened) throw new Error("Cannot train as the images must be open: received none");
  const { data, backend } = opened, settings = settingsOf(factsOf(data), backend, request);
  const training = await trainingOf(settings, data);
  sessions.set(request.loss, new Session(training, settings, data, request.beta));
}

/** Lets a training go on for a while. */
export function advance(
  { loss, ...leg }: Leg & { loss: string },
  tell: (news: TrainingNews) => void,
): Promise<Standing> {
  const session = sessions.get(loss);
  if (!session) throw new Error(`Cannot train as the training must have begun: received ${loss}`);
  return session.advance(leg, tell);
}

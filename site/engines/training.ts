/** The engine of trainings: a network, images and losses, in a worker. */
import { serve } from "./serve.ts";
import { works } from "./training/works.ts";

serve(works);

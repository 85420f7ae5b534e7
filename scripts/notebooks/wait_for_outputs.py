"""Settings of nbconvert for the Deno kernel, which at times says that a cell is done before its last outputs arrive.

nbconvert drops what comes later, so it is made to listen on until there is a short silence.
"""

from queue import Empty

from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionComplete
from nbclient.util import ensure_async

SILENCE_SECONDS = 0.25

until_idle = NotebookClient._async_poll_output_msg


async def until_silence(self, parent_msg_id, cell, cell_index):
    await until_idle(self, parent_msg_id, cell, cell_index)
    while True:
        try:
            message = await ensure_async(self.kc.iopub_channel.get_msg(timeout=SILENCE_SECONDS))
        except Empty:
            return
        if message["parent_header"].get("msg_id") == parent_msg_id:
            try:
                self.process_message(message, cell, cell_index)
            except CellExecutionComplete:
                pass


NotebookClient._async_poll_output_msg = until_silence
